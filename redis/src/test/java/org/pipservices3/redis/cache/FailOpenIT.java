package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;

/** A cache with fail_open: a service lives on without its Redis, and is told. */
@Timeout(60)
class FailOpenIT {

  private static final long MINUTE = 60_000;

  private final String key = Keys.unique("open");
  private RedisServer server;
  private Components components;
  private RedisCache cache;

  @BeforeEach
  void start() throws ApplicationException {
    server = RedisServer.start();
    components =
        new Components(
            Target.of(server)
                .with(
                    "options.connect_timeout", 200,
                    "options.command_timeout", 200,
                    "options.retries", 0,
                    "options.max_retry_delay", 10));
    cache = components.cache("options.fail_open", true);
  }

  @AfterEach
  void stop() throws ApplicationException {
    components.close();
    server.close();
  }

  @Test
  void anyCall_redisThere_isAsWithoutFailOpen() {
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
    assertThat(cache.delete(null, key)).isOne();
    assertThat(components.logger().entries(LogLevel.Warn)).isEmpty();
    assertThat(components.counters().counts()).doesNotContainKey("redis.cache.errors");
  }

  @Test
  void anyCall_redisGone_isAMissAndFalse() {
    cache.store(null, key, 1, MINUTE);
    server.kill();
    assertThat(cache.retrieve(null, key)).isNull();
    assertThat(cache.retrieveAs(null, key, Integer.class)).isNull();
    assertThat(cache.store(null, key, 2, MINUTE)).isFalse();
    assertThatNoException().isThrownBy(() -> cache.remove(null, key));
    assertThat(cache.delete(null, key)).isZero();
    assertThat(cache.delete(null, List.of(key))).isZero();
  }

  @Test
  void anyCall_redisGone_isCountedAndWarnedOfOnce() {
    server.kill();
    for (int i = 0; i < 20; i++) {
      assertThat(cache.retrieve(TRACE, key)).isNull();
    }
    assertThat(components.counters().count("redis.cache.fail_open")).isEqualTo(20);
    assertThat(components.counters().count("redis.cache.errors")).isEqualTo(20);
    assertThat(components.logger().entries(LogLevel.Warn))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.level()).isEqualTo(LogLevel.Warn);
              assertThat(entry.correlationId()).isEqualTo(TRACE);
              assertThat(entry.message()).contains("localhost");
            });
  }

  @Test
  void anyCall_redisFrozen_isAMissAndFalse() {
    server.pause();
    try {
      assertThat(cache.retrieve(null, key)).isNull();
      assertThat(cache.store(null, key, 2, MINUTE)).isFalse();
    } finally {
      server.resume();
    }
  }

  @Test
  void store_redisOutOfMemory_isFalseAndKeepsTheOldValue() {
    cache.store(null, key, 1, MINUTE);
    try (RawRedis raw = server.raw()) {
      raw.config("maxmemory", 1);
      assertThat(cache.store(null, key, 2, MINUTE)).isFalse();
      assertThat(cache.retrieve(null, key)).isEqualTo(1);
    }
  }

  @Test
  void anyCall_redisBack_worksAgain() {
    server.kill();
    assertThat(cache.store(null, key, 1, MINUTE)).isFalse();
    server.restart();
    await().atMost(Duration.ofSeconds(2)).until(() -> cache.store(null, key, 2, MINUTE));
    assertThat(cache.retrieve(null, key)).isEqualTo(2);
  }

  @Test
  void anyCall_mistakesOfTheCaller_areStillThrown() throws ApplicationException {
    assertFails(() -> cache.retrieve(TRACE, ""), BadRequestException.class, "NO_KEY");
    assertFails(
        () -> cache.store(TRACE, key, new Object(), MINUTE),
        BadRequestException.class,
        "WRONG_VALUE");
    cache.store(null, key, "ABC", MINUTE);
    assertFails(
        () -> cache.retrieveAs(TRACE, key, Integer.class),
        BadRequestException.class,
        "WRONG_VALUE");
    cache.close(null);
    assertFails(() -> cache.retrieve(TRACE, key), InvalidStateException.class, "NOT_OPENED");
  }

  @Test
  void anyCall_withoutFailOpen_isThrownAndCounted() throws ApplicationException {
    RedisCache closed = components.cache();
    server.kill();
    assertFails(() -> closed.retrieve(TRACE, key), ConnectionException.class);
    assertFails(() -> closed.store(TRACE, key, 1, MINUTE), ConnectionException.class);
    assertThat(components.counters().count("redis.cache.errors")).isEqualTo(2);
    assertThat(components.counters().count("redis.cache.fail_open")).isZero();
  }
}
