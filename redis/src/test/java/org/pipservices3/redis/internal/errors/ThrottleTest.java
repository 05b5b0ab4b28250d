package org.pipservices3.redis.internal.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a throttle speaks, by a clock that the test turns. */
class ThrottleTest {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(10);

  private final AtomicLong clock = new AtomicLong();
  private final Throttle throttle = new Throttle(clock::get, INTERVAL);

  @Test
  void admit_first_isLetThrough() {
    assertThat(throttle.admit()).isOne();
  }

  @Test
  void admit_withinTheInterval_isKeptQuiet() {
    throttle.admit();
    assertThat(throttle.admit()).isZero();
    clock.addAndGet(INTERVAL - 1);
    assertThat(throttle.admit()).isZero();
  }

  @Test
  void admit_afterTheInterval_tellsHowManyThereWere() {
    throttle.admit();
    throttle.admit();
    throttle.admit();
    clock.addAndGet(INTERVAL);
    assertThat(throttle.admit()).isEqualTo(3);
    assertThat(throttle.admit()).isZero();
    clock.addAndGet(INTERVAL);
    assertThat(throttle.admit()).isEqualTo(2);
  }

  @Test
  void admit_afterALongSilence_countsFromTheLastThatWasLetThrough() {
    throttle.admit();
    clock.addAndGet(100 * INTERVAL);
    assertThat(throttle.admit()).isOne();
    clock.addAndGet(INTERVAL - 1);
    assertThat(throttle.admit()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1, -1})
  void admit_clockThatOverflows_keepsTheInterval(long start) {
    clock.set(start);
    Throttle any = new Throttle(clock::get, INTERVAL);
    assertThat(any.admit()).isOne();
    assertThat(any.admit()).isZero();
    clock.addAndGet(INTERVAL);
    assertThat(any.admit()).isEqualTo(2);
  }

  @Test
  void admit_manyThreads_letsOneThroughPerIntervalAndLosesNoEvent() throws Exception {
    int threads = 8;
    int rounds = 200;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    long told = 0;
    try {
      for (int round = 0; round < rounds; round++) {
        CountDownLatch start = new CountDownLatch(1);
        var calls =
            IntStream.range(0, threads)
                .mapToObj(
                    i ->
                        pool.submit(
                            () -> {
                              start.await();
                              return throttle.admit();
                            }))
                .toList();
        start.countDown();
        int letThrough = 0;
        for (Future<Long> call : calls) {
          told += call.get();
          letThrough += call.get() > 0 ? 1 : 0;
        }
        assertThat(letThrough).isOne();
        clock.addAndGet(INTERVAL);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(told + throttle.admit()).isEqualTo((long) threads * rounds + 1);
  }
}
