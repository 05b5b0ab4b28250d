package org.pipservices3.redis.proof;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.fixture.TcpProxy.Direction;
import org.pipservices3.redis.proof.Disaster.Harm;
import org.pipservices3.redis.proof.Disaster.Struck;

/** The disasters that can happen anywhere. */
final class Disasters {
  /** After how many seconds of silence a replica connects to its master anew. */
  static final int REPLICATION_TIMEOUT = 5;

  private static final int LONGEST = 1_500;
  private static final List<String> COMMANDS = List.of("EVALSHA", "SET", "GET", "PTTL", "DEL");

  private Disasters() {}

  /** What a network does. */
  static List<Disaster> ofNetwork(List<TcpProxy> proxies) {
    List<Disaster> all = new ArrayList<>();
    all.add(onProxy("links cut", 1, proxies, TcpProxy::cut));
    all.add(onProxy("links refused", LONGEST, proxies, Disasters::refuse));
    all.add(onProxy("links slow", LONGEST, proxies, proxy -> proxy.delay(Duration.ofMillis(20))));
    for (Direction direction : Direction.values()) {
      String name = "links half-open " + direction;
      all.add(onProxy(name, 3_500, proxies, proxy -> proxy.swallow(direction)));
    }
    for (String command : COMMANDS) {
      String name = "reply lost to " + command;
      all.add(onProxy(name, 300, proxies, proxy -> proxy.loseReplyTo(command)));
    }
    for (String command : List.of("NX", "EVALSHA")) {
      all.add(late(command, proxies));
    }
    return all;
  }

  /** What servers do, or have done to them, and live. */
  static List<Disaster> ofServers(Supplier<List<RedisServer>> servers) {
    List<Disaster> all = new ArrayList<>();
    all.add(
        onServer(
            "server stopped",
            Harm.NONE,
            servers,
            server -> {
              server.pause();
              return Struck.servers(server.port(), server::resume);
            }));
    all.add(
        onServer(
            "connections killed", Harm.NONE, servers, calling("CLIENT", "KILL", "TYPE", "normal")));
    all.add(onServer("scripts flushed", Harm.NONE, servers, calling("SCRIPT", "FLUSH")));
    all.add(onServer("clients paused", Harm.NONE, servers, calling("CLIENT", "PAUSE", 700)));
    all.add(onServer("server asleep", Harm.NONE, servers, calling("DEBUG", "SLEEP", "0.7")));
    all.add(onServer("everything flushed", Harm.FORGOTTEN, servers, calling("FLUSHALL")));
    all.add(onServer("memory full", Harm.NONE, servers, configuring("maxmemory", 1, 0)));
    all.add(
        onServer(
            "tracking table full",
            Harm.NONE,
            servers,
            configuring("tracking-table-max-keys", 1, 1_000_000)));
    all.add(
        onServer(
            "writes refused", Harm.NONE, servers, configuring("min-replicas-to-write", 100, 0)));
    all.add(
        onServer(
            "scripts forbidden",
            Harm.NONE,
            servers,
            server -> {
              call(server, "ACL", "SETUSER", "default", "-@scripting");
              return Struck.servers(
                  server.port(), () -> call(server, "ACL", "SETUSER", "default", "+@scripting"));
            }));
    return all;
  }

  /** What happens to processes that use Redis. */
  static List<Disaster> ofWorkers(Workforce workers) {
    return List.of(
        new Disaster("process stopped", Harm.NONE, 2_800, workers::stopOne),
        new Disaster("process killed", Harm.NONE, 1, workers::replaceOne));
  }

  static <T> T any(Random random, List<T> things) {
    return things.get(random.nextInt(things.size()));
  }

  static String call(RedisServer server, String command, Object... arguments) {
    try (RawRedis raw = server.raw()) {
      Object reply = raw.call(command, arguments);
      return reply instanceof byte[] bytes
          ? new String(bytes, StandardCharsets.UTF_8)
          : String.valueOf(reply);
    }
  }

  private static void refuse(TcpProxy proxy) {
    proxy.refuse();
    proxy.cut();
  }

  private static Disaster onProxy(
      String name, int longest, List<TcpProxy> proxies, Consumer<TcpProxy> blow) {
    return new Disaster(
        name,
        Harm.NONE,
        longest,
        random -> {
          int index = random.nextInt(proxies.size());
          TcpProxy proxy = proxies.get(index);
          blow.accept(proxy);
          return Struck.servers("network " + index, proxy::heal);
        });
  }

  /**
   * A lock's command reaches the server long after its caller has given it up and tried again. It
   * is found by this text: only a lock sends {@code NX} or {@code EVALSHA}. A late store of a cache
   * overwrites later ones, as the docs say.
   */
  private static Disaster late(String command, List<TcpProxy> proxies) {
    return new Disaster(
        "request late: " + command,
        Harm.NONE,
        2_500,
        random -> {
          int index = random.nextInt(proxies.size());
          TcpProxy proxy = proxies.get(index);
          proxy.holdUpOnce(command, Duration.ofMillis(500 + random.nextInt(2_000)));
          return Struck.servers(
              "network " + index,
              () -> {
                proxy.awaitHeldUp();
                proxy.heal();
              });
        });
  }

  private interface Blow {
    Struck at(RedisServer server);
  }

  private static Disaster onServer(
      String name, Harm harm, Supplier<List<RedisServer>> servers, Blow blow) {
    return new Disaster(name, harm, LONGEST, random -> blow.at(any(random, servers.get())));
  }

  private static Blow calling(String command, Object... arguments) {
    return server -> {
      call(server, command, arguments);
      return Struck.servers(server.port(), () -> {});
    };
  }

  private static Blow configuring(String name, Object bad, Object good) {
    return server -> {
      call(server, "CONFIG", "SET", name, bad);
      return Struck.servers(server.port(), () -> call(server, "CONFIG", "SET", name, good));
    };
  }
}
