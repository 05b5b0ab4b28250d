package org.pipservices3.redis.internal.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.RecordingCounters;
import org.pipservices3.redis.fixture.RecordingLogger;

/** Which failures a cache hides, and what it logs and counts. */
class CacheMetricsTest {
  private final RecordedMetrics recorded = new RecordedMetrics();
  private final RecordingLogger logger = recorded.logger;
  private final RecordingCounters counters = recorded.counters;
  private final CacheMetrics metrics = recorded.metrics;

  static ApplicationException[] failuresOfRedis() {
    return new ApplicationException[] {
      new ConnectionException("trace", "TIMEOUT", "GET on key '50%' was not answered"),
      new InvocationException("trace", "OOM", "GET on key '50%' was refused")
    };
  }

  static ApplicationException[] otherFailures() {
    return new ApplicationException[] {
      new BadRequestException("trace", "WRONG_VALUE", "wrong"),
      new InvalidStateException("trace", "NOT_OPENED", "closed")
    };
  }

  @ParameterizedTest
  @MethodSource("failuresOfRedis")
  void failed_redisAndFailOpen_isHiddenAndTold(ApplicationException cause) {
    metrics.failed("trace", /* failOpen= */ true, new RedisException(cause));
    assertThat(counters.counts())
        .isEqualTo(Map.of("redis.cache.errors", 1L, "redis.cache.fail_open", 1L));
    assertThat(logger.entries(LogLevel.Warn)).hasSize(1);
    assertThat(logger.text()).contains("trace", cause.getMessage(), "fail_open");
  }

  /** As docs/operations.md quotes it. */
  @Test
  void isBack_afterAnOutage_isToldInOneLine() {
    metrics.isBack("localhost:6379", 9, 350);
    assertThat(logger.entries(LogLevel.Info))
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.message())
                    .isEqualTo(
                        "redis.cache: Redis at localhost:6379 is back after 9 s, 350 calls served"
                            + " without it (options.fail_open)"));
  }

  @Test
  void failed_manyTimesInARow_isToldOnce() {
    for (int i = 0; i < 1_000; i++) {
      metrics.failed(null, /* failOpen= */ true, new RedisException(failuresOfRedis()[0]));
    }
    assertThat(logger.entries()).hasSize(1);
    assertThat(counters.count("redis.cache.fail_open")).isEqualTo(1_000);
  }

  @Test
  void failed_tenSecondsAfterTheLastWarning_isToldAgainWithTheirNumber() {
    RedisException failure = new RedisException(failuresOfRedis()[0]);
    metrics.failed(null, /* failOpen= */ true, failure);
    metrics.failed(null, /* failOpen= */ true, failure);
    recorded.clock.set(TimeUnit.SECONDS.toNanos(10) - 1);
    metrics.failed(null, /* failOpen= */ true, failure);
    assertThat(logger.entries()).hasSize(1);
    recorded.clock.incrementAndGet();
    metrics.failed(null, /* failOpen= */ true, failure);
    assertThat(logger.entries()).hasSize(2);
    assertThat(logger.text()).contains("; 3 failures since");
  }

  @Test
  void skipped_redisIsOut_isAnErrorThatIsHiddenAndToldWithTheReason() {
    metrics.skipped("trace", "the reason");
    assertThat(counters.counts())
        .isEqualTo(Map.of("redis.cache.errors", 1L, "redis.cache.fail_open", 1L));
    assertThat(logger.entries(LogLevel.Warn)).hasSize(1);
    assertThat(logger.text()).contains("trace", "the reason");
  }

  @Test
  void nearHit_isAlsoAHit() {
    metrics.nearHit();
    metrics.nearMissed();
    metrics.invalidated();
    assertThat(counters.counts())
        .isEqualTo(
            Map.of(
                "redis.cache.hits", 1L,
                "redis.cache.near_hits", 1L,
                "redis.cache.near_misses", 1L,
                "redis.cache.invalidations", 1L));
  }

  @ParameterizedTest
  @MethodSource("failuresOfRedis")
  void failed_redisWithoutFailOpen_isThrownAndCountedButNotLogged(ApplicationException cause) {
    assertThrown(/* failOpen= */ false, cause);
  }

  @ParameterizedTest
  @MethodSource("otherFailures")
  void failed_notRedis_isAlwaysThrown(ApplicationException cause) {
    assertThrown(/* failOpen= */ true, cause);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000})
  void removed_keys_areCountedEach(int keys) {
    metrics.removed(keys);
    assertThat(counters.count("redis.cache.removes")).isEqualTo(keys);
  }

  private void assertThrown(boolean failOpen, ApplicationException cause) {
    RedisException failure = new RedisException(cause);
    assertThatThrownBy(() -> metrics.failed("trace", failOpen, failure)).isSameAs(failure);
    assertThat(counters.counts()).isEqualTo(Map.of("redis.cache.errors", 1L));
    assertThat(logger.entries()).isEmpty();
  }
}
