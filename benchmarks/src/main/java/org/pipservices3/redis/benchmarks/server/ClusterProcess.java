package org.pipservices3.redis.benchmarks.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.pipservices3.redis.benchmarks.contender.Address;
import redis.clients.jedis.Jedis;

/**
 * ClusterProcess is a Redis Cluster of three masters without replicas, on the loopback interface.
 */
public final class ClusterProcess implements AutoCloseable {
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

  private final List<RedisProcess> nodes = new ArrayList<>();

  private ClusterProcess() {}

  public static ClusterProcess start() throws Exception {
    ClusterProcess cluster = new ClusterProcess();
    try {
      cluster.join();
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  /** One of the nodes, from which a client finds the others. */
  public Address address() {
    return nodes.get(0).address();
  }

  @Override
  public void close() {
    nodes.forEach(RedisProcess::close);
  }

  private void join() throws IOException, InterruptedException, TimeoutException {
    Path folder = Files.createTempDirectory("redis-cluster");
    folder.toFile().deleteOnExit();
    for (int i = 0; i < MASTERS; i++) {
      nodes.add(RedisProcess.startNode(folder));
      int first = SLOTS * i / MASTERS;
      int end = SLOTS * (i + 1) / MASTERS;
      try (Jedis node = connect(i)) {
        node.clusterAddSlots(IntStream.range(first, end).toArray());
        node.clusterMeet(address().host(), address().port());
      }
    }
    long start = System.nanoTime();
    for (int i = 0; i < MASTERS; i++) {
      try (Jedis node = connect(i)) {
        while (!isComplete(node.clusterInfo())) {
          if (System.nanoTime() - start > PATIENCE) {
            throw new TimeoutException("The nodes did not form a cluster");
          }
          TimeUnit.MILLISECONDS.sleep(20);
        }
      }
    }
  }

  private static boolean isComplete(String info) {
    return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + MASTERS);
  }

  private Jedis connect(int node) {
    Address address = nodes.get(node).address();
    return new Jedis(address.host(), address.port());
  }
}
