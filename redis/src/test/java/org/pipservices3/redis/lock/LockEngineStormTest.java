package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.lock.FakeStore.unreachable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Scale;

/** Many waiters of two components, under random timeouts, interrupts and failing commands. */
class LockEngineStormTest {
  private static final long TTL = 60_000;

  private final Engine engine = new Engine(System::nanoTime, /* retryTimeout= */ 20);
  private final FakeStore store = engine.store;
  private final LockEngine lockEngine = engine.lockEngine;

  @AfterEach
  void close() {
    engine.close();
  }

  /**
   * Threads of two components with random timeouts, interrupts and failing commands: never two
   * holders, no lost wake-up, nothing left behind.
   */
  @Test
  void acquire_randomTimeoutsAndInterrupts_excludesAndForgetsNobody() throws Exception {
    try (Engine other = new Engine(store, System::nanoTime, /* retryTimeout= */ 1)) {
      store.beforeRun =
          command -> {
            if (ThreadLocalRandom.current().nextInt(500) == 0) {
              throw unreachable();
            }
          };
      store.beforeReply =
          command -> {
            if (ThreadLocalRandom.current().nextInt(500) == 0) {
              throw unreachable();
            }
          };
      AtomicInteger[] holders = {new AtomicInteger(), new AtomicInteger()};
      LongAdder acquired = new LongAdder();
      LongAdder refused = new LongAdder();
      LongAdder violations = new LongAdder();
      AtomicBoolean stop = new AtomicBoolean();
      List<Thread> threads = new ArrayList<>();
      List<FutureTask<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        LockEngine mine = i % 2 == 0 ? lockEngine : other.lockEngine;
        FutureTask<Boolean> task =
            new FutureTask<>(
                () -> {
                  while (!stop.get()) {
                    contend(mine, holders, acquired, refused, violations);
                  }
                  return true;
                });
        tasks.add(task);
        threads.add(new Thread(task));
      }
      threads.forEach(Thread::start);
      long end = System.nanoTime() + millis(Scale.times(500, 4_000));
      while (System.nanoTime() - end < 0) {
        threads.get(ThreadLocalRandom.current().nextInt(threads.size())).interrupt();
        LockSupport.parkNanos(200_000);
      }
      stop.set(true);
      for (FutureTask<Boolean> task : tasks) {
        assertThat(task.get(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(violations.sum()).isZero();
      assertThat(acquired.sum()).isGreaterThan(100);
      assertThat(refused.sum()).isPositive();
      assertThat(List.of(engine, other))
          .allMatch(each -> each.isQueueEmpty("key-0") && each.isQueueEmpty("key-1"));
      store.beforeRun = FakeStore.NOTHING;
      store.beforeReply = FakeStore.NOTHING;
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> store.holder("key-0") == null && store.holder("key-1") == null);
    }
  }

  private static void contend(
      LockEngine lockEngine,
      AtomicInteger[] holders,
      LongAdder acquired,
      LongAdder refused,
      LongAdder violations) {
    int number = ThreadLocalRandom.current().nextInt(holders.length);
    String key = "key-" + number;
    boolean leasing = ThreadLocalRandom.current().nextInt(4) == 0;
    long timeout = millis(ThreadLocalRandom.current().nextInt(20));
    try {
      Lease lease = null;
      if (leasing) {
        lease = lockEngine.lease(null, key, TTL, timeout);
      } else {
        lockEngine.acquire(null, key, TTL, timeout);
      }
      acquired.increment();
      if (holders[number].incrementAndGet() != 1) {
        violations.increment();
      }
      Thread.onSpinWait();
      holders[number].decrementAndGet();
      if (lease != null) {
        lease.close();
      } else {
        lockEngine.release(null, key);
      }
    } catch (InterruptedException | ApplicationException | RedisException e) {
      refused.increment();
    }
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
