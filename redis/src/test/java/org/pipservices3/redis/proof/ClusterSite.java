package org.pipservices3.redis.proof;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.proof.Disaster.Harm;
import org.pipservices3.redis.proof.Disaster.Struck;
import org.pipservices3.redis.proof.history.Isolation;

/**
 * A cluster of three masters with a replica each. Clients and replicas know each node by a proxy in
 * front of it; the nodes watch each other past it.
 */
final class ClusterSite extends Site {
  private final ClusterTopology topology;
  private final List<RedisServer> servers;

  ClusterSite() {
    this(ClusterTopology.start());
  }

  private ClusterSite(ClusterTopology topology) {
    super(topology.servers());
    this.topology = topology;
    this.servers = topology.servers();
    for (int i = 0; i < servers.size(); i++) {
      RedisServer server = servers.get(i);
      set(server, "cluster-announce-bus-port", server.port() + 10_000);
      set(server, "cluster-announce-port", proxies.get(i).port());
      set(server, "repl-timeout", Disasters.REPLICATION_TIMEOUT);
      // Or one master that hangs would have all others answer that the cluster is down.
      set(server, "cluster-require-full-coverage", "no");
      Disasters.call(server, "CONFIG", "REWRITE");
    }
    awaitWhole();
  }

  @Override
  Target target(int place) {
    Target target = topology.target().with("options.failover_timeout", 6_000);
    for (int i = 0; i < proxies.size(); i++) {
      target = target.with("connections." + i + ".port", proxies.get(i).port());
    }
    return target;
  }

  @Override
  List<RedisServer> masters() {
    return topology.masters();
  }

  @Override
  List<Disaster> ownDisasters() {
    return List.of(
        new Disaster("master killed", Harm.FORGOTTEN, 1, this::killMaster),
        new Disaster("one master hangs", Harm.NONE, 2_800, this::hangMaster),
        new Disaster("failover by hand", Harm.HANDED_OVER, 1, this::failOver),
        new Disaster("slots moved", Harm.HANDED_OVER, 500, this::moveSlots));
  }

  @Override
  String regime() {
    List<Integer> masters = masters().stream().map(RedisServer::port).sorted().toList();
    String info = Disasters.call(servers.get(0), "CLUSTER", "INFO");
    return masters + info.lines().filter(line -> line.contains("epoch")).toList().toString();
  }

  @Override
  boolean isWhole() {
    return topology.masters().size() == 3 && servers.stream().allMatch(this::isWhole);
  }

  @Override
  String state() {
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
    super.close();
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
    return kill(master, () -> topology.masters().size() == 3);
  }

  /** For less or for longer than the others wait until they have its replica take over. */
  private Struck hangMaster(Random random) throws IOException {
    RedisServer master = Disasters.any(random, topology.masters());
    Set<String> spared =
        Chores.KEYS.stream()
            .filter(key -> topology.masterOf(key) != master)
            .collect(Collectors.toSet());
    LockSupport.parkNanos(Isolation.PEACE);
    master.pause();
    return Struck.servers(master.port(), spared, master::resume);
  }

  private Struck failOver(Random random) {
    List<RedisServer> masters = topology.masters();
    List<RedisServer> replicas =
        servers.stream().filter(server -> !masters.contains(server)).toList();
    RedisServer replica = Disasters.any(random, replicas);
    Disasters.call(replica, "CLUSTER", "FAILOVER");
    return Struck.servers(
        replica.port(), () -> awaitUntil(() -> topology.masters().contains(replica)));
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
