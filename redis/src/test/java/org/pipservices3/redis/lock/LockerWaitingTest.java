package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.lock.FakeStore.unreachable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
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
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.redis.RedisException;

/** Waiting for a key: who asks Redis, who is served when, and that nobody is forgotten. */
class LockerWaitingTest {
  private static final long TTL = 60_000;
  private static final long FOR_EVER = Long.MAX_VALUE;

  private final Engine engine = new Engine(System::nanoTime, /* retryTimeout= */ 20);
  private final FakeStore store = engine.store;
  private final Locker locker = engine.locker;

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void acquire_free_takesItWithoutWaiting() throws Exception {
    locker.acquire(null, "key", TTL, FOR_EVER);
    assertThat(store.count("acquire")).isEqualTo(1);
    assertThat(engine.counters.values("redis.lock.waits")).isEmpty();
    assertThat(locker.hasWaiters()).isFalse();
  }

  @Test
  void acquire_noTimeToWait_triesOnce() {
    store.put("key", "foreign", TTL);
    assertThatThrownBy(() -> locker.acquire("trace", "key", TTL, 0))
        .isInstanceOfSatisfying(
            ConflictException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo("LOCK_TIMEOUT");
              assertThat(e.getCorrelationId()).isEqualTo("trace");
              assertThat(e.getDetails().getAsString("key")).isEqualTo("key");
            });
    assertThat(store.count("acquire")).isEqualTo(1);
    assertThat(engine.counters.count("redis.lock.timeouts")).isEqualTo(1);
  }

  @Test
  void acquire_foreignHolderUntilTimeout_timesOutInTime() {
    store.put("key", "foreign", TTL);
    long start = System.nanoTime();
    assertThatThrownBy(() -> locker.acquire(null, "key", TTL, millis(100)))
        .isInstanceOf(ConflictException.class);
    assertThat(System.nanoTime() - start).isBetween(millis(100), millis(1_000));
    assertThat(store.count("acquire")).isBetween(3L, 7L);
    assertThat(engine.counters.values("redis.lock.waits"))
        .singleElement()
        .satisfies(waited -> assertThat(waited).isBetween(100f, 1_000f));
    assertThat(locker.hasWaiters()).isFalse();
  }

  @Test
  void acquire_freedBetweenPollAndDeadline_takesItAtTheDeadline() throws Exception {
    try (Engine slow = new Engine(store, System::nanoTime, /* retryTimeout= */ 60_000)) {
      store.put("key", "foreign", 100);
      slow.locker.acquire(null, "key", TTL, millis(300));
    }
    assertThat(store.count("acquire")).isEqualTo(2);
  }

  @Test
  void acquire_localHolder_asksNothingAndIsWokenByTheRelease() throws Exception {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    FutureTask<Boolean> waiting = start(() -> acquire("key", FOR_EVER));
    awaitWaiting(waiting);
    assertThat(store.count("acquire")).isEqualTo(1);
    locker.release(null, "key");
    assertThat(waiting.get()).isTrue();
    assertThat(store.count("acquire")).isEqualTo(2);
  }

  @Test
  void acquire_localLease_isWokenByItsRelease() throws Exception {
    Lease lease = locker.tryLease(null, "key", TTL);
    FutureTask<Boolean> waiting = start(() -> acquire("key", FOR_EVER));
    awaitWaiting(waiting);
    assertThat(lease.release()).isTrue();
    assertThat(waiting.get()).isTrue();
    assertThat(store.count("acquire")).isEqualTo(1);
  }

  @Test
  void acquire_localHolderButForeignDelete_takesItWithinSeconds() throws Exception {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    FutureTask<Boolean> waiting = start(() -> acquire("key", FOR_EVER));
    awaitWaiting(waiting);
    store.delete("key");
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void acquire_localHolderNeverReleases_takesItAtTheEndOfItsTtl() throws Exception {
    assertThat(locker.tryAcquire(null, "key", 150)).isTrue();
    locker.acquire(null, "key", TTL, FOR_EVER);
    assertThat(store.count("acquire")).isBetween(2L, 4L);
  }

  @Test
  void acquire_many_areServedInTheirOrder() throws Exception {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    List<Integer> served = new CopyOnWriteArrayList<>();
    List<FutureTask<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      waiting.add(
          start(
              () -> {
                locker.acquire(null, "key", TTL, FOR_EVER);
                served.add(number);
                locker.release(null, "key");
                return true;
              }));
      awaitWaiting(waiting.get(i));
    }
    locker.release(null, "key");
    for (FutureTask<Boolean> task : waiting) {
      assertThat(task.get()).isTrue();
    }
    assertThat(served).isSorted().hasSize(20);
    assertThat(store.count("acquire")).isEqualTo(21);
    assertThat(locker.hasWaiters()).isFalse();
  }

  @Test
  void acquire_manyOnAForeignHolder_askNoMoreThanTwiceEachBesidesThePolling() throws Exception {
    store.put("key", "foreign", TTL);
    List<FutureTask<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(start(() -> acquire("key", millis(400))));
    }
    for (FutureTask<Boolean> task : waiting) {
      assertThat(task.get()).isFalse();
    }
    assertThat(store.count("acquire")).isLessThan(20 + 2 * 100 + 20);
    assertThat(locker.hasWaiters()).isFalse();
  }

  @Test
  void acquire_firstInterrupted_promotesTheNext() throws Exception {
    store.put("key", "foreign", TTL);
    Thread[] first = new Thread[1];
    FutureTask<Boolean> interrupted =
        start(
            () -> {
              first[0] = Thread.currentThread();
              return acquire("key", FOR_EVER);
            });
    awaitWaiting(interrupted);
    FutureTask<Boolean> next = start(() -> acquire("key", FOR_EVER));
    awaitWaiting(next);
    first[0].interrupt();
    assertThatThrownBy(interrupted::get).hasCauseInstanceOf(InterruptedException.class);
    store.delete("key");
    assertThat(next.get()).isTrue();
  }

  @Test
  void acquire_interruptedBefore_asksNothing() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> locker.acquire(null, "key", TTL, FOR_EVER))
        .isInstanceOf(InterruptedException.class);
    assertThat(store.count("acquire")).isZero();
  }

  @Test
  void acquire_interruptedInACommand_isInterruptedAndHoldsNothing() {
    store.beforeReply =
        command -> {
          if (command.equals("acquire")) {
            Thread.currentThread().interrupt();
            throw unreachable();
          }
        };
    assertThatThrownBy(() -> locker.acquire(null, "key", TTL, FOR_EVER))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    await().until(() -> store.holder("key") == null);
    assertThat(locker.hasWaiters()).isFalse();
  }

  @Test
  void acquire_redisFails_promotesTheNext() throws Exception {
    store.put("key", "foreign", TTL);
    FutureTask<Boolean> failing = start(() -> acquire("key", FOR_EVER));
    awaitWaiting(failing);
    FutureTask<Boolean> next = start(() -> acquire("key", FOR_EVER));
    awaitWaiting(next);
    AtomicBoolean failed = new AtomicBoolean();
    store.beforeRun =
        command -> {
          if (command.equals("acquire") && failed.compareAndSet(false, true)) {
            throw unreachable();
          }
        };
    assertThatThrownBy(failing::get).hasCauseInstanceOf(RedisException.class);
    store.delete("key");
    assertThat(next.get()).isTrue();
  }

  @Test
  void close_waiting_wakesEverybodyWithNotOpened() throws Exception {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    List<FutureTask<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waiting.add(start(() -> acquire("key", FOR_EVER)));
      awaitWaiting(waiting.get(i));
    }
    engine.close();
    for (FutureTask<Boolean> task : waiting) {
      assertThatThrownBy(task::get)
          .hasCauseInstanceOf(RedisException.class)
          .cause()
          .satisfies(e -> assertThat(((RedisException) e).code()).isEqualTo("NOT_OPENED"));
    }
    assertThat(locker.hasWaiters()).isFalse();
    assertThat(store.count("acquire")).isEqualTo(1);
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
        Locker mine = i % 2 == 0 ? locker : other.locker;
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
      long end = System.nanoTime() + millis(4_000);
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
      assertThat(locker.hasWaiters() || other.locker.hasWaiters()).isFalse();
      store.beforeRun = FakeStore.NOTHING;
      store.beforeReply = FakeStore.NOTHING;
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> store.holder("key-0") == null && store.holder("key-1") == null);
    }
  }

  private static void contend(
      Locker locker,
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
        lease = locker.lease(null, key, TTL, timeout);
      } else {
        locker.acquire(null, key, TTL, timeout);
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
        locker.release(null, key);
      }
    } catch (InterruptedException | ApplicationException | RedisException e) {
      refused.increment();
    }
  }

  private boolean acquire(String key, long timeout) throws InterruptedException {
    try {
      locker.acquire(null, key, TTL, timeout);
      return true;
    } catch (ApplicationException e) {
      return false;
    }
  }

  private final List<Thread> started = new CopyOnWriteArrayList<>();

  private FutureTask<Boolean> start(Callable<Boolean> call) {
    FutureTask<Boolean> task = new FutureTask<>(call);
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    started.add(thread);
    thread.start();
    return task;
  }

  /** Waits until the thread that was started last waits. */
  private void awaitWaiting(FutureTask<Boolean> task) throws ExecutionException {
    Thread thread = started.get(started.size() - 1);
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              assertThat(task.isDone()).isFalse();
              return thread.getState() == Thread.State.TIMED_WAITING;
            });
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
