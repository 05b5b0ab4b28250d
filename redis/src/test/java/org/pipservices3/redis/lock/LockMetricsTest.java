package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.RecordingLogger;

/** What is counted each time, and logged only now and then. */
class LockMetricsTest {
  private final Engine engine = new Engine(System::nanoTime, /* retryTimeout= */ 10);
  private final LockMetrics metrics = engine.metrics;

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void unconfirmed_manyAtOnce_areAllCountedAndLoggedOnce() {
    for (int i = 0; i < 100; i++) {
      metrics.unconfirmed(TRACE, /* lease= */ false, "key-" + i, 2);
    }
    assertThat(engine.counters.count("redis.lock.unconfirmed")).isEqualTo(100);
    assertThat(engine.logger.entries(LogLevel.Warn))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.correlationId()).isEqualTo(TRACE);
              assertThat(entry.message())
                  .startsWith(
                      "redis.lock: The lock on key 'orders:key-0' was released again: fewer than 2"
                          + " replicas");
            });
  }

  /** The one was silent for ten seconds after the other. */
  @Test
  void renewalUnconfirmed_afterAnAcquisition_isLoggedToo() {
    metrics.unconfirmed(TRACE, /* lease= */ false, "key", 1);
    metrics.renewalUnconfirmed(TRACE, "lease", 1);
    metrics.renewalUnconfirmed(TRACE, "lease", 1);
    assertThat(engine.counters.count("redis.lock.unconfirmed")).isEqualTo(3);
    assertThat(engine.logger.entries(LogLevel.Warn))
        .extracting(RecordingLogger.Entry::message)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("redis.lock: The lock on key 'orders:key'"),
            second ->
                assertThat(second)
                    .startsWith("redis.lock: A renewal of the lease of key 'orders:lease'"));
  }

  @Test
  void waited_anyTime_isInMilliseconds() {
    metrics.waited(TRACE, 2_500_000);
    assertThat(engine.counters.values("redis.lock.waits")).containsExactly(2.5f);
  }

  @Test
  void lost_keyWithOddCharacters_isShownOnOneLine() {
    metrics.lost(TRACE, /* lease= */ false, "a\nb", "of a test");
    assertThat(engine.counters.count("redis.lock.lost")).isOne();
    assertThat(engine.logger.entries(LogLevel.Warn))
        .singleElement()
        .satisfies(entry -> assertThat(entry.message()).doesNotContain("\n").contains("of a test"));
  }

  /** The key was named without the prefix, so that redis-cli looked at another one. */
  @Test
  void lost_lockAndLease_nameWhatItWasAndTheKeyAsRedisHasIt() {
    metrics.lost(TRACE, /* lease= */ false, "17", "of a test");
    metrics.lost(TRACE, /* lease= */ true, "18", "of a test");
    assertThat(engine.logger.entries(LogLevel.Warn))
        .extracting(RecordingLogger.Entry::message)
        .containsExactly(
            "redis.lock: The lock on key 'orders:17' was lost: of a test",
            "redis.lock: The lease of key 'orders:18' was lost: of a test");
  }
}
