package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.ClockWatch;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.TcpProxy.Direction;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** What becomes of locks and leases when the server or the network does not answer. */
@Timeout(120)
class LeaseFaultsIT extends OnOwnServer {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Object[] IMPATIENT = {
    "options.connect_timeout", 300,
    "options.command_timeout", 300,
    "options.retries", 0
  };

  /** How long a test repeats what it does, on however busy a machine. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final AtomicInteger losses = new AtomicInteger();
  private final AtomicLong lostAt = new AtomicLong();

  @Test
  void tryAcquireLock_replyNeverComes_isReleasedLongBeforeItsTtl() throws Exception {
    RedisLock lock = proxied.lock(IMPATIENT);
    proxy.swallow(Direction.TO_CLIENT);
    assertFails(
        () -> lock.tryAcquireLock(TRACE, key, MINUTE), ConnectionException.class, "TIMEOUT");
    assertThat(raw.exists(key)).as("the acquisition ran, only its reply was lost").isTrue();
    proxy.heal();
    eventually().until(() -> !raw.exists(key));
  }

  @Test
  void tryAcquireLock_clientsPausedPastTheCommandTimeout_leavesNoLock() throws Exception {
    RedisLock lock = components.lock(IMPATIENT);
    raw.call("CLIENT", "PAUSE", 1_000);
    assertFails(
        () -> lock.tryAcquireLock(TRACE, key, MINUTE), ConnectionException.class, "TIMEOUT");
    assertNoLockAppears(lock);
  }

  @Test
  void tryAcquireLock_serverSleepsPastTheCommandTimeout_leavesNoLock() throws Exception {
    RedisLock lock = components.lock(IMPATIENT);
    Background<Object> sleep = Background.call(() -> raw.call("DEBUG", "SLEEP", 1));
    assertFails(
        () -> {
          while (true) {
            lock.tryAcquireLock(TRACE, key, MINUTE);
            lock.releaseLock(TRACE, key);
          }
        },
        ConnectionException.class,
        "TIMEOUT");
    assertThat(sleep.result()).isNotNull();
    assertNoLockAppears(lock);
  }

  @Test
  void releaseLock_clientsPausedPastTheCommandTimeout_isDoneAllTheSame() throws Exception {
    RedisLock lock = components.lock(IMPATIENT);
    lock.tryAcquireLock(null, key, MINUTE);
    raw.call("CLIENT", "PAUSE", 1_000);
    assertFails(() -> lock.releaseLock(TRACE, key), ConnectionException.class, "TIMEOUT");
    eventually().until(() -> !raw.exists(key));
  }

  @Test
  void keepAlive_outageShorterThanTheLease_isStillHeld() throws Exception {
    RedisLock lock = components.lock(IMPATIENT);
    LockLease lease = watched(lock, Duration.ofSeconds(4)).keepAlive();
    raw.call("DEBUG", "SLEEP", 2);
    await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(15))
        .until(() -> lease.isHeld() && raw.exists(key));
    assertThat(losses).hasValue(0);
    assertThat(lease.release()).isTrue();
  }

  @Test
  void keepAlive_networkSwallowsEverything_isLostAtItsDeadlineAndReportedOnce() throws Exception {
    RedisLock lock = proxied.lock();
    LockLease lease = watched(lock, SECOND).keepAlive();
    proxy.swallow(Direction.TO_SERVER);
    proxy.swallow(Direction.TO_CLIENT);
    long swallowed = System.nanoTime();
    eventually().until(() -> losses.get() > 0);
    assertThat(Duration.ofNanos(lostAt.get() - swallowed)).isLessThan(PROMPT);
    assertThat(lease.isHeld()).isFalse();
    assertThat(lease.remaining()).isZero();
    staysLostOnce();
    proxy.heal();
    assertThat(lease.extend(SECOND)).isFalse();
  }

  @Test
  void keepAlive_everythingFlushed_isLostByTheNextRenewalAndReportedOnce() throws Exception {
    RedisLock lock = components.lock();
    LockLease lease = watched(lock, Duration.ofSeconds(6)).keepAlive();
    long start = System.nanoTime();
    raw.call("FLUSHALL");
    eventually().until(() -> losses.get() > 0);
    assertThat(Duration.ofNanos(lostAt.get() - start)).isLessThan(Duration.ofMillis(5_500));
    assertThat(lease.isHeld()).isFalse();
    assertThat(raw.exists(key)).as("revived").isFalse();
    staysLostOnce();
  }

  @Test
  void keepAlive_otherDatabaseFlushed_isStillHeld() throws Exception {
    RedisLock lock = components.lock();
    LockLease lease = watched(lock, SECOND).keepAlive();
    try (RawRedis elsewhere = server.raw()) {
      elsewhere.select(1);
      elsewhere.set(key, 1);
      elsewhere.call("FLUSHDB");
    }
    await()
        .during(Duration.ofMillis(1_500))
        .atMost(Duration.ofSeconds(15))
        .until(() -> lease.isHeld() && raw.exists(key));
    assertThat(losses).hasValue(0);
  }

  @Test
  void keepAlive_evictedUnderMaxmemory_isLostByTheNextRenewal() throws Exception {
    raw.config("maxmemory-policy", "volatile-ttl");
    raw.call("SET", "ballast", "x".repeat(8 << 20), "PX", 2 * MINUTE);
    RedisLock lock = components.lock();
    LockLease lease = watched(lock, Duration.ofSeconds(3)).keepAlive();
    raw.config("maxmemory", raw.usedMemory() - (4 << 20));
    eventually().until(() -> losses.get() > 0);
    assertThat(lease.isHeld()).isFalse();
    assertThat(raw.exists(key)).isFalse();
    staysLostOnce();
  }

  @Test
  void keepAlive_serverRestartedWithoutItsData_isLostAndNotRevived() throws Exception {
    RedisLock lock = components.lock();
    LockLease lease = watched(lock, Duration.ofSeconds(3)).keepAlive();
    server.restart();
    eventually().until(() -> losses.get() > 0);
    assertThat(lease.isHeld()).isFalse();
    try (RawRedis again = server.raw()) {
      assertThat(again.exists(key)).isFalse();
    }
    staysLostOnce();
  }

  @Test
  void tryLease_manyTinyLeases_neverTwoHoldersAndFencesRise() throws Exception {
    ClockWatch clocks = new ClockWatch(server.raw());
    RedisLock[] locks = {components.lock(), components.lock()};
    AtomicReference<@Nullable LockLease> inside = new AtomicReference<>();
    AtomicInteger granted = new AtomicInteger();
    AtomicInteger expired = new AtomicInteger();
    Set<Long> fences = ConcurrentHashMap.newKeySet();
    AtomicInteger workers = new AtomicInteger();
    long start = System.nanoTime();
    onThreads(
        4,
        () -> {
          RedisLock lock = locks[workers.getAndIncrement() % 2];
          long lastFence = 0;
          while (granted.get() < Scale.times(1_000, 10_000)
              && since(start).compareTo(LONGEST) < 0) {
            Duration ttl = Duration.ofMillis(1 + ThreadLocalRandom.current().nextInt(4));
            LockLease lease = lock.tryLease(null, key, ttl).orElse(null);
            if (lease == null) {
              continue;
            }
            inside.set(lease);
            if (granted.incrementAndGet() % 10 == 0) {
              LockSupport.parkNanos(ttl.toNanos() * 2 / 3);
            }
            LockLease last = inside.get();
            boolean held = lease.isHeld();
            boolean later = last != null && last.fencingToken() > lease.fencingToken();
            if (held && later) {
              throw new AssertionError("somebody else came in: " + clocks.told());
            }
            assertThat(lease.fencingToken()).isGreaterThan(lastFence);
            lastFence = lease.fencingToken();
            assertThat(fences.add(lastFence)).as("fencing token given twice").isTrue();
            if (!lease.release()) {
              expired.incrementAndGet();
            }
          }
        });
    assertThat(fences).hasSize(granted.get());
    assertThat(expired).as("leases that ended under their holders").hasPositiveValue();
    clocks.close();
    eventually().until(() -> !raw.exists(key));
  }

  @Test
  void acquireLock_manyAtTinyTtls_lateReleasesFreeNobody() throws Exception {
    RedisLock[] locks = {components.lock(), components.lock()};
    AtomicInteger acquired = new AtomicInteger();
    AtomicInteger workers = new AtomicInteger();
    long start = System.nanoTime();
    onThreads(
        4,
        () -> {
          int worker = workers.getAndIncrement();
          RedisLock lock = locks[worker % 2];
          boolean safe = worker < 2; // their ttl cannot end: so nobody may come in
          while (acquired.get() < Scale.times(300, 2_000) && since(start).compareTo(LONGEST) < 0) {
            lock.acquireLock(null, key, safe ? MINUTE : 1, MINUTE);
            acquired.incrementAndGet();
            if (safe) {
              String token = raw.text(key);
              LockSupport.parkNanos(1_000_000);
              assertThat(raw.text(key)).as("freed by somebody else").isEqualTo(token);
            } else if (acquired.get() % 4 == 0) {
              LockSupport.parkNanos(1_500_000); // overslept: the release is late
            }
            lock.releaseLock(null, key);
          }
        });
    assertThat(components.counters().count("redis.lock.lost")).as("late releases").isPositive();
    eventually().until(() -> !raw.exists(key));
  }

  private LockLease watched(RedisLock lock, Duration ttl) {
    return lock.tryLease(null, key, ttl)
        .orElseThrow()
        .onLost(
            () -> {
              lostAt.set(System.nanoTime());
              losses.incrementAndGet();
            });
  }

  private void staysLostOnce() {
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(10))
        .until(() -> losses.get() == 1);
  }

  /** The lost command may run when the server is back: then the lock must go again. */
  private void assertNoLockAppears(RedisLock lock) throws Exception {
    raw.call("PING"); // answered when the server is back
    eventually().until(() -> !raw.exists(key));
    lock.acquireLock(null, key, MINUTE, 15_000);
    lock.releaseLock(null, key);
    await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(5))
        .until(() -> !raw.exists(key));
  }
}
