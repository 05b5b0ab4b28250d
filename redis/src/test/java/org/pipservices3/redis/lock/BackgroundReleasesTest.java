package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.lock.FakeStore.unreachable;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.FakeClock;
import org.pipservices3.redis.fixture.Threads;

/** What may be in Redis though nobody holds it: how long it is looked for, and what is given up. */
@Timeout(60)
class BackgroundReleasesTest {
  private static final long TTL = 600_000;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final FakeClock clock = new FakeClock();
  private final Engine engine = Engine.virtual(clock);
  private final FakeStore store = engine.store;
  private final LockEngine lockEngine = engine.lockEngine;
  private final VirtualKeeper timers = engine.timers();

  @AfterEach
  void close() {
    store.beforeRun = FakeStore.NOTHING;
    store.beforeReply = FakeStore.NOTHING;
    engine.close();
  }

  @Test
  void tryAcquire_commandRunsFiftySecondsAfterItFailed_isStillReleased() {
    String token = loseTheRequest();
    timers.advance(Duration.ofSeconds(50));
    store.put("key", token, TTL);
    timers.advance(Duration.ofMillis(1_099));
    assertThat(store.holder("key")).isEqualTo(token);
    timers.advance(Duration.ofMillis(1));
    assertThat(store.holder("key")).isNull();
    assertThat(store.count("askAll")).isEqualTo(10);
    assertNothingIsLeft();
  }

  @Test
  void tryAcquire_refusedForSure_isNotLookedFor() {
    store.beforeRun = on("acquire", () -> fail(FakeStore.refused("NOREPLICAS")));
    assertThatThrownBy(() -> lockEngine.tryAcquire(null, "key", TTL))
        .isInstanceOf(RedisException.class);
    timers.advance(SECOND);
    assertThat(store.count("askAll")).isZero();
  }

  @Test
  void tryAcquire_unexpectedError_isLookedFor() {
    store.beforeReply =
        on(
            "acquire",
            () -> {
              throw new StackOverflowError("on purpose");
            });
    assertThatThrownBy(() -> lockEngine.tryAcquire(null, "key", TTL))
        .isInstanceOf(StackOverflowError.class);
    assertThat(store.holder("key")).isNull();
  }

  @Test
  void tryAcquire_refusedAfterARetry_isLookedForWhenItComesLate() {
    store.put("key", "foreign", 1_000);
    store.retried = true;
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isFalse();
    String token = store.lastToken;
    timers.advance(SECOND);
    store.put("key", token, TTL);
    timers.advance(SECOND.multipliedBy(3));
    assertThat(store.holder("key")).isNull();
  }

  @Test
  void release_ofARetriedAcquisition_isLookedForWhenItComesLate() {
    store.retried = true;
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    String token = store.lastToken;
    lockEngine.release(null, "key");
    assertReleasedIfItComesLate(token);
  }

  @Test
  void release_failedAfterARetriedAcquisition_isLookedForWhenItComesLate() {
    store.retried = true;
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    String token = store.lastToken;
    failOnce("release");
    assertThatThrownBy(() -> lockEngine.release(null, "key")).isInstanceOf(RedisException.class);
    assertReleasedIfItComesLate(token);
  }

  @Test
  void onLost_retriedLease_isLookedForWhenItComesLate() {
    store.retried = true;
    Lease lease = lockEngine.tryLease(null, "key", TTL);
    String token = store.lastToken;
    lease.onLost(() -> {});
    timers.advance(SECOND);
    store.delete("key");
    store.retried = false;
    assertThat(lease.extend(SECOND)).isFalse();
    assertReleasedIfItComesLate(token);
  }

  /** A request that is later than that was dropped with its connection. */
  @Test
  void release_aMinuteAfterARetriedAcquisition_looksForNothing() {
    store.retried = true;
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    timers.advance(Duration.ofMinutes(1));
    lockEngine.release(null, "key");
    timers.advance(SECOND);
    assertThat(store.count("askAll")).isZero();
  }

  @Test
  void release_redisWasGoneForLong_isDoneWithinASecondOfItsReturn() {
    acquireAndFailToRelease();
    timers.advance(Duration.ofSeconds(100));
    assertThat(store.count("askAll")).isBetween(80L, 250L);
    store.beforeRun = FakeStore.NOTHING;
    timers.advance(SECOND);
    assertThat(store.holder("key")).isNull();
    assertNothingIsLeft();
  }

  @Test
  void release_redisIsGoneForMoreThanTheTtl_isForgotten() {
    acquireAndFailToRelease();
    timers.advance(Duration.ofMillis(TTL - 1));
    assertThat(timers.pending()).isEqualTo(1);
    timers.advance(SECOND);
    assertNothingIsLeft();
  }

  @Test
  void release_keyBecameAList_isNotRetried() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    failOnce("release");
    store.beforeBatch =
        batch -> store.beforeRun = on("release", () -> fail(FakeStore.refused("WRONGTYPE")));
    assertThatThrownBy(() -> lockEngine.release(null, "key")).isInstanceOf(RedisException.class);
    assertThat(store.count("askAll")).isEqualTo(1);
    assertNothingIsLeft();
  }

  @Test
  void release_slotHasMoved_isDoneByTheOtherServerAtOnce() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    failOnce("release");
    store.redirects.set(3);
    assertThatThrownBy(() -> lockEngine.release(null, "key")).isInstanceOf(RedisException.class);
    assertThat(store.holder("key")).isNull();
    assertThat(store.count("askAll")).isEqualTo(4);
  }

  @Test
  void release_slotMovesToAndFro_pausesBetweenTheAttempts() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    failOnce("release");
    store.redirects.set(100);
    assertThatThrownBy(() -> lockEngine.release(null, "key")).isInstanceOf(RedisException.class);
    assertThat(store.count("askAll")).isEqualTo(6);
    timers.advance(Duration.ofMillis(100));
    assertThat(store.count("askAll")).isEqualTo(12);
  }

  @Test
  void release_moreThanTenThousandFail_keepsTenThousand() {
    store.beforeRun = on("release", () -> fail(unreachable()));
    for (int i = 0; i < 10_010; i++) {
      String key = "key-" + i;
      assertThat(lockEngine.tryAcquire(null, key, TTL)).isTrue();
      assertThatThrownBy(() -> lockEngine.release(null, key)).isInstanceOf(RedisException.class);
    }
    store.beforeRun = FakeStore.NOTHING;
    timers.advance(SECOND);
    assertThat(IntStream.range(0, 10_010).filter(i -> store.holder("key-" + i) != null))
        .as("left to their ttl")
        .hasSize(10);
  }

  /** The thread that waits for the key slept until its next poll. */
  @Test
  void release_inTheBackground_wakesTheFirstWaiter() throws Exception {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 60_000)) {
      CountDownLatch gone = new CountDownLatch(1);
      real.store.beforeReply = on("acquire", () -> fail(unreachable()));
      real.store.beforeBatch = batch -> Threads.awaitUninterruptibly(gone);
      assertThatThrownBy(() -> real.lockEngine.tryAcquire(null, "key", TTL))
          .isInstanceOf(RedisException.class);
      real.store.beforeReply = FakeStore.NOTHING;
      Background<Boolean> waiter =
          Background.run(() -> real.lockEngine.acquire(null, "key", TTL, Long.MAX_VALUE));
      await().until(() -> real.store.count("acquire") == 2);
      waiter.awaitSleep();
      gone.countDown();
      assertThat(waiter.result()).isTrue();
    }
  }

  @Test
  void close_redisUnreachable_logsHowManyLocksStay() {
    Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10);
    for (int i = 0; i < 3; i++) {
      assertThat(real.lockEngine.tryLease(null, "key-" + i, TTL)).isNotNull();
    }
    real.store.beforeRun = on("release", () -> fail(unreachable()));
    real.close();
    assertThat(real.logger.entries(LogLevel.Warn))
        .anySatisfy(
            entry ->
                assertThat(entry.message())
                    .startsWith(
                        "redis.lock: 3 locks could not be released before the lock component"));
  }

  /** It waited for the whole command timeout though nothing was left to release. */
  @Test
  void close_lastLockIsReleasedWhileItWaits_endsAtOnce() throws Exception {
    Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10);
    real.store.commandTimeout = 60_000;
    CountDownLatch slow = new CountDownLatch(1);
    assertThat(real.lockEngine.tryLease(null, "key", TTL)).isNotNull();
    real.store.beforeRun = on("release", () -> Threads.awaitUninterruptibly(slow));
    Background<Boolean> closing = Background.run(real::close);
    await().until(() -> real.store.count("release") >= 1);
    closing.awaitSleep();
    slow.countDown();
    assertThat(closing.result()).isTrue();
    assertThat(real.store.holder("key")).isNull();
    assertThat(real.logger.entries(LogLevel.Warn))
        .noneSatisfy(entry -> assertThat(entry.message()).contains("could not be released before"));
  }

  /** A shared connection works on when the lock is closed, and so do calls that are under way. */
  @Test
  void tryAcquire_replyLostAfterTheClosing_isReleasedAtOnce() {
    engine.close();
    store.beforeReply = on("acquire", () -> fail(unreachable()));
    assertThatThrownBy(() -> lockEngine.tryAcquire(null, "key", TTL))
        .isInstanceOf(RedisException.class);
    assertThat(store.holder("key")).isNull();
  }

  /** No timer is set, and closing has nothing to release. */
  private void assertNothingIsLeft() {
    long asked = store.count("askAll");
    assertThat(timers.pending()).isZero();
    assertThat(lockEngine.backgroundReleases.close()).isZero();
    assertThat(store.count("askAll")).isEqualTo(asked);
  }

  private String loseTheRequest() {
    failOnce("acquire");
    assertThatThrownBy(() -> lockEngine.tryAcquire(null, "key", TTL))
        .isInstanceOf(RedisException.class);
    return store.lastToken;
  }

  private void acquireAndFailToRelease() {
    assertThat(lockEngine.tryAcquire(null, "key", TTL)).isTrue();
    store.beforeRun = on("release", () -> fail(unreachable()));
    assertThatThrownBy(() -> lockEngine.release(null, "key")).isInstanceOf(RedisException.class);
  }

  /** The request is late by half a minute, and the lock stays for about as long. */
  private void assertReleasedIfItComesLate(String token) {
    timers.advance(Duration.ofSeconds(30));
    assertThat(store.holder("key")).isNull();
    store.put("key", token, TTL);
    timers.advance(Duration.ofSeconds(30));
    assertThat(store.holder("key")).isNull();
  }

  private void failOnce(String name) {
    AtomicInteger failed = new AtomicInteger();
    store.beforeRun =
        on(
            name,
            () -> {
              if (failed.getAndIncrement() == 0) {
                throw unreachable();
              }
            });
  }

  private static void fail(RedisException failure) {
    throw failure;
  }

  private static FakeStore.Event on(String name, Runnable action) {
    return command -> {
      if (command.equals(name)) {
        action.run();
      }
    };
  }
}
