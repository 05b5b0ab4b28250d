package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Background;

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
  void tryLease_roundTripTookTheTtl_isRefusedAndGivenBack() {
    store.beforeReply = command -> clock.advance(command.equals("release") ? Duration.ZERO : TTL);
    assertThat(engine.locker.tryLease(null, "key", TTL.toMillis())).isNull();
    assertThat(engine.holdings.size()).isZero();
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
  void extend_replyAfterTheDeadline_isFalseAndGivenBack() {
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

  /** The extension gave the token back: release() found nothing, and spoke of a loss. */
  @Test
  void release_whileExtending_isNotForestalled() throws Exception {
    Lease lease = lease();
    CountDownLatch givenBack = new CountDownLatch(1);
    AtomicReference<Background<Boolean>> release = new AtomicReference<>();
    store.beforeRun =
        command -> {
          if (command.equals("release") && Background.isCurrent()) {
            awaitQuietly(givenBack);
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
    engine.locker.keeper.io(givenBack::countDown);
    assertThat(release.get().result()).isTrue();
    assertThat(store.holder("key")).isNull();
    assertThat(engine.counters.count("redis.lock.lost")).isZero();
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
    assertThat(engine.holdings.size()).isZero();
  }

  @Test
  void onLost_redisHangs_runsAtTheDeadline() {
    Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10);
    CountDownLatch hanging = new CountDownLatch(1);
    real.store.beforeRun =
        command -> {
          if (command.equals("extend")) {
            awaitQuietly(hanging);
          }
        };
    Lease lease = real.locker.tryLease(null, "key", 300);
    AtomicReference<Duration> left = new AtomicReference<>();
    lease.onLost(() -> left.set(lease.remaining())).keepAlive();
    await().until(() -> real.store.count("extend") == 1);
    await().atMost(Duration.ofSeconds(2)).until(() -> left.get() != null);
    assertThat(left.get()).isZero();
    assertThat(real.counters.count("redis.lock.lost")).isEqualTo(1);
    hanging.countDown();
    await().until(() -> real.store.holder("key") == null);
    assertThat(lease.isHeld()).isFalse();
    real.close();
  }

  @Test
  void onLost_nobodyAsks_runsAtTheDeadline() {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10)) {
      real.locker.tryLease(null, "key", 50).onLost(lost::incrementAndGet);
      await().until(() -> lost.get() == 1);
    }
  }

  @Test
  void keepAlive_longerThanTtl_staysHeld() {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10)) {
      Lease lease = real.locker.tryLease(null, "key", 150);
      lease.onLost(lost::incrementAndGet).keepAlive().keepAlive();
      await().until(() -> real.store.count("extend") >= 10);
      assertThat(lease.isHeld()).isTrue();
      assertThat(lost).hasValue(0);
      assertThat(lease.release()).isTrue();
    }
  }

  @Test
  void keepAlive_failuresShorterThanTtl_staysHeld() {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10)) {
      AtomicInteger failures = new AtomicInteger();
      real.store.beforeRun =
          command -> {
            if (command.equals("extend") && failures.incrementAndGet() <= 2) {
              throw unreachable();
            }
          };
      Lease lease = real.locker.tryLease(null, "key", 1_500);
      lease.onLost(lost::incrementAndGet).keepAlive();
      await().until(() -> real.store.count("extend") >= 4);
      assertThat(lease.isHeld()).isTrue();
      assertThat(lost).hasValue(0);
      assertThat(real.logger.entries(LogLevel.Warn)).hasSize(1);
    }
  }

  @Test
  void keepAlive_keyTakenOver_isLostAtTheNextRenewal() {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10)) {
      Lease lease = real.locker.tryLease(null, "key", 600);
      lease.onLost(lost::incrementAndGet).keepAlive();
      real.store.put("key", "foreign", 60_000);
      await().until(() -> lost.get() == 1);
      long renewals = real.store.count("extend");
      assertThat(renewals).isEqualTo(1);
      assertThat(real.store.holder("key")).isEqualTo("foreign");
    }
  }

  @Test
  void keepAlive_afterShortExtension_renewsInTime() {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10)) {
      Lease lease = real.locker.tryLease(null, "key", 60_000);
      lease.keepAlive();
      assertThat(lease.extend(Duration.ofMillis(150))).isTrue();
      await().until(() -> real.store.count("extend") >= 6);
      assertThat(lease.isHeld()).isTrue();
    }
  }

  @Test
  void keepAlive_closed_renewsNoMore() {
    Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10);
    Lease lease = real.locker.tryLease(null, "key", 30);
    lease.keepAlive();
    await().until(() -> real.store.count("extend") >= 2);
    real.close();
    assertThat(lease.isHeld()).isFalse();
    await().until(() -> threads("redis-lock-").isEmpty());
  }

  /**
   * Extensions, releases, losses and the deadline meet at random; whatever comes first decides once
   * and for all.
   */
  @Test
  void anything_atOnce_endsOnce() throws Exception {
    try (Engine real = new Engine(System::nanoTime, /* retryTimeout= */ 10)) {
      for (int round = 0; round < 100; round++) {
        String key = "key-" + round;
        Lease lease = real.locker.tryLease(null, key, 1 + ThreadLocalRandom.current().nextInt(20));
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
      assertThat(real.holdings.leases()).isEmpty();
    }
  }

  private Lease lease() {
    Lease lease = engine.locker.tryLease("trace", "key", TTL.toMillis());
    assertThat(lease).isNotNull();
    return lease;
  }

  private static List<String> threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
