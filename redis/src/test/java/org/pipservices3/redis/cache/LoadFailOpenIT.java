package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;

/** Loads while Redis is out: before they begin, and before they are stored. */
@Timeout(60)
class LoadFailOpenIT {
  private static final long MINUTE = 60_000;

  private final String key = Keys.unique("open");
  private final RedisServer server = RedisServer.start();
  private final Components components =
      new Components(
          Target.of(server)
              .with(
                  "options.connect_timeout", 200,
                  "options.command_timeout", 200,
                  "options.retries", 0,
                  "options.max_retry_delay", 10));
  private RedisCache open;
  private RedisCache strict;

  @BeforeEach
  void start() throws ApplicationException {
    open = components.cache("options.fail_open", true);
    strict = components.cache();
  }

  @AfterEach
  void stop() throws ApplicationException {
    components.close();
    server.close();
  }

  @Test
  void retrieveOrLoad_redisGone_isLoadedOnceForTheWholeProcess() throws Exception {
    server.kill();
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> owner = load(open, loader);
    loader.awaitCalls(1);
    List<Background<String>> joiners = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      joiners.add(load(open, loader));
    }
    for (Background<String> each : joiners) {
      each.awaitSleep();
    }
    loader.release();
    assertThat(owner.result()).isEqualTo("ABC");
    for (Background<String> each : joiners) {
      assertThat(each.result()).isEqualTo("ABC");
    }
    assertThat(loader.calls()).isLessThanOrEqualTo(2);
    assertThat(components.counters().count("redis.cache.fail_open")).isPositive();
  }

  /** The reply to the claim was lost, and Redis was back long before the removal. */
  @Test
  void remove_ofOtherComponentDuringALoadWithoutRedis_whoJoinsLaterGetsNothingOlder()
      throws Exception {
    try (TcpProxy proxy = TcpProxy.to(server.port());
        Components proxied =
            new Components(
                Target.of(proxy, server)
                    .with("options.command_timeout", 200, "options.retries", 0))) {
      RedisCache cache = proxied.cache("options.fail_open", true);
      cache.retrieveOrLoad(null, key + "warm", String.class, MINUTE, (trace, asked) -> "warm");
      proxy.loseReplyTo("load:{" + key + "}");
      ParkedLoader<String> loader = new ParkedLoader<>("old");
      Background<String> owner = load(cache, loader);
      loader.awaitCalls(1);
      assertThat(proxy.hasLostReply()).isTrue();
      await().until(() -> cache.store(null, key + "probe", 1, MINUTE));
      strict.remove(null, key);
      Background<String> later =
          Background.call(
              () -> cache.retrieveOrLoad(null, key, String.class, MINUTE, (trace, asked) -> "new"));
      later.awaitSleep();
      loader.release();
      assertThat(owner.result()).isEqualTo("old");
      assertThat(later.result()).isEqualTo("new");
    }
  }

  @Test
  void retrieveOrLoad_redisGoneAndLoaderThrows_isTheLoadersException() {
    server.kill();
    CacheLoader<String, IOException> throwing =
        (trace, asked) -> {
          throw new IOException("disk");
        };
    assertThat(catchThrowable(() -> open.retrieveOrLoad(null, key, String.class, MINUTE, throwing)))
        .isExactlyInstanceOf(IOException.class);
  }

  @Test
  void retrieveOrLoad_redisGoneWithoutFailOpen_isTheErrorOfARetrieve() {
    server.kill();
    CacheLoader<String, RuntimeException> never =
        (trace, asked) -> {
          throw new AssertionError("loaded");
        };
    assertFails(
        () -> strict.retrieveOrLoad(TRACE, key, String.class, MINUTE, never),
        ConnectionException.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retrieveOrLoad_redisDiesDuringTheLoad_isReturnedAndToldButNotThrown(boolean failOpen) {
    String value =
        (failOpen ? open : strict)
            .retrieveOrLoad(
                null,
                key,
                String.class,
                MINUTE,
                (trace, asked) -> {
                  server.kill();
                  return "ABC";
                });
    assertThat(value).isEqualTo("ABC");
    assertThat(components.logger().entries(LogLevel.Warn)).isNotEmpty();
    assertThat(components.counters().count("redis.cache.errors")).isPositive();
  }

  @Test
  void retrieveOrLoad_redisBackAgain_isStoredAgain() {
    server.kill();
    assertThat(load(open)).isEqualTo("ABC");
    server.restart();
    try (RawRedis raw = server.raw()) {
      await()
          .until(
              () -> {
                assertThat(load(open)).isEqualTo("ABC");
                return raw.exists(key);
              });
      assertThat(raw.exists("load:{" + key + "}")).isFalse();
    }
  }

  @Test
  void retrieveOrLoad_redisRefusesWrites_isLoadedAndTold() {
    try (RawRedis raw = server.raw()) {
      raw.config("maxmemory", 1);
      raw.config("maxmemory-policy", "noeviction");
      assertThat(load(open)).isEqualTo("ABC");
      assertThat(load(strict)).isEqualTo("ABC");
      assertThat(components.logger().entries(LogLevel.Warn)).isNotEmpty();
      assertThat(raw.exists(key)).isFalse();
      raw.config("maxmemory", 0);
      assertThat(load(strict)).isEqualTo("ABC");
      assertThat(raw.exists(key)).isTrue();
    }
  }

  /** A full Redis still removes: who calls after that gets nothing older. */
  @Test
  void retrieveOrLoad_removedWhileRedisRefusesWrites_whoJoinsLaterLoadsAnew() throws Exception {
    try (RawRedis raw = server.raw()) {
      raw.config("maxmemory", 1);
      raw.config("maxmemory-policy", "noeviction");
      ParkedLoader<String> parked = new ParkedLoader<>("old");
      Background<String> owner = load(strict, parked);
      parked.awaitCalls(1);
      open.remove(null, key);
      Background<String> later = Background.call(() -> load(strict));
      await().until(() -> components.counters().count("redis.cache.load_joined") == 1);
      parked.release();
      assertThat(owner.result()).isEqualTo("old");
      assertThat(later.result()).isEqualTo("ABC");
    }
  }

  private String load(RedisCache by) {
    return by.retrieveOrLoad(null, key, String.class, MINUTE, (trace, asked) -> "ABC");
  }

  private Background<String> load(RedisCache by, ParkedLoader<String> loader) {
    return Background.call(() -> by.retrieveOrLoad(null, key, String.class, MINUTE, loader));
  }
}
