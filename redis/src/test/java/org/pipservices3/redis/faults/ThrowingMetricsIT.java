package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.components.count.CachedCounters;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.components.log.Logger;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** A counter that threw after an acquisition leaked the lock; a logger, what came after it. */
@Timeout(60)
class ThrowingMetricsIT extends OnOwnServer {

  private final AtomicInteger thrown = new AtomicInteger();
  private RedisLock lock;

  @BeforeEach
  void open() throws Exception {
    components.put("logger", new ThrowingLogger());
    components.put("counters", new ThrowingCounters());
    lock = components.lock();
  }

  @Test
  void tryAcquireLock_countersThrow_isGrantedAndReleased() {
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
    assertThat(thrown).hasPositiveValue();
  }

  @Test
  void releaseLock_lostAndLoggersThrow_endsWell() {
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    raw.del(key);
    lock.releaseLock(null, key);
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    assertThat(thrown).hasPositiveValue();
  }

  @Test
  void lease_lostAndEverythingThrows_isToldToAllActions() {
    AtomicInteger losses = new AtomicInteger();
    LockLease lease = lock.tryLease(null, key, Duration.ofMillis(600)).orElseThrow().keepAlive();
    lease.onLost(
        () -> {
          throw new AssertionError("from a test");
        });
    lease.onLost(losses::incrementAndGet);
    lock.tryLease(null, key + 2, Duration.ofMillis(300))
        .orElseThrow()
        .onLost(losses::incrementAndGet);
    raw.del(key);
    eventually().until(() -> losses.get() == 2);
  }

  @Test
  void close_everythingThrows_releasesAllLeases() throws Exception {
    assertThat(lock.tryLease(null, key, Duration.ofMinutes(1))).isPresent();
    lock.tryLease(null, key + 2, Duration.ofMinutes(1)).orElseThrow().keepAlive();
    lock.close(null);
    assertThat(raw.exists(key)).isFalse();
    assertThat(raw.exists(key + 2)).isFalse();
    assertThat(thrown).hasPositiveValue();
  }

  private final class ThrowingLogger extends Logger {
    ThrowingLogger() {
      setLevel(LogLevel.Trace);
    }

    @Override
    protected void write(
        LogLevel level, @Nullable String correlationId, @Nullable Exception error, String message) {
      thrown.incrementAndGet();
      throw new AssertionError("from a test");
    }
  }

  private final class ThrowingCounters extends CachedCounters {
    @Override
    public void increment(String name, int value) {
      thrown.incrementAndGet();
      throw new IllegalStateException("from a test");
    }

    @Override
    protected void save(java.util.List<org.pipservices3.components.count.Counter> counters) {
      throw new IllegalStateException("from a test");
    }
  }
}
