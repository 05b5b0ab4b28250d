package org.pipservices3.redis.proof;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.core.ConditionTimeoutException;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.proof.Disaster.Harm;
import org.pipservices3.redis.proof.Disaster.Struck;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A cluster of three masters with a replica each. Clients and replicas know each node by a proxy in
 * front of it; the nodes watch each other past it.
 */
final class ClusterSite implements Site {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final ClusterTopology topology = ClusterTopology.start();
  private final List<RedisServer> servers = topology.servers();
  private final List<TcpProxy> proxies =
      servers.stream().map(server -> TcpProxy.to(server.port())).toList();

  ClusterSite() {
    for (int i = 0; i < servers.size(); i++) {
      RedisServer server = servers.get(i);
      set(server, "cluster-announce-bus-port", server.port() + 10_000);
      set(server, "cluster-announce-port", proxies.get(i).port());
      set(server, "repl-timeout", Disasters.REPLICATION_TIMEOUT);
      Disasters.call(server, "CONFIG", "REWRITE");
    }
    awaitWhole();
  }

  @Override
  public ConfigParams config(int place) {
    ConfigParams config =
        topology
            .target()
            .config(
                "options.connect_timeout", 1_000,
                "options.command_timeout", 1_000,
                "options.failover_timeout", 6_000);
    for (int i = 0; i < proxies.size(); i++) {
      config.setAsObject("connections." + i + ".port", proxies.get(i).port());
    }
    return config;
  }

  @Override
  public List<Disaster> disasters() {
    List<Disaster> all = new ArrayList<>(Disasters.ofNetwork(proxies));
    all.addAll(Disasters.ofServers(topology::masters));
    all.add(new Disaster("master killed", Harm.FORGOTTEN, 1, this::killMaster));
    all.add(new Disaster("failover by hand", Harm.HANDED_OVER, 1, this::failOver));
    all.add(new Disaster("slots moved", Harm.HANDED_OVER, 500, this::moveSlots));
    return all;
  }

  @Override
  public String regime() {
    List<Integer> masters = topology.masters().stream().map(RedisServer::port).sorted().toList();
    String info = Disasters.call(servers.get(0), "CLUSTER", "INFO");
    return masters + info.lines().filter(line -> line.contains("epoch")).toList().toString();
  }

  @Override
  public void awaitWhole() {
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptionsInstanceOf(JedisException.class)
          .until(() -> topology.masters().size() == 3 && servers.stream().allMatch(this::isWhole));
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException("the cluster does not heal: " + state(), e);
    }
  }

  private String state() {
    StringBuilder state = new StringBuilder();
    for (RedisServer server : servers) {
      state.append('\n').append(server.port()).append(server.isRunning() ? "" : " is down");
      if (server.isRunning() && !isWhole(server)) {
        for (String section : List.of("NODES", "INFO")) {
          state.append('\n').append(Disasters.call(server, "CLUSTER", section));
        }
        state.append(Disasters.call(server, "INFO", "replication"));
      }
    }
    return state.toString();
  }

  @Override
  public void close() {
    proxies.forEach(TcpProxy::close);
    topology.close();
  }

  /** Whether a node sees all in order, by their proxies, and follows its master or is followed. */
  private boolean isWhole(RedisServer server) {
    String nodes = Disasters.call(server, "CLUSTER", "NODES");
    String replication = Disasters.call(server, "INFO", "replication");
    return Disasters.call(server, "CLUSTER", "INFO").contains("cluster_state:ok")
        && !nodes.contains("fail")
        && proxies.stream().allMatch(proxy -> nodes.contains(":" + proxy.port() + "@"))
        && (replication.contains("master_link_status:up") || replication.contains("state=online"));
  }

  private Struck killMaster(Random random) {
    RedisServer master = Disasters.any(random, topology.masters());
    master.kill();
    return Struck.servers(
        master.port(),
        () -> {
          await().atMost(PATIENCE).until(() -> topology.masters().size() == 3);
          master.restart();
        });
  }

  private Struck failOver(Random random) {
    List<RedisServer> masters = topology.masters();
    List<RedisServer> replicas =
        servers.stream().filter(server -> !masters.contains(server)).toList();
    RedisServer replica = Disasters.any(random, replicas);
    Disasters.call(replica, "CLUSTER", "FAILOVER");
    return Struck.servers(
        replica.port(),
        () -> await().atMost(PATIENCE).until(() -> topology.masters().contains(replica)));
  }

  /** Moves the slot of a key that is in use, with all its keys, in steps. */
  private Struck moveSlots(Random random) {
    String key = Disasters.any(random, List.of("lock-0", "lease-0", "value-0", "cold-0", "long-0"));
    RedisServer from = topology.masterOf(key);
    RedisServer to = topology.otherThan(from);
    int slot = ClusterTopology.slotOf(key);
    topology.beginMove(slot, from, to);
    return Struck.servers(
        "slot of " + key,
        () -> {
          topology.moveKeys(slot, from, to);
          topology.endMove(slot, from, to);
        });
  }

  private static void set(RedisServer server, String name, Object value) {
    Disasters.call(server, "CONFIG", "SET", name, value);
  }
}
