package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.lock.FakeStore.unreachable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.FakeClock;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.Threads;

/** Leases whose time passes: their renewal, their loss at the deadline, and both at once. */
@Timeout(60)
class LeaseRenewalTest {
  private static final Duration TTL = Duration.ofSeconds(9);
  private static final Duration THIRD = TTL.dividedBy(3);
  private static final Duration NANO = Duration.ofNanos(1);

  private final FakeClock clock = new FakeClock();
  private final Engine engine = Engine.virtual(clock);
  private final FakeStore store = engine.store;
  private final VirtualKeeper timers = engine.timers();
  private final AtomicInteger lost = new AtomicInteger();

  @AfterEach
  void close() {
    timers.onThreads = true; // so that no failing store holds up the closing
    store.beforeRun = FakeStore.NOTHING;
    engine.close();
  }

  @Test
  void onLost_redisHangs_runsAtTheDeadline() {
    timers.onThreads = true;
    CountDownLatch hanging = new CountDownLatch(1);
    store.beforeRun = on("extend", () -> Threads.awaitUninterruptibly(hanging));
    Lease lease = lease();
    AtomicReference<Duration> left = new AtomicReference<>();
    lease.onLost(() -> left.set(lease.remaining())).keepAlive();
    timers.advance(THIRD);
    await().until(() -> store.count("extend") == 1);
    timers.advance(TTL.minus(THIRD).minus(NANO));
    assertThat(lease.isHeld()).isTrue();
    timers.advance(NANO);
    await().until(() -> left.get() != null);
    assertThat(left.get()).isZero();
    assertThat(engine.counters.count("redis.lock.lost")).isEqualTo(1);
    hanging.countDown();
    await().until(() -> store.holder("key") == null);
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void onLost_nobodyAsks_runsAtTheDeadline() {
    lease().onLost(lost::incrementAndGet);
    timers.advance(TTL.minus(NANO));
    assertThat(lost).hasValue(0);
    timers.advance(NANO);
    await().until(() -> lost.get() == 1);
  }

  @Test
  void onLost_shortened_runsAtTheNewDeadline() {
    Lease lease = lease();
    lease.onLost(lost::incrementAndGet);
    assertThat(lease.extend(Duration.ofSeconds(2))).isTrue();
    timers.advance(Duration.ofSeconds(2));
    await().until(() -> lost.get() == 1);
  }

  @Test
  void onLost_extended_doesNotRunAtTheOldDeadline() {
    Lease lease = lease();
    lease.onLost(lost::incrementAndGet);
    assertThat(lease.extend(TTL.multipliedBy(2))).isTrue();
    timers.advance(TTL.multipliedBy(2).minus(NANO));
    assertThat(engine.counters.count("redis.lock.lost")).isZero();
    timers.advance(NANO);
    await().until(() -> lost.get() == 1);
  }

  @Test
  void release_watchedAndRenewed_leavesNoTimer() {
    Lease lease = lease();
    lease.onLost(lost::incrementAndGet).keepAlive();
    assertThat(timers.pending()).isEqualTo(2);
    assertThat(lease.release()).isTrue();
    assertThat(timers.pending()).isZero();
  }

  @Test
  void keepAlive_longerThanTtl_isRenewedWheneverAThirdIsOver() {
    Lease lease = kept();
    for (int renewals = 1; renewals <= 20; renewals++) {
      timers.advance(THIRD.minus(NANO));
      assertThat(store.count("extend")).isEqualTo(renewals - 1);
      timers.advance(NANO);
      assertThat(store.count("extend")).isEqualTo(renewals);
      assertThat(lease.remaining()).isEqualTo(TTL);
    }
    assertThat(lost).hasValue(0);
    assertThat(lease.release()).isTrue();
  }

  @Test
  void keepAlive_twice_isRenewedOnce() {
    kept().keepAlive();
    timers.advance(THIRD);
    assertThat(store.count("extend")).isEqualTo(1);
  }

  @Test
  void keepAlive_shortlyBeforeTheEnd_isRenewedInTime() {
    Lease lease = lease();
    timers.advance(TTL.minusSeconds(1));
    lease.keepAlive();
    timers.advance(Duration.ofMillis(500));
    assertThat(store.count("extend")).isEqualTo(1);
    assertThat(lease.remaining()).isEqualTo(TTL);
  }

  @Test
  void keepAlive_failuresShorterThanTtl_staysHeldAndIsRenewedAtThirdsAgain() {
    Lease lease = kept();
    for (int outage = 1; outage <= 2; outage++) {
      store.beforeRun = failing("extend");
      timers.advance(THIRD.plusSeconds(2));
      assertThat(engine.logger.entries(LogLevel.Warn)).hasSize(outage);
      store.beforeRun = FakeStore.NOTHING;
      long failed = store.count("extend");
      timers.advance(Duration.ofMillis(500));
      assertThat(store.count("extend")).as("the first that succeeds").isEqualTo(failed + 1);
      timers.advance(THIRD.minusMillis(500));
      assertThat(store.count("extend")).isBetween(failed + 1, failed + 2);
    }
    assertThat(engine.logger.text()).contains("'orders:key' could not be renewed").contains("gone");
    assertThat(lease.isHeld()).isTrue();
    assertThat(lost).hasValue(0);
  }

  @Test
  void keepAlive_noAnswer_isRetriedAtOnceAndMarkedAsRetry() {
    Lease lease = kept();
    AtomicInteger silent = new AtomicInteger(2);
    store.beforeRun =
        on(
            "extend",
            () -> {
              if (silent.getAndDecrement() > 0) {
                clock.advance(Duration.ofSeconds(1));
                throw FakeStore.timedOut();
              }
            });
    timers.advance(THIRD);
    assertThat(store.count("extend")).isEqualTo(3);
    assertThat(store.batches.stream().map(batch -> batch.asks().get(0).retry()))
        .containsExactly(false, true, true);
    assertThat(lease.remaining()).isEqualTo(TTL);
    timers.advance(THIRD);
    assertThat(store.batches.get(3).asks().get(0).retry()).isFalse();
  }

  /** After five redirects in the life of a lease, each further one cost it half a second. */
  @Test
  void keepAlive_slotMovesAgainAndAgain_isRenewedAtOnceEachTime() {
    Lease lease = kept();
    for (int move = 0; move < 4; move++) {
      store.redirects.set(3);
      timers.advance(THIRD);
      assertThat(store.redirects).hasValue(0);
      assertThat(lease.remaining()).isEqualTo(TTL);
    }
    assertThat(engine.logger.entries(LogLevel.Warn)).isEmpty();
  }

  @Test
  void keepAlive_keyTakenOver_isLostAtTheNextRenewal() {
    kept();
    store.put("key", "foreign", 60_000);
    timers.advance(THIRD);
    await().until(() -> lost.get() == 1);
    timers.advance(TTL);
    assertThat(store.count("extend")).isEqualTo(1);
    assertThat(store.holder("key")).isEqualTo("foreign");
  }

  @Test
  void keepAlive_afterShortExtension_isRenewedByTheNewThirds() {
    Lease lease = kept();
    assertThat(lease.extend(Duration.ofSeconds(3))).isTrue();
    timers.advance(Duration.ofSeconds(1));
    assertThat(store.count("extend")).isEqualTo(2);
    assertThat(lease.remaining()).isEqualTo(Duration.ofSeconds(3));
    timers.advance(Duration.ofSeconds(4));
    assertThat(store.count("extend")).isEqualTo(6);
    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void keepAlive_closed_renewsNoMore() {
    Lease lease = kept();
    timers.advance(TTL);
    engine.close();
    assertThat(lease.isHeld()).isFalse();
    assertThat(timers.pending()).isZero();
    long renewals = store.count("extend");
    timers.advance(TTL);
    assertThat(store.count("extend")).isEqualTo(renewals);
  }

  @Test
  void close_renewedLease_endsAllThreads() {
    Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10);
    Lease lease = real.lockEngine.tryLease(null, "key", 600);
    lease.onLost(lost::incrementAndGet).keepAlive();
    await().until(() -> real.store.count("extend") >= 1 || !lease.isHeld());
    real.close();
    await().until(() -> Threads.named("redis-lock-").isEmpty());
  }

  /**
   * Extensions, releases, losses and the deadline meet at random; whatever comes first decides once
   * and for all.
   */
  @Test
  void anything_atOnce_endsOnce() throws Exception {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10)) {
      for (int round = 0; round < Scale.times(25, 100); round++) {
        String key = "key-" + round;
        Lease lease =
            real.lockEngine.tryLease(null, key, 1 + ThreadLocalRandom.current().nextInt(20));
        if (lease == null) {
          continue;
        }
        AtomicInteger losses = new AtomicInteger();
        AtomicInteger releases = new AtomicInteger();
        AtomicInteger revivals = new AtomicInteger();
        lease.onLost(losses::incrementAndGet);
        if (ThreadLocalRandom.current().nextBoolean()) {
          lease.keepAlive();
        }
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          int role = i;
          threads.add(
              new Thread(
                  () -> {
                    boolean ended = false;
                    for (int n = 0; n < 50; n++) {
                      switch (role) {
                        case 0 -> lease.extend(Duration.ofMillis(1 + n % 7));
                        case 1 -> {
                          if (n == 30 && lease.release()) {
                            releases.incrementAndGet();
                          }
                        }
                        case 2 -> {
                          if (n == 40) {
                            real.store.delete(key);
                          }
                        }
                        default -> lease.remaining();
                      }
                      boolean held = lease.isHeld();
                      if (ended && held) {
                        revivals.incrementAndGet();
                      }
                      ended |= !held;
                    }
                  }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
          thread.join();
        }
        await().pollInterval(Duration.ofMillis(1)).until(() -> !lease.isHeld());
        assertThat(lease.extend(Duration.ofMinutes(1))).isFalse();
        if (releases.get() == 1) {
          assertThat(losses).hasValue(0);
        }
        assertThat(revivals).hasValue(0);
        assertThat(losses.get()).isLessThanOrEqualTo(1);
        await().pollInterval(Duration.ofMillis(1)).until(() -> real.store.holder(key) == null);
      }
      assertThat(real.heldLocks.leases()).isEmpty();
    }
  }

  private Lease kept() {
    Lease lease = lease();
    lease.onLost(lost::incrementAndGet).keepAlive();
    return lease;
  }

  private Lease lease() {
    Lease lease = engine.lockEngine.tryLease(null, "key", TTL.toMillis());
    assertThat(lease).isNotNull();
    return lease;
  }

  private static FakeStore.Event failing(String name) {
    return on(
        name,
        () -> {
          throw unreachable();
        });
  }

  private static FakeStore.Event on(String name, Runnable action) {
    return command -> {
      if (command.equals(name)) {
        action.run();
      }
    };
  }
}
