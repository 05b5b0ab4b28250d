package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.lock.RedisLock;

/** Threads that store, read and lock a key each, as long as servers come and go under them. */
final class Load {
  private static final int MINUTE = 60_000;

  private final AtomicBoolean stop = new AtomicBoolean();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Background<Boolean>> workers = new ArrayList<>();
  private final List<AtomicLong> latest = new ArrayList<>();

  /** Starts a thread for every key. */
  static Load start(Components components, List<String> keys) throws ApplicationException {
    Load load = new Load();
    RedisCache cache = components.cache();
    RedisLock lock = components.lock();
    keys.forEach(key -> load.add(cache, lock, key));
    return load;
  }

  /** Waits until every thread has succeeded after this moment; how long that took. */
  Duration awaitSuccess() {
    long start = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> latest.stream().allMatch(done -> done.get() - start > 0));
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Ends the threads, none of which may have seen an error. */
  void endWithoutFailure() throws Exception {
    stop.set(true);
    for (Background<Boolean> worker : workers) {
      assertThat(worker.result()).isTrue();
    }
    assertThat(failures).isEmpty();
  }

  private void add(RedisCache cache, RedisLock lock, String key) {
    AtomicLong done = new AtomicLong(System.nanoTime());
    latest.add(done);
    workers.add(
        Background.run(
            () -> {
              while (!stop.get()) {
                try {
                  cache.store(null, key, key, MINUTE);
                  cache.retrieve(null, key);
                  if (lock.tryAcquireLock(null, key + "lock", MINUTE)) {
                    lock.releaseLock(null, key + "lock");
                  }
                  done.set(System.nanoTime());
                } catch (RuntimeException e) {
                  failures.add(e);
                }
              }
            }));
  }
}
