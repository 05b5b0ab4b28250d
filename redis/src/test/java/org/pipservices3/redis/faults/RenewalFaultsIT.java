package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Leases were lost though Redis could be reached, and their losses were not reported. */
@Timeout(120)
class RenewalFaultsIT extends OnOwnServer {

  private static final Duration THREE = Duration.ofSeconds(3);

  private final AtomicInteger losses = new AtomicInteger();

  @Test
  void keepAlive_itsConnectionFallsSilent_isStillHeld() throws Exception {
    LockLease lease = watched(proxied.lock(), key, THREE).keepAlive();
    proxy.forgetLinks();
    staysHeld(lease, Duration.ofSeconds(Scale.times(5, 9)));
  }

  @Test
  @Tag("alone")
  void keepAlive_allConnectionsOfACrowdFallSilent_isStillHeld() throws Exception {
    RedisLock lock = proxied.lock();
    onThreads(
        12,
        () -> {
          for (int i = 0; i < 200; i++) {
            lock.releaseLock(null, key + lock.tryAcquireLock(null, key + "/" + i, 1));
          }
        });
    LockLease lease = watched(lock, key, THREE).keepAlive();
    proxy.forgetLinks();
    staysHeld(lease, Duration.ofSeconds(Scale.times(5, 9)));
  }

  @Test
  void keepAlive_commandTimeoutFarAboveTheTtl_isStillHeld() throws Exception {
    RedisLock lock = proxied.lock("options.command_timeout", 20_000);
    LockLease lease = watched(lock, key, Duration.ofSeconds(2)).keepAlive();
    proxy.forgetLinks();
    staysHeld(lease, Duration.ofSeconds(Scale.times(4, 5)));
  }

  @Test
  void keepAlive_thousandLeasesAtTenMillis_areKeptByFewThreadsAndRoundTrips() throws Exception {
    RedisLock lock = proxied.lock();
    proxy.delay(Duration.ofMillis(5));
    ConcurrentLinkedQueue<LockLease> leases = new ConcurrentLinkedQueue<>();
    AtomicInteger next = new AtomicInteger();
    onThreads(
        20,
        () -> {
          for (int i = next.getAndIncrement(); i < 1_000; i = next.getAndIncrement()) {
            leases.add(watched(lock, key + i, THREE).keepAlive());
          }
        });
    await()
        .during(Duration.ofSeconds(Scale.times(5, 9)))
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> leases.stream().allMatch(LockLease::isHeld));
    assertThat(losses).hasValue(0);
    assertThat(Threads.named("redis-lock-renewal")).hasSizeLessThanOrEqualTo(4);
    lock.close(null);
    assertThat(leases).noneMatch(LockLease::isHeld);
    assertThat(raw.call("DBSIZE")).isEqualTo((Object) fences());
  }

  @Test
  void onLost_moreActionsBlockThanMayRun_othersAreLoggedAndStartLater() throws Exception {
    RedisLock lock = components.lock();
    CountDownLatch blocked = new CountDownLatch(1);
    AtomicInteger started = new AtomicInteger();
    for (int i = 0; i < 40; i++) {
      lock.tryLease(null, key + i, Duration.ofMillis(200))
          .orElseThrow()
          .onLost(
              () -> {
                started.incrementAndGet();
                awaitQuietly(blocked);
              });
    }
    eventually().until(() -> started.get() == 32);
    eventually().until(() -> components.counters().count("redis.lock.lost") == 40);
    eventually()
        .until(
            () ->
                components.logger().entries(LogLevel.Warn).stream()
                    .anyMatch(entry -> entry.message().contains("more wait")));
    LockLease later = watched(lock, key, Duration.ofMillis(200));
    eventually().until(() -> components.counters().count("redis.lock.lost") == 41);
    assertThat(later.isHeld()).isFalse();
    assertThat(losses).hasValue(0);
    lock.close(null);
    blocked.countDown();
    eventually().until(() -> started.get() == 40 && losses.get() == 1);
    eventually().until(() -> Threads.named("redis-lock-callback").isEmpty());
  }

  private LockLease watched(RedisLock lock, String name, Duration ttl) {
    return lock.tryLease(null, name, ttl).orElseThrow().onLost(losses::incrementAndGet);
  }

  private void staysHeld(LockLease lease, Duration time) {
    await()
        .during(time)
        .atMost(time.multipliedBy(3))
        .until(() -> lease.isHeld() && raw.exists(lease.key()));
    assertThat(losses).hasValue(0);
    assertThat(lease.release()).isTrue();
  }

  private long fences() {
    return ((List<?>) java.util.Objects.requireNonNull(raw.call("KEYS", "*:fence"))).size();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
