package org.pipservices3.redis.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.RedisLock;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Calls failed at once where a server says that it cannot answer yet: while it reads its data
 * (LOADING), while a script blocks it (BUSY), or where it takes no more connections.
 */
@Timeout(120)
class TemporaryErrorsIT {
  private static final int MINUTE = 60_000;

  private final String key = Keys.unique("not-now");
  private final RedisServer server = RedisServer.start();
  private final RawRedis raw = server.raw();
  private final Components components = new Components(Target.of(server));

  @AfterEach
  void stop() throws ApplicationException {
    components.close();
    raw.close();
    server.close();
  }

  @Test
  void anyCall_serverReadsItsData_waitsAndWorks() throws Exception {
    RedisCache cache = components.cache();
    RedisLock lock = components.lock();
    cache.store(null, key, "kept", MINUTE);
    cache.store(null, key + "2", "kept", MINUTE);
    Background<Boolean> reload = server.reload(Duration.ofSeconds(2));
    Background<Object> reader = Background.call(() -> cache.retrieve(null, key));
    Background<Boolean> writer = Background.call(() -> cache.store(null, key + "3", 1, MINUTE));
    Background<Integer> deleter = Background.call(() -> cache.delete(null, key + "2"));
    Background<Boolean> lockEngine =
        Background.call(() -> lock.tryAcquireLock(null, key + "lock", MINUTE));

    assertThat(reader.result()).isEqualTo("kept");
    assertThat(writer.result()).isTrue();
    assertThat(deleter.result()).isEqualTo(1);
    assertThat(lockEngine.result()).isTrue();
    assertThat(reload.result()).isTrue();
  }

  @Test
  void open_serverReadsItsData_waitsAndWorks() throws Exception {
    raw.set(key, "\"kept\"");
    Background<Boolean> reload = server.reload(Duration.ofSeconds(2));

    RedisCache cache = components.cache();

    assertThat(cache.retrieve(null, key)).isEqualTo("kept");
    assertThat(reload.result()).isTrue();
  }

  @Test
  void retrieve_serverReadsLongerThanTheFailoverTimeout_isLoading() throws Exception {
    RedisCache cache = components.cache("options.failover_timeout", 500);
    Background<Boolean> reload = server.reload(Duration.ofSeconds(5));

    long start = System.nanoTime();
    assertFails(() -> cache.retrieve(TRACE, key), InvocationException.class, "LOADING");
    assertThat(since(start)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(3));
    assertThat(reload.isDone()).isFalse();
  }

  @Test
  void anyCall_scriptBlocksTheServer_waitsAndWorks() throws Exception {
    RedisCache cache = components.cache("options.command_timeout", 10_000);
    raw.config("lua-time-limit", 50);
    Background<Boolean> script = block();
    Background<Boolean> writer = Background.call(() -> cache.store(null, key, 1, MINUTE));
    writer.awaitStart();
    await().during(Duration.ofMillis(300)).until(() -> !writer.isDone());
    raw.call("SCRIPT", "KILL");

    assertThat(writer.result()).isTrue();
    assertThat(script.result()).isTrue();
  }

  @Test
  void store_scriptBlocksTheServerForLong_isBusyAfterTheCommandTimeout() throws Exception {
    RedisCache cache = components.cache("options.command_timeout", 700);
    raw.config("lua-time-limit", 50);
    Background<Boolean> script = block();

    long start = System.nanoTime();
    assertFails(() -> cache.store(TRACE, key, 1, MINUTE), InvocationException.class, "BUSY");
    assertThat(since(start)).isBetween(Duration.ofMillis(700), Duration.ofSeconds(4));
    raw.call("SCRIPT", "KILL");
    assertThat(script.result()).isTrue();
  }

  @Test
  void anyCall_serverTakesNoMoreConnections_usesThoseThatAreOpen() throws Exception {
    RedisCache cache = components.cache("options.retries", 0);
    cache.store(null, key, 1, MINUTE);
    raw.config("maxclients", raw.clients().size() + 1);
    for (int round = 0; round < 20; round++) {
      List<Background<Object>> callers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        String own = key + i;
        callers.add(
            Background.call(
                () -> {
                  cache.store(null, own, 1, MINUTE);
                  assertThat(cache.delete(null, own)).isEqualTo(1);
                  return cache.retrieve(null, key);
                }));
      }
      for (Background<Object> caller : callers) {
        assertThat(caller.result()).isEqualTo(1);
      }
    }
    assertThat(raw.callsOf("get")).isGreaterThanOrEqualTo(100);
  }

  @Test
  void anyCall_serverTakesNoConnectionAtAll_isRetriedUntilItDoes() throws Exception {
    RedisCache cache = components.cache("options.retries", 100);
    cache.store(null, key, 1, MINUTE);
    raw.config("maxclients", 1);
    raw.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    Background<Object> reader = Background.call(() -> cache.retrieve(null, key));
    await().until(() -> info("rejected_connections") >= 1);
    Background<Integer> deleter = Background.call(() -> cache.delete(null, key + "2"));
    long rejected = info("rejected_connections");
    await().until(() -> info("rejected_connections") >= rejected + 3);
    raw.config("maxclients", 100);

    assertThat(reader.result()).isEqualTo(1);
    assertThat(deleter.result()).isZero();
  }

  private Background<Boolean> block() {
    Background<Boolean> script =
        Background.run(
            () -> {
              try (RawRedis other = server.raw()) {
                other.call("EVAL", "while true do end", 0);
              } catch (JedisDataException e) {
                assertThat(e).hasMessageContaining("killed");
              }
            });
    await().until(this::isBlocked);
    return script;
  }

  private boolean isBlocked() {
    try {
      raw.call("PING");
      return false;
    } catch (JedisDataException e) {
      return e.getMessage().startsWith("BUSY");
    }
  }

  private long info(String name) {
    String info = new String((byte[]) raw.call("INFO", "stats"), UTF_8);
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1).trim()))
        .sum();
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
