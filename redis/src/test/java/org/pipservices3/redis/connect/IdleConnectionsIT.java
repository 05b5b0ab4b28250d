package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.Socket;
import java.net.SocketOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.internal.wire.OpenSockets;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;

/**
 * The first delete after a pause failed with NO_CONNECTION, since the server or the network had
 * closed the idle connection; and where the network forgets connections without a word, each of
 * them cost a caller its command_timeout.
 */
@Timeout(120)
class IdleConnectionsIT {
  private static final int MINUTE = 60_000;
  private static final int CALLERS = 5;

  private final String key = Keys.unique("idle");
  private final RedisServer server = RedisServer.start();
  private final RawRedis raw = server.raw();
  private final TcpProxy proxy = TcpProxy.to(server.port());
  private final Components components = new Components(Target.of(proxy, server));

  @AfterEach
  void stop() throws ApplicationException {
    proxy.heal();
    components.close();
    proxy.close();
    raw.close();
    server.close();
  }

  @Test
  void delete_serverClosedTheIdleConnection_counts() throws ApplicationException {
    RedisCache cache = components.cache();
    cache.store(null, key, 1, MINUTE);
    raw.config("timeout", 1);
    await().atMost(Duration.ofSeconds(20)).until(() -> raw.clients().isEmpty());

    assertThat(cache.delete(null, key)).isEqualTo(1);
  }

  @Test
  void delete_networkClosedTheIdleConnections_counts() throws ApplicationException {
    RedisCache cache = components.cache("options.retries", 0);
    cache.store(null, key, 1, MINUTE);
    awaitIdle();
    proxy.cut();

    assertThat(cache.delete(null, List.of(key, key + "2"))).isEqualTo(1);
  }

  @Test
  void delete_networkForgotTheIdleConnections_countsBeforeACommandWouldTimeOut()
      throws ApplicationException {
    RedisCache cache = components.cache("options.command_timeout", 5_000);
    cache.store(null, key, 1, MINUTE);
    awaitIdle();
    proxy.forgetLinks();

    long start = System.nanoTime();
    assertThat(cache.delete(null, key)).isEqualTo(1);
    assertThat(since(start)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void retrieve_networkForgotAllConnections_costsOneCallerItsTimeout() throws Exception {
    RedisCache cache = components.cache("options.command_timeout", 3_000);
    cache.store(null, key, 1, MINUTE);
    proxy.delay(Duration.ofMillis(20));
    atOnce(cache);
    assertThat(proxy.links()).isGreaterThan(2);
    proxy.heal();
    proxy.forgetLinks();
    assertThat(cache.retrieve(null, key)).isEqualTo(1);

    long start = System.nanoTime();
    atOnce(cache);
    assertThat(since(start)).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void delete_connectionInUse_needsNoProof() throws ApplicationException {
    RedisCache cache = components.cache();
    cache.store(null, key, 1, MINUTE);
    long pings = raw.callsOf("ping");
    for (int i = 0; i < 50; i++) {
      cache.delete(null, key);
    }

    assertThat(raw.callsOf("ping") - pings).isLessThan(5);
  }

  @Test
  void sockets_idle_areKeptAliveBySystem() throws Exception {
    OpenSockets sockets = new OpenSockets();
    HostAndPort address = new HostAndPort("localhost", server.port());
    Map<String, Object> options = new TreeMap<>();
    try (Socket socket =
        sockets.to(address, DefaultJedisClientConfig.builder().build()).createSocket()) {
      assertThat(socket.getKeepAlive()).isTrue();
      for (SocketOption<?> option : socket.supportedOptions()) {
        if (option.name().startsWith("TCP_KEEP")) {
          options.put(option.name(), socket.getOption(option));
        }
      }
    }
    assertThat(options)
        .isEqualTo(Map.of("TCP_KEEPCOUNT", 3, "TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10));
  }

  private void atOnce(RedisCache cache) throws Exception {
    List<Background<Object>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Background.call(() -> cache.retrieve(null, key)));
    }
    for (Background<Object> caller : callers) {
      assertThat(caller.result()).isEqualTo(1);
    }
  }

  private void awaitIdle() {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> raw.clients().stream().noneMatch(client -> client.matches(".* idle=[01] .*")));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
