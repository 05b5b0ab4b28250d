package org.pipservices3.redis.proof;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.proof.Disaster.Harm;
import org.pipservices3.redis.proof.Disaster.Struck;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A master with two replicas under three sentinels. Each server is known to everybody, sentinels
 * included, by a proxy in front of it: so a server that is cut off is cut off from all.
 */
final class SentinelSite implements Site {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final SentinelTopology topology = SentinelTopology.start();
  private final List<RedisServer> servers = topology.servers();
  private final List<TcpProxy> proxies =
      servers.stream().map(server -> TcpProxy.to(server.port())).toList();

  SentinelSite() {
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
  public ConfigParams config(int place) {
    return topology
        .target()
        .config(
            "options.connect_timeout", 1_000,
            "options.command_timeout", 1_000,
            "options.failover_timeout", 6_000);
  }

  @Override
  public List<Disaster> disasters() {
    List<Disaster> all = new ArrayList<>(Disasters.ofNetwork(proxies));
    all.addAll(Disasters.ofServers(this::masters));
    all.add(new Disaster("master killed", Harm.FORGOTTEN, 1, this::killMaster));
    all.add(new Disaster("failover by hand", Harm.FORGOTTEN, 1, this::failOver));
    all.add(new Disaster("sentinel killed", Harm.NONE, 2_000, this::killSentinel));
    return all;
  }

  @Override
  public String regime() {
    try (RawRedis raw = topology.sentinels().get(0).raw()) {
      List<String> facts =
          ((List<?>) raw.call("SENTINEL", "MASTER", SentinelTopology.MASTER_NAME))
              .stream().map(SentinelSite::text).toList();
      return facts.get(facts.indexOf("port") + 1)
          + " since "
          + facts.get(facts.indexOf("config-epoch") + 1);
    }
  }

  /** All sentinels name one master, which says that it is, and whose replicas all follow it. */
  @Override
  public void awaitWhole() {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(JedisException.class)
        .until(this::isWhole);
  }

  @Override
  public void close() {
    proxies.forEach(TcpProxy::close);
    topology.close();
  }

  private boolean isWhole() {
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

  private List<RedisServer> masters() {
    return servers.stream()
        .filter(RedisServer::isRunning)
        .filter(server -> Disasters.call(server, "INFO", "replication").contains("role:master"))
        .toList();
  }

  private Struck killMaster(Random random) {
    RedisServer master = masters().get(0);
    int port = proxies.get(servers.indexOf(master)).port();
    master.kill();
    return Struck.servers(
        master.port(),
        () -> {
          await()
              .atMost(PATIENCE)
              .until(
                  () ->
                      topology.sentinels().stream()
                          .noneMatch(each -> topology.masterPort(each) == port));
          master.restart();
        });
  }

  private Struck failOver(Random random) {
    RedisServer master = masters().get(0);
    int port = proxies.get(servers.indexOf(master)).port();
    RedisServer sentinel = Disasters.any(random, topology.sentinels());
    Disasters.call(sentinel, "SENTINEL", "FAILOVER", SentinelTopology.MASTER_NAME);
    return Struck.servers(
        master.port(),
        () -> await().atMost(PATIENCE).until(() -> topology.masterPort(sentinel) != port));
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

  private static String text(Object reply) {
    return new String((byte[]) reply, StandardCharsets.UTF_8);
  }

  private String call(int server, String command, Object... arguments) {
    return Disasters.call(servers.get(server), command, arguments);
  }
}
