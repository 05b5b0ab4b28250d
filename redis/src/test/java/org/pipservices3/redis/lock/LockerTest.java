package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.lock.FakeStore.unreachable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.RedisException;

/** Acquiring and releasing without waiting. */
class LockerTest {
  private static final long TTL = 10_000;

  private final FakeClock clock = new FakeClock();
  private final Engine engine = new Engine(clock, /* retryTimeout= */ 10);
  private final FakeStore store = engine.store;
  private final Locker locker = engine.locker;

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void tryAcquire_twice_isRefusedToTheHolderToo() {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    assertThat(locker.tryAcquire(null, "key", TTL)).isFalse();
    locker.release(null, "key");
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    assertThat(engine.counters.count("redis.lock.acquisitions")).isEqualTo(2);
  }

  @Test
  void tryAcquire_roundTripTookTheTtl_isRefusedAndGivenBack() {
    store.beforeReply = command -> clock.advance(Duration.ofMillis(TTL - 1));
    store.beforeRun = command -> clock.advance(Duration.ofMillis(1));
    assertThat(locker.tryAcquire(null, "key", TTL)).isFalse();
    store.beforeReply = FakeStore.NOTHING;
    store.beforeRun = FakeStore.NOTHING;
    assertThat(engine.holdings.size()).isZero();
    assertThat(engine.counters.count("redis.lock.acquisitions")).isZero();
    await().until(() -> store.holder("key") == null);
  }

  @Test
  void tryAcquire_replyLost_throwsAndTokenIsGivenBack() {
    AtomicInteger failures = new AtomicInteger();
    store.beforeReply =
        command -> {
          if (failures.getAndIncrement() < 3) {
            throw unreachable();
          }
        };
    assertThatThrownBy(() -> locker.tryAcquire(null, "key", TTL))
        .isInstanceOf(RedisException.class);
    await().until(() -> store.holder("key") == null);
    assertThat(engine.holdings.size()).isZero();
  }

  /** A stopped server may find the lost command only after it has refused our giving back. */
  @Test
  void tryAcquire_commandRunsLongAfterItFailed_isStillGivenBack() {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10)) {
      real.store.beforeRun =
          command -> {
            if (command.equals("acquire")) {
              throw unreachable();
            }
          };
      assertThatThrownBy(() -> real.locker.tryAcquire(null, "key", TTL))
          .isInstanceOf(RedisException.class);
      String token = real.store.lastToken;
      await().until(() -> real.store.count("release") >= 1);
      real.store.put("key", token, TTL);
      await().until(() -> real.store.holder("key") == null);
    }
  }

  @Test
  void release_expiredWhileAnotherThreadHolds_freesNothingAndReportsLoss() {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    clock.advance(Duration.ofMillis(TTL));
    onOtherThread(() -> assertThat(locker.tryAcquire(null, "key", TTL)).isTrue());
    String token = store.holder("key");

    locker.release("trace", "key");

    assertThat(store.holder("key")).isEqualTo(token).isNotNull();
    assertThat(engine.counters.count("redis.lock.lost")).isEqualTo(1);
    assertThat(engine.logger.entries(LogLevel.Warn))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.correlationId()).isEqualTo("trace");
              assertThat(entry.message()).contains("'key'");
            });
  }

  @Test
  void release_onAnotherThread_handsOver() {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    onOtherThread(() -> locker.release(null, "key"));
    assertThat(store.holder("key")).isNull();
    assertThat(engine.counters.count("redis.lock.lost")).isZero();
  }

  @Test
  void release_notHeld_sendsNothing() {
    store.put("key", "foreign", TTL);
    locker.release(null, "key");
    assertThat(store.count("release")).isZero();
  }

  @Test
  void release_ofLeasedKey_doesNotTouchTheLease() {
    Lease lease = locker.tryLease(null, "key", TTL);
    locker.release(null, "key");
    assertThat(store.holder("key")).isNotNull();
    assertThat(lease.release()).isTrue();
  }

  /** A failed release must not be forgotten: a repeat would then free another thread's lock. */
  @Test
  void release_repeatedAfterLostReply_freesNothingOfAnotherThread() {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    AtomicBoolean lost = new AtomicBoolean();
    store.beforeReply =
        command -> {
          if (lost.compareAndSet(false, true)) {
            throw unreachable();
          }
        };
    assertThatThrownBy(() -> locker.release(null, "key")).isInstanceOf(RedisException.class);
    onOtherThread(() -> assertThat(locker.tryAcquire(null, "key", TTL)).isTrue());
    String token = store.holder("key");

    locker.release(null, "key");

    assertThat(store.holder("key")).isEqualTo(token).isNotNull();
    assertThat(engine.counters.count("redis.lock.lost")).isZero();
  }

  @Test
  void release_redisUnreachable_isDoneInTheBackgroundOnceItIsBack() {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    store.beforeRun =
        command -> {
          throw unreachable();
        };
    assertThatThrownBy(() -> locker.release(null, "key")).isInstanceOf(RedisException.class);
    assertThat(store.holder("key")).isNotNull();
    store.beforeRun = FakeStore.NOTHING;
    await().until(() -> store.holder("key") == null);
  }

  @Test
  void close_plainLock_stays() {
    assertThat(locker.tryAcquire(null, "key", TTL)).isTrue();
    engine.close();
    assertThat(store.holder("key")).isNotNull();
  }

  private static void onOtherThread(Runnable action) {
    CompletableFuture.runAsync(action, task -> new Thread(task).start()).join();
  }
}
