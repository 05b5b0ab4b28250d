package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.lock.RedisLock;

/** Closing a lock while others wait, and while losses are being reported. */
@Timeout(120)
class LockClosingIT extends OnOwnServer {
  private static final int WAITERS = 30;
  private static final int LEASES = 40;

  @Test
  void close_manyWaitersOnManyKeysAtRandomMoments_allEnd() throws Exception {
    for (int i = 0; i < WAITERS; i++) {
      raw.set(key + i, FOREIGN);
    }
    for (int round = 0; round < Scale.times(10, 100); round++) {
      RedisLock lock = components.lock("options.retry_timeout", 30_000);
      List<Background<Boolean>> waiters = new ArrayList<>();
      for (int i = 0; i < WAITERS; i++) {
        String own = key + i;
        waiters.add(
            Background.run(
                () ->
                    assertFails(
                        () -> lock.acquireLock(TRACE, own, MINUTE, MINUTE),
                        InvalidStateException.class,
                        "NOT_OPENED")));
      }
      LockSupport.parkNanos(
          ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(20)));
      long start = System.nanoTime();
      lock.close(null);
      for (Background<Boolean> waiter : waiters) {
        assertThat(waiter.result()).isTrue();
      }
      assertThat(since(start)).isLessThan(PROMPT);
    }
  }

  @Test
  void close_leasesWithSlowActions_runsAllToTheirEnd() throws Exception {
    RedisLock lock = components.lock();
    CountDownLatch slow = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    for (int i = 0; i < LEASES; i++) {
      lock.tryLease(null, key + i, Duration.ofMinutes(1))
          .orElseThrow()
          .onLost(
              () -> {
                try {
                  slow.await();
                  ended.incrementAndGet();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
    }
    lock.close(null);
    slow.countDown();
    eventually().until(() -> ended.get() == LEASES);
  }
}
