package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Heap;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Very many keys leave nothing behind in the process, as the heap itself tells. */
@Timeout(600)
class SoakIT extends OnOwnServer {

  private static final int READS = Scale.times(20_000, 100_000);
  private static final int THREADS = 4;
  private static final int MAX_SIZE = 1_000;

  @Test
  void retrieve_readsOfRandomKeys_keepsOnlyMaxSizeEntries() throws Exception {
    long others = Heap.now().ofOurs();
    RedisCache cache = components.cache("options.near_cache", true, "options.max_size", MAX_SIZE);
    awaitTrackers(1);
    String fill = "for i = 1, ARGV[1] do redis.call('set', KEYS[1] .. i, i) end";
    raw.call("EVAL", fill, 1, key, READS);
    read(cache, 2_000);
    long before = Heap.now().bytes();
    read(cache, READS);
    Heap after = Heap.now();
    assertThat(after.ofOurs() - others).as("objects of this module").isBetween(1L, MAX_SIZE + 500L);
    assertThat(after.bytes() - before).as("growth in bytes").isLessThan(5_000_000);
    assertThat(components.counters().count("redis.cache.near_misses")).isGreaterThan(READS / 2);
  }

  @Test
  void lock_randomKeys_forgetsThemAll() throws Exception {
    RedisLock lock = components.lock("options.retry_timeout", 30_000);
    awaitTrackers(1);
    lockAndWait(lock, 100);
    Heap before = Heap.now();
    lockAndWait(lock, Scale.times(2_000, 20_000));
    eventually().until(() -> raw.callsOf("evalsha") > 0);
    Heap after = Heap.now();
    assertThat(after.ofOurs() - before.ofOurs()).as("objects of this module").isLessThan(100);
    assertThat(after.bytes() - before.bytes()).as("growth in bytes").isLessThan(2_000_000);
  }

  private void read(RedisCache cache, int times) throws Exception {
    AtomicInteger reads = new AtomicInteger();
    onThreads(
        THREADS,
        () -> {
          while (reads.getAndIncrement() < times) {
            int number = 1 + ThreadLocalRandom.current().nextInt(READS);
            assertThat(cache.retrieve(null, key + number)).isEqualTo(number);
          }
        });
  }

  /** Locks and leases each key once, and for one in twenty waits in vain. */
  private void lockAndWait(RedisLock lock, int keys) throws Exception {
    AtomicInteger numbers = new AtomicInteger();
    onThreads(
        THREADS,
        () -> {
          for (int n = numbers.getAndIncrement(); n < keys; n = numbers.getAndIncrement()) {
            String mine = key + "-" + keys + "-" + n;
            if (n % 2 == 0) {
              lock.acquireLock(null, mine, MINUTE, MINUTE);
              if (n % 20 == 0) {
                waitInVain(lock, mine);
              }
              lock.releaseLock(null, mine);
            } else {
              try (LockLease lease =
                  lock.tryLease(null, mine, Duration.ofMinutes(1)).orElseThrow()) {
                lease.onLost(() -> {}).keepAlive();
              }
            }
          }
        });
  }

  private static void waitInVain(RedisLock lock, String key) throws Exception {
    try {
      lock.acquireLock(null, key, MINUTE, 1);
      throw new AssertionError("got a lock that is held");
    } catch (ConflictException e) {
      assertThat(e.getCode()).isEqualTo("LOCK_TIMEOUT");
    }
  }
}
