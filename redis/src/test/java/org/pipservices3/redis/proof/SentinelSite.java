package org.pipservices3.redis.proof;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.proof.Disaster.Harm;
import org.pipservices3.redis.proof.Disaster.Struck;

/**
 * A master with two replicas under three sentinels. Each server is known to everybody, sentinels
 * included, by a proxy in front of it: so a server that is cut off is cut off from all.
 */
final class SentinelSite extends Site {
  private final SentinelTopology topology;
  private final List<RedisServer> servers;

  SentinelSite() {
    this(SentinelTopology.start());
  }

  private SentinelSite(SentinelTopology topology) {
    super(topology.servers());
    this.topology = topology;
    this.servers = topology.servers();
    int master = servers.indexOf(topology.master());
    for (int i = 0; i < servers.size(); i++) {
      call(i, "CONFIG", "SET", "replica-announce-port", proxies.get(i).port());
      call(i, "CONFIG", "SET", "repl-timeout", Disasters.REPLICATION_TIMEOUT);
      if (i != master) {
        call(i, "REPLICAOF", "127.0.0.1", proxies.get(master).port());
      }
      call(i, "CONFIG", "REWRITE");
    }
    topology.sentinels().forEach(sentinel -> watch(sentinel, proxies.get(master).port()));
    awaitWhole();
  }

  @Override
  Target target(int place) {
    return topology.target().with("options.failover_timeout", 6_000);
  }

  @Override
  List<Disaster> ownDisasters() {
    return List.of(
        new Disaster("master killed", Harm.FORGOTTEN, 1, this::killMaster),
        new Disaster("failover by hand", Harm.FORGOTTEN, 1, this::failOver),
        new Disaster("sentinel killed", Harm.NONE, 2_000, this::killSentinel));
  }

  @Override
  String regime() {
    List<String> facts = facts(topology.sentinels().get(0));
    return facts.get(facts.indexOf("port") + 1)
        + " since "
        + facts.get(facts.indexOf("config-epoch") + 1);
  }

  @Override
  public void close() {
    super.close();
    topology.close();
  }

  /** All sentinels name one master, which says that it is, and whose replicas all follow it. */
  @Override
  boolean isWhole() {
    List<RedisServer> masters = masters();
    if (masters.size() != 1) {
      return false;
    }
    int master = servers.indexOf(masters.get(0));
    String replication = call(master, "INFO", "replication");
    return replication.lines().filter(line -> line.contains("state=online")).count()
            == servers.size() - 1
        && topology.sentinels().stream()
            .allMatch(sentinel -> topology.masterPort(sentinel) == proxies.get(master).port());
  }

  @Override
  String state() {
    return "masters "
        + masters().stream().map(RedisServer::port).toList()
        + ", sentinels "
        + topology.sentinels().stream()
            .filter(RedisServer::isRunning)
            .map(SentinelSite::facts)
            .toList();
  }

  @Override
  List<RedisServer> masters() {
    return servers.stream()
        .filter(RedisServer::isRunning)
        .filter(server -> Disasters.call(server, "INFO", "replication").contains("role:master"))
        .toList();
  }

  private Struck killMaster(Random random) {
    RedisServer master = masters().get(0);
    int port = proxies.get(servers.indexOf(master)).port();
    return kill(
        master,
        () -> topology.sentinels().stream().noneMatch(each -> topology.masterPort(each) == port));
  }

  private Struck failOver(Random random) {
    RedisServer master = masters().get(0);
    int port = proxies.get(servers.indexOf(master)).port();
    RedisServer sentinel = Disasters.any(random, topology.sentinels());
    Disasters.call(sentinel, "SENTINEL", "FAILOVER", SentinelTopology.MASTER_NAME);
    return Struck.servers(
        master.port(), () -> awaitUntil(() -> topology.masterPort(sentinel) != port));
  }

  private Struck killSentinel(Random random) {
    RedisServer sentinel = Disasters.any(random, topology.sentinels());
    sentinel.kill();
    return Struck.servers(sentinel.port(), sentinel::restart);
  }

  private static void watch(RedisServer sentinel, int masterPort) {
    String name = SentinelTopology.MASTER_NAME;
    Disasters.call(sentinel, "SENTINEL", "REMOVE", name);
    Disasters.call(sentinel, "SENTINEL", "MONITOR", name, "127.0.0.1", masterPort, 2);
    Disasters.call(
        sentinel,
        "SENTINEL",
        "SET",
        name,
        "down-after-milliseconds",
        SentinelTopology.DOWN_AFTER,
        "failover-timeout",
        3_000);
  }

  private static List<String> facts(RedisServer sentinel) {
    try (RawRedis raw = sentinel.raw()) {
      return ((List<?>) raw.call("SENTINEL", "MASTER", SentinelTopology.MASTER_NAME))
          .stream().map(SentinelSite::text).toList();
    }
  }

  private static String text(Object reply) {
    return new String((byte[]) reply, StandardCharsets.UTF_8);
  }

  private String call(int server, String command, Object... arguments) {
    return Disasters.call(servers.get(server), command, arguments);
  }
}
