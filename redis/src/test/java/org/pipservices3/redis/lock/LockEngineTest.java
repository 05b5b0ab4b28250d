package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.lock.FakeStore.unreachable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.FakeClock;

/** Acquiring and releasing without waiting. */
class LockEngineTest {
  private static final long TTL = 10_000;

  private final FakeClock clock = new FakeClock();
  private final Engine engine = new Engine(clock, /* retryTimeout= */ 10);
  private final FakeStore store = engine.store;
  private final LockEngine lockEngine = engine.lockEngine;

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void tryAcquire_twice_isRefusedToTheHolderToo() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isFalse();
    lockEngine.release(null, "key");
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    assertThat(engine.counters.count("redis.lock.acquisitions")).isEqualTo(2);
  }

  @Test
  void tryAcquire_roundTripTookTheTtl_isRefusedAndReleased() {
    store.beforeReply = command -> clock.advance(Duration.ofMillis(TTL - 1));
    store.beforeRun = command -> clock.advance(Duration.ofMillis(1));
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isFalse();
    store.beforeReply = FakeStore.NOTHING;
    store.beforeRun = FakeStore.NOTHING;
    assertThat(engine.heldLocks.size()).isZero();
    assertThat(engine.counters.count("redis.lock.acquisitions")).isZero();
    await().until(() -> store.holder("key") == null);
  }

  @Test
  void tryAcquire_replyLost_throwsAndItsTokenIsReleased() {
    AtomicInteger failures = new AtomicInteger();
    store.beforeReply =
        command -> {
          if (failures.getAndIncrement() < 3) {
            throw unreachable();
          }
        };
    assertThatThrownBy(() -> lockEngine.tryAcquire(null, "key", TTL))
        .isInstanceOf(RedisException.class);
    await().until(() -> store.holder("key") == null);
    assertThat(engine.heldLocks.size()).isZero();
  }

  /** A stopped server may find the lost command only after it has refused our release. */
  @Test
  void tryAcquire_commandRunsLongAfterItFailed_isStillReleased() {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10)) {
      real.store.beforeRun =
          command -> {
            if (command.equals("acquire")) {
              throw unreachable();
            }
          };
      assertThatThrownBy(() -> real.lockEngine.tryAcquire(null, "key", TTL))
          .isInstanceOf(RedisException.class);
      String token = real.store.lastToken;
      await().until(() -> real.store.count("release") >= 1);
      real.store.put("key", token, TTL);
      await().until(() -> real.store.holder("key") == null);
    }
  }

  @Test
  void release_expiredWhileAnotherThreadHolds_freesNothingAndReportsLoss() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    clock.advance(Duration.ofMillis(TTL));
    onOtherThread(() -> assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue());
    String token = store.holder("key");

    lockEngine.release("trace", "key");

    assertThat(store.holder("key")).isEqualTo(token).isNotNull();
    assertThat(engine.counters.count("redis.lock.lost")).isEqualTo(1);
    assertThat(engine.logger.entries(LogLevel.Warn))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.correlationId()).isEqualTo("trace");
              assertThat(entry.message()).contains("'orders:key'");
            });
  }

  /** A waiter that was woken too early found the key still held, and slept again. */
  @Test
  void release_held_isForgottenBeforeAWaiterIsWoken() {
    AtomicReference<HeldLocks> heldLocks = new AtomicReference<>();
    List<Boolean> heldAtTheWakeUp = new ArrayList<>();
    LongSupplier watching =
        () -> {
          HeldLocks locks = heldLocks.getAndSet(null);
          if (locks != null) {
            heldAtTheWakeUp.add(locks.left("key") > 0);
          }
          return 0;
        };
    try (Engine watched = new Engine(watching, /* retryTimeout= */ 10)) {
      assertThat(watched.lockEngine.tryAcquire(null, "key", TTL)).isTrue();
      watched.store.beforeReply = command -> heldLocks.set(watched.heldLocks);
      watched.lockEngine.release(null, "key");
    }
    assertThat(heldAtTheWakeUp).containsExactly(false);
  }

  @Test
  void release_afterOwnFailureAndSuccess_handsOverTheNext() {
    store.put("key", "foreign", 1);
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    onOtherThread(() -> lockEngine.release(null, "key"));
    onOtherThread(() -> assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue());
    lockEngine.release(null, "key");
    assertThat(store.holder("key")).isNull();
  }

  @Test
  void release_onAnotherThread_handsOver() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    onOtherThread(() -> lockEngine.release(null, "key"));
    assertThat(store.holder("key")).isNull();
    assertThat(engine.counters.count("redis.lock.lost")).isZero();
  }

  @Test
  void release_notHeld_sendsNothing() {
    store.put("key", "foreign", TTL);
    lockEngine.release(null, "key");
    assertThat(store.count("release")).isZero();
  }

  @Test
  void release_ofLeasedKey_doesNotTouchTheLease() {
    Lease lease = lockEngine.tryLease(null, "key", TTL);
    lockEngine.release(null, "key");
    assertThat(store.holder("key")).isNotNull();
    assertThat(lease.release()).isTrue();
  }

  /** A failed release must not be forgotten: a repeat would then free another thread's lock. */
  @Test
  void release_repeatedAfterLostReply_freesNothingOfAnotherThread() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    AtomicBoolean lost = new AtomicBoolean();
    store.beforeReply =
        command -> {
          if (lost.compareAndSet(false, true)) {
            throw unreachable();
          }
        };
    assertThatThrownBy(() -> lockEngine.release(null, "key")).isInstanceOf(RedisException.class);
    onOtherThread(() -> assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue());
    String token = store.holder("key");

    lockEngine.release(null, "key");

    assertThat(store.holder("key")).isEqualTo(token).isNotNull();
    assertThat(engine.counters.count("redis.lock.lost")).isZero();
  }

  @Test
  void release_redisUnreachable_isDoneInTheBackgroundOnceItIsBack() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    store.beforeRun =
        command -> {
          throw unreachable();
        };
    assertThatThrownBy(() -> lockEngine.release(null, "key")).isInstanceOf(RedisException.class);
    assertThat(store.holder("key")).isNotNull();
    store.beforeRun = FakeStore.NOTHING;
    await().until(() -> store.holder("key") == null);
  }

  @Test
  void close_plainLock_stays() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    engine.close();
    assertThat(store.holder("key")).isNotNull();
  }

  private static void onOtherThread(Runnable action) {
    CompletableFuture.runAsync(action, task -> new Thread(task).start()).join();
  }
}
