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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.FakeClock;
import org.pipservices3.redis.fixture.Scale;

/** Waiting for a key: who asks Redis, who is served when, and that nobody is forgotten. */
class LockEngineWaitingTest {
  private static final long TTL = 60_000;
  private static final long FOR_EVER = Long.MAX_VALUE;

  private final Engine engine = new Engine(System::nanoTime, /* retryTimeout= */ 20);
  private final FakeStore store = engine.store;
  private final LockEngine lockEngine = engine.lockEngine;

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void acquire_free_takesItWithoutWaiting() throws Exception {
    lockEngine.acquire(null, "key", TTL, FOR_EVER);
    assertThat(store.count("acquire")).isEqualTo(1);
    assertThat(engine.counters.values("redis.lock.waits")).isEmpty();
    assertThat(engine.isQueueEmpty("key")).isTrue();
  }

  /** The release of the first, late grant freed the second one, which had the same token. */
  @Test
  void acquire_firstReplySlowerThanTheTtl_keepsWhatTheSecondAttemptGot() throws Exception {
    FakeClock clock = new FakeClock();
    try (Engine slow = new Engine(clock, /* retryTimeout= */ 1)) {
      AtomicBoolean late = new AtomicBoolean(true);
      slow.store.beforeReply =
          command -> {
            if (command.equals("acquire") && late.compareAndSet(true, false)) {
              clock.advance(Duration.ofMillis(TTL));
            }
          };
      slow.lockEngine.acquire(null, "key", TTL, FOR_EVER);
      await().until(() -> slow.store.count("release") > 0);
      assertThat(slow.store.holder("key")).isNotNull();
    }
  }

  @Test
  void acquire_noTimeToWait_triesOnce() {
    store.put("key", "foreign", TTL);
    assertThatThrownBy(() -> lockEngine.acquire("trace", "key", TTL, 0))
        .isInstanceOfSatisfying(
            ConflictException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo("LOCK_TIMEOUT");
              assertThat(e.getCorrelationId()).isEqualTo("trace");
              assertThat(e.getDetails().getAsString("key")).isEqualTo("orders:key");
            });
    assertThat(store.count("acquire")).isEqualTo(1);
    assertThat(engine.counters.count("redis.lock.timeouts")).isEqualTo(1);
  }

  @Test
  void acquire_foreignHolderUntilTimeout_timesOutInTime() {
    store.put("key", "foreign", TTL);
    long start = System.nanoTime();
    assertThatThrownBy(() -> lockEngine.acquire(null, "key", TTL, millis(100)))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("'orders:key' was held by others for the whole 100 ms");
    assertThat(System.nanoTime() - start).isBetween(millis(100), millis(1_000));
    assertThat(store.count("acquire")).isBetween(3L, 7L);
    assertThat(engine.counters.values("redis.lock.waits"))
        .singleElement()
        .satisfies(waited -> assertThat(waited).isBetween(100f, 1_000f));
    assertThat(engine.isQueueEmpty("key")).isTrue();
  }

  @Test
  void acquire_freedBetweenPollAndDeadline_takesItAtTheDeadline() throws Exception {
    try (Engine slow = new Engine(store, System::nanoTime, /* retryTimeout= */ 60_000)) {
      store.put("key", "foreign", 100);
      slow.lockEngine.acquire(null, "key", TTL, millis(300));
    }
    assertThat(store.count("acquire")).isEqualTo(2);
  }

  @Test
  void acquire_localHolder_asksNothingAndIsWokenByTheRelease() throws Exception {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    FutureTask<Boolean> waiting = start(() -> acquire("key", FOR_EVER));
    awaitWaiting(waiting);
    assertThat(store.count("acquire")).isEqualTo(1);
    lockEngine.release(null, "key");
    assertThat(waiting.get()).isTrue();
    assertThat(store.count("acquire")).isEqualTo(2);
  }

  @Test
  void acquire_localLease_isWokenByItsRelease() throws Exception {
    Lease lease = lockEngine.tryLease(null, "key", TTL);
    FutureTask<Boolean> waiting = start(() -> acquire("key", FOR_EVER));
    awaitWaiting(waiting);
    assertThat(lease.release()).isTrue();
    assertThat(waiting.get()).isTrue();
    assertThat(store.count("acquire")).isEqualTo(1);
  }

  @Test
  @Tag(Scale.THOROUGH) // it waits fifteen seconds
  void acquire_localHolderButForeignDelete_takesItWithinSeconds() throws Exception {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    FutureTask<Boolean> waiting = start(() -> acquire("key", FOR_EVER));
    awaitWaiting(waiting);
    store.delete("key");
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void acquire_localHolderNeverReleases_takesItAtTheEndOfItsTtl() throws Exception {
    assertThat(lockEngine.tryAcquire(null, "key", 150)).isTrue();
    lockEngine.acquire(null, "key", TTL, FOR_EVER);
    assertThat(store.count("acquire")).isBetween(2L, 4L);
  }

  @Test
  void acquire_many_areServedInTheirOrder() throws Exception {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    List<Integer> served = new CopyOnWriteArrayList<>();
    List<FutureTask<Boolean>> waiting = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      waiting.add(
          start(
              () -> {
                lockEngine.acquire(null, "key", TTL, FOR_EVER);
                served.add(number);
                lockEngine.release(null, "key");
                return true;
              }));
      awaitWaiting(waiting.get(i));
    }
    lockEngine.release(null, "key");
    for (FutureTask<Boolean> task : waiting) {
      assertThat(task.get()).isTrue();
    }
    assertThat(served).isSorted().hasSize(20);
    assertThat(store.count("acquire")).isEqualTo(21);
    assertThat(engine.isQueueEmpty("key")).isTrue();
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
    assertThat(engine.isQueueEmpty("key")).isTrue();
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
    assertThatThrownBy(() -> lockEngine.acquire(null, "key", TTL, FOR_EVER))
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
    assertThatThrownBy(() -> lockEngine.acquire(null, "key", TTL, FOR_EVER))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
    await().until(() -> store.holder("key") == null);
    assertThat(engine.isQueueEmpty("key")).isTrue();
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
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
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
          .hasMessageContaining("The lock was closed while the call waited for key 'orders:key'")
          .satisfies(e -> assertThat(((RedisException) e).code()).isEqualTo("NOT_OPENED"));
    }
    assertThat(engine.isQueueEmpty("key")).isTrue();
    assertThat(store.count("acquire")).isEqualTo(1);
  }

  private boolean acquire(String key, long timeout) throws InterruptedException {
    try {
      lockEngine.acquire(null, key, TTL, timeout);
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
