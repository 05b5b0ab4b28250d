package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.lock.FakeStore.unreachable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.FakeClock;
import org.pipservices3.redis.fixture.Threads;

/** A lease over a clock and a store in memory: how long it is held, and how it ends. */
class LeaseTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  private final FakeClock clock = new FakeClock();
  private final Engine engine = new Engine(clock, /* retryTimeout= */ 10);
  private final FakeStore store = engine.store;
  private final AtomicInteger lost = new AtomicInteger();

  @AfterEach
  void closeEngine() {
    engine.close();
  }

  @Test
  void remaining_afterSlowReply_countsFromBeforeTheRequest() {
    store.beforeRun = command -> clock.advance(Duration.ofSeconds(1));
    store.beforeReply = command -> clock.advance(Duration.ofSeconds(2));
    assertThat(lease().remaining()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void tryLease_roundTripTookTheTtl_isRefusedAndReleased() {
    store.beforeReply = command -> clock.advance(command.equals("release") ? Duration.ZERO : TTL);
    assertThat(engine.lockEngine.tryLease(null, "key", TTL.toMillis())).isNull();
    assertThat(engine.heldLocks.size()).isZero();
  }

  @Test
  void fencingToken_ofTwoLeases_grows() {
    Lease first = lease();
    first.close();
    assertThat(lease().fencingToken()).isGreaterThan(first.fencingToken());
  }

  @Test
  void extend_held_countsFromBeforeTheRequest() {
    Lease lease = lease();
    clock.advance(Duration.ofSeconds(9));
    store.beforeReply = command -> clock.advance(Duration.ofMillis(500));
    assertThat(lease.extend(Duration.ofSeconds(20))).isTrue();
    assertThat(lease.remaining()).isEqualTo(Duration.ofMillis(19_500));
  }

  @Test
  void extend_afterDeadline_isFalseWithoutACommand() {
    Lease lease = lease();
    lease.onLost(lost::incrementAndGet);
    clock.advance(TTL);
    assertThat(lease.isHeld()).isFalse();
    assertThat(lease.remaining()).isZero();
    assertThat(lease.extend(TTL)).isFalse();
    assertThat(store.count("extend")).isZero();
    await().until(() -> lost.get() == 1);
  }

  @Test
  void extend_released_isFalseWithoutACommand() {
    Lease lease = lease();
    lease.close();
    assertThat(lease.extend(TTL)).isFalse();
    assertThat(store.count("extend")).isZero();
  }

  @Test
  void extend_keyDeletedByOthers_isFalseAndLost() {
    Lease lease = lease();
    lease.onLost(lost::incrementAndGet);
    store.delete("key");
    assertThat(lease.extend(TTL)).isFalse();
    assertThat(lease.isHeld()).isFalse();
    await().until(() -> lost.get() == 1);
    assertThat(engine.counters.count("redis.lock.lost")).isEqualTo(1);
  }

  /** The reply to the shorter lifetime was lost, so Redis may end the lease that early. */
  @Test
  void extend_shorterWithLostReply_endsAtTheEarlierDeadline() {
    Lease lease = lease();
    store.beforeReply =
        command -> {
          throw unreachable();
        };
    assertThatThrownBy(() -> lease.extend(Duration.ofSeconds(1)))
        .isInstanceOf(RedisException.class);
    assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void extend_longerWithLostReply_keepsTheOldDeadline() {
    Lease lease = lease();
    store.beforeReply =
        command -> {
          throw unreachable();
        };
    assertThatThrownBy(() -> lease.extend(Duration.ofSeconds(30)))
        .isInstanceOf(RedisException.class);
    assertThat(lease.remaining()).isEqualTo(TTL);
  }

  @Test
  void extend_replyAfterTheDeadline_isFalseAndReleased() {
    Lease lease = lease();
    clock.advance(TTL.minusMillis(1));
    store.beforeReply =
        command -> {
          if (command.equals("extend")) {
            clock.advance(Duration.ofMillis(1));
          }
        };
    assertThat(lease.extend(TTL)).isFalse();
    assertThat(lease.isHeld()).isFalse();
    await().until(() -> store.holder("key") == null);
  }

  /** The extension released the token: release() found nothing, and reported a loss. */
  @Test
  void release_whileExtending_findsItsToken() throws Exception {
    Lease lease = lease();
    CountDownLatch extended = new CountDownLatch(1);
    AtomicReference<Background<Boolean>> release = new AtomicReference<>();
    store.beforeRun =
        command -> {
          if (command.equals("release") && Background.isCurrent()) {
            Threads.awaitUninterruptibly(extended);
          }
        };
    store.beforeReply =
        command -> {
          if (command.equals("extend")) {
            release.set(Background.call(lease::release));
            await().until(() -> !lease.isHeld());
          }
        };
    assertThat(lease.extend(TTL)).isFalse();
    assertThat(store.count("askAll")).isZero();
    extended.countDown();
    assertThat(release.get().result()).isTrue();
    assertThat(store.holder("key")).isNull();
    assertThat(engine.counters.count("redis.lock.lost")).isZero();
  }

  /** The key stayed for the new time, though the lease had ended before. */
  @Test
  void extend_lostMeanwhileAndReplyLost_keyIsReleased() {
    Lease lease = lease();
    store.beforeReply =
        command -> {
          if (command.equals("extend")) {
            clock.advance(TTL);
            assertThat(lease.isHeld()).isFalse();
            throw unreachable();
          }
        };
    store.beforeRun =
        command -> {
          if (command.equals("extend")) {
            store.put("key", store.lastToken, 2 * TTL.toMillis());
          }
        };
    assertThatThrownBy(() -> lease.extend(Duration.ofSeconds(30)))
        .isInstanceOf(RedisException.class);
    await().until(() -> store.holder("key") == null);
  }

  /** A waiter asked Redis for a key that this component was still releasing. */
  @Test
  void release_underWay_isStillRecordedAsHeld() {
    Lease lease = lease();
    List<Long> left = new ArrayList<>();
    store.beforeRun = command -> left.add(engine.heldLocks.left("key"));
    assertThat(lease.release()).isTrue();
    assertThat(left).containsExactly(TTL.toNanos());
    assertThat(engine.heldLocks.left("key")).isZero();
  }

  @Test
  void extend_retriedByTheStore_makesTheNextLongerOneYounger() {
    Lease lease = lease();
    String token = store.holder("key");
    store.retried = true;
    assertThat(lease.extend(Duration.ofSeconds(1))).isTrue();
    store.retried = false;
    assertThat(lease.extend(Duration.ofSeconds(2))).isTrue();
    assertThat(store.holder("key")).isEqualTo(Tokens.nextGeneration(token));
    assertThat(lease.release()).isTrue();
    assertThat(store.holder("key")).isNull();
  }

  @Test
  void close_redisUnreachable_isLoggedWithTheKey() {
    Lease lease = lease();
    store.beforeRun =
        command -> {
          throw unreachable();
        };
    lease.close();
    store.beforeRun = FakeStore.NOTHING;
    assertThat(engine.logger.entries(LogLevel.Warn))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.correlationId()).isEqualTo("trace");
              assertThat(entry.message())
                  .isEqualTo(
                      "redis.lock: The lease of key 'orders:key' could not be released, which is"
                          + " retried until it ends: gone");
            });
  }

  @Test
  void extend_lessThanAMillisecond_isRefused() {
    Lease lease = lease();
    assertThatThrownBy(() -> lease.extend(Duration.ofNanos(999_999)))
        .isInstanceOfSatisfying(
            RedisException.class, e -> assertThat(e.code()).isEqualTo("WRONG_TTL"));
    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void extend_endless_isBounded() {
    Lease lease = lease();
    assertThat(lease.extend(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    assertThat(lease.remaining()).isGreaterThan(Duration.ofDays(99 * 365));
  }

  @Test
  void release_held_isTrueOnceAndNeverReportsLoss() {
    Lease lease = lease();
    lease.onLost(lost::incrementAndGet);
    assertThat(lease.release()).isTrue();
    assertThat(lease.release()).isFalse();
    assertThat(store.holder("key")).isNull();
    clock.advance(TTL);
    assertThat(lease.isHeld()).isFalse();
    engine.close();
    assertThat(lost).hasValue(0);
    assertThat(engine.counters.count("redis.lock.lost")).isZero();
  }

  @Test
  void release_takenOver_isFalseAndFreesNothing() {
    Lease lease = lease();
    store.put("key", "foreign", 1_000);
    assertThat(lease.release()).isFalse();
    assertThat(store.holder("key")).isEqualTo("foreign");
    assertThat(engine.counters.count("redis.lock.lost")).isEqualTo(1);
  }

  @Test
  void close_redisUnreachable_doesNotThrowAndIsDoneInTheBackground() {
    Lease lease = lease();
    store.beforeRun =
        command -> {
          throw unreachable();
        };
    lease.close();
    assertThat(lease.isHeld()).isFalse();
    store.beforeRun = FakeStore.NOTHING;
    await().until(() -> store.holder("key") == null);
  }

  @Test
  void onLost_severalActionsOneFailing_runsEachOnce() {
    Lease lease = lease();
    lease.onLost(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    lease.onLost(lost::incrementAndGet).onLost(lost::incrementAndGet);
    store.delete("key");
    assertThat(lease.extend(TTL)).isFalse();
    lease.onLost(lost::incrementAndGet);
    await().until(() -> lost.get() == 3);
    await().until(() -> engine.logger.text().contains("on purpose"));
  }

  @Test
  void onLost_componentCloses_runsAndTheKeyIsFree() {
    Lease lease = lease();
    lease.onLost(lost::incrementAndGet);
    engine.close();
    assertThat(lease.isHeld()).isFalse();
    assertThat(lease.release()).isFalse();
    assertThat(store.holder("key")).isNull();
    await().until(() -> lost.get() == 1);
    lease.onLost(lost::incrementAndGet);
    await().until(() -> lost.get() == 2);
  }

  @Test
  void tryLease_closed_holdsNothing() {
    engine.close();
    assertThatThrownBy(this::lease).isInstanceOf(RedisException.class);
    assertThat(store.holder("key")).isNull();
    assertThat(engine.heldLocks.size()).isZero();
  }

  private Lease lease() {
    Lease lease = engine.lockEngine.tryLease("trace", "key", TTL.toMillis());
    assertThat(lease).isNotNull();
    return lease;
  }
}
