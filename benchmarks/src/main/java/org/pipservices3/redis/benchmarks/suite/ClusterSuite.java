package org.pipservices3.redis.benchmarks.suite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LockClient;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;
import org.pipservices3.redis.benchmarks.server.ClusterProcess;

/** ClusterSuite measures reads, near hits and hand-offs of a lock on a cluster of three masters. */
final class ClusterSuite implements Suite {
  private static final int MANY = 64;

  @Override
  public String name() {
    return "cluster";
  }

  @Override
  public void run(Bench bench) throws Exception {
    try (ClusterProcess cluster = ClusterProcess.start()) {
      reads(bench, cluster);
      NearSuite.hits(
          bench, Contenders.nearClusterCaches(), cluster.address(), Workloads.CLUSTER_NEAR_HIT);
      handOffs(bench, cluster);
    }
  }

  private static void reads(Bench bench, ClusterProcess cluster) throws Exception {
    try (Clients<CacheClient> clients =
        Clients.open(bench, Contenders.clusterCaches(), cluster.address())) {
      CacheSuite.fill(bench, clients);
      bench.warmUp(CacheSuite.reads(bench, clients, () -> new ClosedLoop(MANY)));
      for (int threads : List.of(1, MANY)) {
        Map<String, Turn> turns = CacheSuite.reads(bench, clients, () -> new ClosedLoop(threads));
        bench.rounds(Workloads.of(Workloads.CLUSTER, threads), turns);
      }
    }
  }

  private static void handOffs(Bench bench, ClusterProcess cluster) throws Exception {
    ExecutorService waiter = Executors.newSingleThreadExecutor();
    try (Clients<LockClient> here =
            Clients.open(bench, Contenders.clusterLocks(), cluster.address());
        Clients<LockClient> there =
            Clients.open(bench, Contenders.clusterLocks(), cluster.address())) {
      Map<String, Turn> turns = new LinkedHashMap<>();
      here.byName()
          .forEach(
              (name, holder) -> {
                String key = name + ":cluster-hand-off";
                LockClient other = there.byName().get(name);
                turns.put(
                    name,
                    window ->
                        HandOffSuite.measure(
                            bench.plan().handOffs(),
                            waiter,
                            other,
                            key,
                            () -> holder.lock(key),
                            () -> holder.unlock(key)));
              });
      bench.rounds(Workloads.CLUSTER_HAND_OFF, turns);
    } finally {
      waiter.shutdownNow();
    }
  }
}
