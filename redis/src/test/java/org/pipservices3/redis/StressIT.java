package org.pipservices3.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Sixty-four threads on one cache and on one lock, for a bounded time, without a wrong answer. */
@Timeout(120)
class StressIT extends OnEveryTarget {

  private static final int THREADS = 64;
  private static final int KEYS = 32;
  private static final long MINUTE = 60_000;
  private static final Duration TIME = Duration.ofMillis(Scale.times(300, 1_500));

  private final String prefix = Keys.unique("stress") + ":";
  private final AtomicLong calls = new AtomicLong();
  private RedisCache cache;
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache("options.key_prefix", prefix);
    lock = components.lock("options.key_prefix", prefix, "options.retry_timeout", 2);
  }

  @Test
  void cache_manyThreads_everyValueIsWhole() throws Exception {
    onAllThreads(
        /* leastEach= */ 10,
        thread -> {
          int number = ThreadLocalRandom.current().nextInt(KEYS);
          String key = "key" + number;
          switch (ThreadLocalRandom.current().nextInt(8)) {
            case 0, 1 -> assertThat(cache.store(null, key, describing(key), MINUTE)).isTrue();
            case 2 -> assertThat(cache.delete(null, key)).isBetween(0, 1);
            default -> assertDescribes(key, cache.retrieve(null, key));
          }
        });
  }

  @Test
  void cache_ownKeyPerThread_readsItsOwnWrites() throws Exception {
    onAllThreads(
        thread -> {
          String key = "own" + thread;
          long value = ThreadLocalRandom.current().nextLong(1L << 40, 1L << 50);
          assertThat(cache.store(null, key, value, MINUTE)).isTrue();
          assertThat(cache.retrieve(null, key)).isEqualTo(value);
          assertThat(cache.delete(null, key)).isOne();
          assertThat(cache.retrieve(null, key)).isNull();
        });
  }

  @Test
  void lock_manyThreads_noUpdateIsLost() throws Exception {
    String key = "counter-lock";
    onAllThreads(
        thread -> {
          try {
            lock.acquireLock(null, key, (int) MINUTE, MINUTE);
          } catch (InterruptedException | ApplicationException e) {
            throw new IllegalStateException(e);
          }
          try {
            Integer before = cache.retrieveAs(null, "counter", Integer.class);
            cache.store(null, "counter", before == null ? 1 : before + 1, MINUTE);
          } finally {
            lock.releaseLock(null, key);
          }
        });
    assertThat(raw.text(prefix + "counter")).isEqualTo(Long.toString(calls.get()));
    assertThat(raw.exists(prefix + key)).isFalse();
  }

  @Test
  void lock_triesAndLeasesOfManyThreads_holdOneAtATime() throws Exception {
    String key = "shared-lock";
    AtomicLong inside = new AtomicLong();
    AtomicLong lastFence = new AtomicLong();
    onAllThreads(
        thread -> {
          if (thread % 2 == 0) {
            if (lock.tryAcquireLock(null, key, (int) MINUTE)) {
              assertThat(inside.incrementAndGet()).isOne();
              inside.decrementAndGet();
              lock.releaseLock(null, key);
            }
          } else {
            lock.tryLease(null, key, Duration.ofMinutes(1))
                .ifPresent(lease -> useAlone(lease, inside, lastFence));
          }
        });
    assertThat(lastFence).hasPositiveValue();
    assertThat(raw.exists(prefix + key)).isFalse();
  }

  private static void useAlone(LockLease lease, AtomicLong inside, AtomicLong lastFence) {
    assertThat(inside.incrementAndGet()).isOne();
    assertThat(lease.fencingToken()).isGreaterThan(lastFence.getAndSet(lease.fencingToken()));
    inside.decrementAndGet();
    assertThat(lease.release()).isTrue();
  }

  private void onAllThreads(IntConsumer step) throws Exception {
    onAllThreads(/* leastEach= */ 1, step);
  }

  private void onAllThreads(int leastEach, IntConsumer step) throws Exception {
    long end = System.nanoTime() + TIME.toNanos();
    List<Background<Boolean>> workers = new ArrayList<>();
    for (int number = 0; number < THREADS; number++) {
      int thread = number;
      workers.add(
          Background.run(
              () -> {
                for (int i = 0; i < leastEach || System.nanoTime() - end < 0; i++) {
                  step.accept(thread);
                  calls.incrementAndGet();
                }
              }));
    }
    for (Background<Boolean> worker : workers) {
      assertThat(worker.result()).isTrue();
    }
  }

  /** A value that shows whose it is and whether it is whole. */
  private static Map<String, Object> describing(String key) {
    String filler = "x".repeat(ThreadLocalRandom.current().nextInt(2_000));
    return Map.of("key", key, "filler", filler, "length", filler.length());
  }

  private static void assertDescribes(String key, Object value) {
    if (value != null) {
      Map<?, ?> map = (Map<?, ?>) value;
      assertThat(map).hasSize(3);
      assertThat(map.get("key")).isEqualTo(key);
      assertThat(map.get("filler")).asString().hasSize((Integer) map.get("length"));
    }
  }
}
