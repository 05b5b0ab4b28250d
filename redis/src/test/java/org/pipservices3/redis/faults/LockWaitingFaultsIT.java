package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.TcpProxy.Direction;
import org.pipservices3.redis.lock.RedisLock;

/**
 * A waiter gets the lock as soon as it is free, whatever happens to the connection that is to wake
 * it; polling is too slow here to help.
 */
@Timeout(120)
class LockWaitingFaultsIT extends OnOwnServer {

  private static final Object[] NO_POLLING = {"options.retry_timeout", 30_000};

  @Test
  void acquireLock_releasedBetweenFailedTryAndWait_isSeenByTheWait() throws Exception {
    RedisLock lock = proxied.lock(NO_POLLING);
    awaitTrackers(1);
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    proxy.delay(Duration.ofMillis(300));
    long tries = raw.callsOf("set");
    Background<Boolean> waiter = acquire(lock);
    eventually().until(() -> raw.callsOf("set") > tries);
    raw.del(key);
    long released = System.nanoTime();
    assertThat(raw.callsOf("pttl")).as("the waiter does not watch yet").isZero();
    assertGetsIt(waiter, released);
  }

  @Test
  void acquireLock_releasedAtRandomMoments_isNeverMissed() throws Exception {
    RedisLock lock = components.lock(NO_POLLING);
    awaitTrackers(1);
    for (int i = 0; i < Scale.times(100, 500); i++) {
      raw.setIfAbsent(key, FOREIGN, MINUTE);
      Background<Boolean> waiter = acquire(lock);
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000));
      raw.del(key);
      assertGetsIt(waiter, System.nanoTime());
      lock.releaseLock(null, key);
    }
  }

  /** Whoever waits must hear of the new connection, since only a reading over it registers. */
  @Test
  void acquireLock_trackerKilledLongBeforeTheRelease_isNotMissed() throws Exception {
    RedisLock lock = components.lock(NO_POLLING);
    awaitTrackers(1);
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> waiter = acquire(lock);
    awaitWatching(1);
    long watches = raw.callsOf("pttl");
    killTrackersAnd("PING");
    awaitTrackers(1);
    awaitWatching(watches + 1);
    raw.del(key);
    assertGetsIt(waiter, System.nanoTime());
  }

  @Test
  void acquireLock_handedOverAtRandomMoments_isNeverMissed() throws Exception {
    RedisLock lock = components.lock(NO_POLLING);
    RedisLock other = components.lock(NO_POLLING);
    awaitTrackers(2);
    for (int i = 0; i < Scale.times(60, 300); i++) {
      RedisLock holder = i % 3 == 0 ? lock : other;
      assertThat(holder.tryAcquireLock(null, key, MINUTE)).isTrue();
      Background<Boolean> waiter = acquire(lock);
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(500_000));
      holder.releaseLock(null, key);
      assertGetsIt(waiter, System.nanoTime());
      lock.releaseLock(null, key);
    }
  }

  @Test
  void acquireLock_trackingKilledAndReleasedInTheGap_getsItAtOnce() throws Exception {
    RedisLock lock = components.lock(NO_POLLING);
    for (int i = 1; i <= 5; i++) {
      awaitTrackers(1);
      Background<Boolean> waiter = waitOnForeignLock(lock, i);
      killTrackersAnd("DEL", key);
      assertGetsIt(waiter, System.nanoTime());
      lock.releaseLock(null, key);
    }
  }

  @Test
  void acquireLock_trackingKilledAgainAndAgain_pollsAndGetsIt() throws Exception {
    RedisLock lock = components.lock("options.retry_timeout", 50);
    awaitTrackers(1);
    Background<Boolean> waiter = waitOnForeignLock(lock, 1);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger kills = new AtomicInteger();
    Background<Boolean> killer = Background.run(() -> killTrackersUntil(done, kills));
    eventually().until(() -> kills.get() >= 2);
    raw.del(key);
    assertGetsIt(waiter, System.nanoTime());
    done.set(true);
    assertThat(killer.result()).isTrue();
  }

  @Test
  void acquireLock_trackingLost_isWarnedOfAndTrackedAgain() throws Exception {
    RedisLock lock = components.lock("options.retry_timeout", 500); // polls once, in the gap
    String lost = awaitTrackers(1).get(0);
    Background<Boolean> waiter = waitOnForeignLock(lock, 1);
    raw.call("CLIENT", "KILL", "ID", lost);
    eventually().until(() -> raw.trackers().size() == 1 && !raw.trackers().contains(lost));
    assertThat(components.logger().text()).contains("Lost the key tracking connection");
    raw.del(key);
    assertGetsIt(waiter, System.nanoTime());
  }

  @Test
  void acquireLock_linkStallsLessThanTheHeartbeat_hearsOfTheReleaseOnTheSameLink()
      throws Exception {
    RedisLock lock = proxied.lock(NO_POLLING);
    List<String> trackers = awaitTrackers(1);
    Background<Boolean> waiter = waitOnForeignLock(lock, 1);
    proxy.delay(Duration.ofMillis(400));
    raw.del(key);
    assertGetsIt(waiter, System.nanoTime());
    assertThat(raw.trackers()).isEqualTo(trackers);
  }

  @Test
  void acquireLock_linkHalfOpenLongerThanTheHeartbeat_isFoundOutAndGetsIt() throws Exception {
    RedisLock lock =
        proxied.lock(
            "options.retry_timeout", 30_000,
            "options.connect_timeout", 300,
            "options.command_timeout", 300,
            "options.retries", 50,
            "options.max_retry_delay", 100);
    awaitTrackers(1);
    Background<Boolean> waiter = waitOnForeignLock(lock, 1);
    long start = System.nanoTime();
    proxy.swallow(Direction.TO_CLIENT);
    raw.del(key);
    eventually().until(() -> proxied.logger().text().contains("Lost the key tracking connection"));
    assertThat(since(start)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
    proxy.heal();
    assertGetsIt(waiter, System.nanoTime());
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void acquireLock_interruptedAThousandTimesAtRandom_leavesNoLockAndNoQueue() throws Exception {
    RedisLock lock = components.lock(NO_POLLING);
    RedisLock rival = components.lock(NO_POLLING);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger acquired = new AtomicInteger();
    AtomicInteger interrupted = new AtomicInteger();
    Background<Boolean> rivalry =
        Background.run(
            () -> {
              while (!done.get()) {
                rival.acquireLock(null, key, MINUTE, MINUTE);
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(300_000));
                rival.releaseLock(null, key);
              }
            });
    for (int i = 0; i < 250; i++) {
      List<Background<Boolean>> victims = new ArrayList<>();
      for (int n = 0; n < 4; n++) {
        victims.add(Background.run(() -> holdBriefly(lock, acquired, interrupted)));
      }
      Background<Boolean> spared =
          Background.run(
              () -> {
                lock.acquireLock(null, key, MINUTE, MINUTE);
                lock.releaseLock(null, key);
              });
      for (Background<Boolean> victim : victims) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(300_000));
        victim.interrupt();
      }
      for (Background<Boolean> victim : victims) {
        assertThat(victim.result()).isTrue();
      }
      assertThat(spared.result()).isTrue();
    }
    done.set(true);
    assertThat(rivalry.result()).isTrue();
    assertThat(acquired.get() + interrupted.get()).isEqualTo(1_000);
    assertThat(acquired).hasPositiveValue();
    assertThat(interrupted).hasPositiveValue();
    promptly().until(() -> !raw.exists(key));
    for (RedisLock each : List.of(lock, rival)) {
      each.acquireLock(null, key, MINUTE, PROMPT.toMillis());
      each.releaseLock(null, key);
    }
  }

  @Test
  void acquireLock_everythingFlushed_getsItAtOnce() throws Exception {
    RedisLock lock = components.lock(NO_POLLING);
    awaitTrackers(1);
    Background<Boolean> waiter = waitOnForeignLock(lock, 1);
    raw.call("FLUSHALL");
    assertGetsIt(waiter, System.nanoTime());
  }

  @Test
  void acquireLock_otherDatabaseFlushed_waitsOn() throws Exception {
    RedisLock lock = components.lock(NO_POLLING);
    awaitTrackers(1);
    Background<Boolean> waiter = waitOnForeignLock(lock, 1);
    try (RawRedis elsewhere = server.raw()) {
      elsewhere.select(1);
      elsewhere.set(key, 1);
      elsewhere.call("FLUSHDB");
    }
    awaitWatching(2);
    waiter.awaitSleep();
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
    raw.del(key);
    assertGetsIt(waiter, System.nanoTime());
  }

  @Test
  void acquireLock_holderEvictedUnderMaxmemory_getsItAtOnce() throws Exception {
    RedisLock lock = components.lock(NO_POLLING);
    awaitTrackers(1);
    raw.config("maxmemory-policy", "volatile-ttl"); // the lock goes first, then the ballast
    raw.call("SET", "ballast", "x".repeat(8 << 20), "PX", 2 * MINUTE);
    Background<Boolean> waiter = waitOnForeignLock(lock, 1);
    raw.config("maxmemory", raw.usedMemory() - (4 << 20));
    assertGetsIt(waiter, System.nanoTime());
    assertThat(raw.text(key)).isNotEqualTo(FOREIGN);
  }

  @Test
  void acquireLock_trackingTableOverflows_getsItWithoutPollingHard() throws Exception {
    raw.config("tracking-table-max-keys", 1);
    RedisLock lock = components.lock(NO_POLLING);
    awaitTrackers(1);
    List<Background<Boolean>> waiters = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String mine = key + i;
      raw.setIfAbsent(mine, FOREIGN, MINUTE);
      waiters.add(Background.run(() -> lock.acquireLock(null, mine, MINUTE, MINUTE)));
    }
    awaitWatching(10);
    raw.call("CONFIG", "RESETSTAT");
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(() -> waiters.stream().noneMatch(Background::isDone));
    assertThat(commands(raw)).as("commands of 5 waiters in 2 s").isLessThan(200);
    for (int i = 0; i < 5; i++) {
      raw.del(key + i);
      assertGetsIt(waiters.get(i), System.nanoTime());
    }
  }

  private static Background<Boolean> acquire(RedisLock lock, String key) {
    return Background.run(() -> lock.acquireLock(null, key, MINUTE, MINUTE));
  }

  private Background<Boolean> acquire(RedisLock lock) {
    return acquire(lock, key);
  }

  private Background<Boolean> waitOnForeignLock(RedisLock lock, int watches) {
    assertThat(raw.setIfAbsent(key, FOREIGN, MINUTE)).isTrue();
    Background<Boolean> waiter = acquire(lock);
    awaitWatching(watches);
    waiter.awaitSleep();
    return waiter;
  }

  private static void assertGetsIt(Background<Boolean> waiter, long released) throws Exception {
    assertThat(waiter.result()).isTrue();
    assertThat(since(released)).as("from the release to the next holder").isLessThan(PROMPT);
  }

  private void killTrackersUntil(AtomicBoolean done, AtomicInteger kills) {
    try (RawRedis killer = server.raw()) {
      while (!done.get()) {
        for (String id : killer.trackers()) {
          killer.call("CLIENT", "KILL", "ID", id);
          kills.incrementAndGet();
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
      }
    }
  }

  private void holdBriefly(RedisLock lock, AtomicInteger acquired, AtomicInteger interrupted)
      throws Exception {
    try {
      lock.acquireLock(null, key, MINUTE, MINUTE);
      acquired.incrementAndGet();
      lock.releaseLock(null, key);
    } catch (InterruptedException e) {
      interrupted.incrementAndGet();
    }
  }
}
