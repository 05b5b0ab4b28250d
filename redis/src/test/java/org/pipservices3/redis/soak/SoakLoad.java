package org.pipservices3.redis.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.LoadOptions;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * Threads that use caches and locks as services do, with random keys, and release whatever they
 * acquire; what fails because a link was cut counts as a failure.
 */
final class SoakLoad {
  static final int THREADS = 8;
  private static final int KEYS = 10_000_000;
  private static final int POPULAR_KEYS = 500;
  private static final int SHARED_LOCKS = 2;
  private static final int LEASED_KEYS = 10_000; // each leaves a fencing counter in Redis
  private static final int MINUTE = 60_000;
  private static final LoadOptions LOADS = LoadOptions.defaults().staleFor(Duration.ofSeconds(5));
  private static final long BREATH = TimeUnit.MICROSECONDS.toNanos(200);

  private final List<RedisCache> caches;
  private final List<RedisLock> locks;
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicIntegerArray inside = new AtomicIntegerArray(SHARED_LOCKS);
  private final List<Background<Boolean>> workers = new ArrayList<>();

  final LongAdder calls = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder timeouts = new LongAdder();
  final LongAdder losses = new LongAdder();

  SoakLoad(List<RedisCache> caches, List<RedisLock> locks) {
    this.caches = caches;
    this.locks = locks;
  }

  void start() {
    for (int i = 0; i < THREADS; i++) {
      workers.add(Background.run(this::work));
    }
  }

  /** Whether every thread is still at work. */
  boolean isRunning() {
    return workers.stream().noneMatch(Background::isDone);
  }

  void end() throws Exception {
    done.set(true);
    for (Background<Boolean> worker : workers) {
      assertThat(worker.result()).isTrue();
    }
  }

  private void work() throws Exception {
    while (!done.get()) {
      try {
        step(random(100));
      } catch (RedisException e) {
        tolerate(e);
      } catch (ConflictException e) {
        timeouts.increment();
      }
      calls.increment();
      LockSupport.parkNanos(BREATH);
    }
  }

  private void step(int kind) throws Exception {
    if (kind < 25) {
      readOrStore("value-" + random(KEYS));
    } else if (kind < 50) {
      load("loaded-" + random(KEYS));
    } else if (kind < 58) {
      readOrStore("popular-" + random(POPULAR_KEYS));
    } else if (kind < 65) {
      load("popular-" + random(POPULAR_KEYS));
    } else if (kind < 67) {
      cache().remove(null, "popular-" + random(POPULAR_KEYS));
    } else if (kind < 80) {
      lockAlone("lock-" + random(KEYS));
    } else if (kind < 90) {
      lockAmongOthers(random(SHARED_LOCKS));
    } else {
      leaseFor(kind, "lock-lease-" + random(LEASED_KEYS));
    }
  }

  private void readOrStore(String key) {
    RedisCache cache = cache();
    Object value = cache.retrieve(null, key);
    if (value == null) {
      cache.store(null, key, key, 1_000 + random(20_000));
      value = cache.retrieve(null, key);
    }
    assertThat(value).isIn(key, null);
  }

  private void load(String key) {
    LoadOptions options = LOADS.timeout(Duration.ofMillis(1_000 + random(20_000)));
    assertThat(cache().retrieveOrLoad(null, key, String.class, options, (trace, asked) -> asked))
        .isEqualTo(key);
  }

  private void lockAlone(String key) {
    RedisLock lock = lock();
    if (lock.tryAcquireLock(null, key, MINUTE)) {
      release(lock, key);
    }
  }

  private void lockAmongOthers(int number) throws Exception {
    RedisLock lock = lock();
    String key = "lock-shared-" + number;
    lock.acquireLock(null, key, MINUTE, random(30));
    assertThat(inside.incrementAndGet(number)).as("holders of %s", key).isOne();
    LockSupport.parkNanos(BREATH);
    inside.decrementAndGet(number);
    release(lock, key);
  }

  private void leaseFor(int kind, String key) {
    if (kind < 98) {
      lock()
          .tryLease(null, key, Duration.ofMinutes(1))
          .ifPresent(
              lease -> {
                try (lease) {
                  lease.onLost(losses::increment).keepAlive();
                }
              });
    } else if (random(200) == 0) {
      lock().tryLease(null, key, Duration.ofMillis(300)).ifPresent(this::forget);
    }
  }

  private void forget(LockLease lease) {
    lease.onLost(losses::increment);
  }

  /** Again and again, as one does who wants to be sure. */
  private void release(RedisLock lock, String key) {
    while (true) {
      try {
        lock.releaseLock(null, key);
        return;
      } catch (RedisException e) {
        tolerate(e);
      }
    }
  }

  private void tolerate(RedisException e) {
    if (!(e.getCause() instanceof ConnectionException)) {
      throw e;
    }
    failures.increment();
  }

  private RedisCache cache() {
    return caches.get(random(caches.size()));
  }

  private RedisLock lock() {
    return locks.get(random(locks.size()));
  }

  private static int random(int bound) {
    return ThreadLocalRandom.current().nextInt(bound);
  }
}
