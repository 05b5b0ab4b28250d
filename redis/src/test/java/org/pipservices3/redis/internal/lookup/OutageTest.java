package org.pipservices3.redis.internal.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the thread of an outage asks, and when it ends. */
@Timeout(30)
class OutageTest {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  private Outage outage(boolean writesOnly, BooleanSupplier isBack) {
    return new Outage(
        "the reason",
        writesOnly,
        () -> {
          asked.incrementAndGet();
          return isBack.getAsBoolean();
        },
        outage -> ended.countDown());
  }

  @Test
  void probe_serverIsBack_endsTheOutageOnce() throws Exception {
    Outage outage = outage(false, () -> asked.get() == 2);
    outage.start();
    ended.await();
    outage.join();
    assertThat(asked).hasValue(2);
  }

  /** The circuit closed although the server was still out. */
  @Test
  void probe_askingFails_goesOnAsking() throws Exception {
    Outage outage =
        outage(
            false,
            () -> {
              if (asked.get() < 3) {
                throw new IllegalStateException("closing");
              }
              return true;
            });
    outage.start();
    ended.await();
    assertThat(asked).hasValue(3);
  }

  @Test
  void stop_serverStaysOut_endsTheThread() throws Exception {
    Outage outage = outage(false, () -> false);
    outage.start();
    outage.stop();
    ended.await();
    outage.stop();
    assertThat(asked).hasValueLessThan(3);
  }

  @Test
  void join_interrupted_staysInterrupted() throws Exception {
    Outage outage = outage(false, () -> false);
    outage.start();
    Thread.currentThread().interrupt();
    outage.join();
    assertThat(Thread.interrupted()).isTrue();
    outage.stop();
    ended.await();
  }

  @Test
  void concerns_outageOfWrites_leavesReadsUntilTheyAreIncluded() {
    Outage outage = outage(/* writesOnly= */ true, () -> false);
    assertThat(outage.concerns(/* write= */ true)).isTrue();
    assertThat(outage.concerns(/* write= */ false)).isFalse();
    outage.includeReads();
    assertThat(outage.concerns(/* write= */ true)).isTrue();
    assertThat(outage.concerns(/* write= */ false)).isTrue();
    assertThat(outage(/* writesOnly= */ false, () -> false).concerns(/* write= */ false)).isTrue();
  }

  @Test
  void secondsAndCalls_areThoseOfTheOutage() {
    long before = System.nanoTime();
    Outage outage = outage(false, () -> false);
    outage.serve();
    outage.serve();
    assertThat(outage.calls()).isEqualTo(2);
    assertThat(outage.reason()).isEqualTo("the reason");
    while (System.nanoTime() - before < TimeUnit.MILLISECONDS.toNanos(20)) {
      Thread.onSpinWait();
    }
    long seconds = outage.seconds();
    Duration most = Duration.ofNanos(System.nanoTime() - before).plusSeconds(1);
    assertThat(seconds).isBetween(0L, most.toSeconds());
  }
}
