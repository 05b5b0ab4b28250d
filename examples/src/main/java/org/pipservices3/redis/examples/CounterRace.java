package org.pipservices3.redis.examples;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.config.IConfigurable;
import org.pipservices3.commons.refer.IReferenceable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.lock.RedisLock;

/**
 * CounterRace is the component that shows what a lock is for: threads raise one counter in Redis by
 * reading it, adding one and writing it back, first unguarded, then each raise under a lock.
 *
 * <p>Unguarded, two threads that read the same number write the same number, and one raise is lost.
 * The threads take turns at the lock components they find, as if they were several services.
 *
 * <p>Parameters: {@code threads} and {@code turns}, how often each of them raises the counter.
 */
final class CounterRace implements IConfigurable, IReferenceable {
  private static final String TRACE = "race";
  private static final long MINUTE = 60_000;
  private static final int TTL = 10_000;
  private static final long PATIENCE = 10_000;

  private RedisCache cache = new RedisCache();
  private List<RedisLock> locks = List.of();
  private int threads = 8;
  private int turns = 50;

  /** How a thread makes one raise. */
  @FunctionalInterface
  private interface Raise {
    void by(RedisLock lock) throws Exception;
  }

  @Override
  public void configure(ConfigParams config) {
    threads = config.getAsIntegerWithDefault("threads", threads);
    turns = config.getAsIntegerWithDefault("turns", turns);
  }

  @Override
  public void setReferences(IReferences references) throws ReferenceException {
    cache = references.getOneRequired(RedisCache.class, Descriptors.CACHE);
    locks = references.getRequired(RedisLock.class, Descriptors.EVERY_LOCK);
  }

  void run(Account account, TutorialKeys keys) throws Exception {
    String counter = keys.key("counter");
    String lockKey = keys.key("counter-lock");
    int raises = threads * turns;
    account.title(
        "%d threads of %d components raise one counter %d times: read it, add one, write it."
            .formatted(threads, locks.size(), raises));

    int unguarded = race(account, "without a lock", counter, lock -> raise(counter));
    int guarded =
        race(account, "with the lock", counter, lock -> raiseUnder(lock, lockKey, counter));

    account.require(unguarded < raises, "Without a lock, raises should have been lost");
    account.require(guarded == raises, "With the lock, every raise should have counted");
  }

  /** Returns what the counter stands at after all threads have raised it all their turns. */
  private int race(Account account, String how, String counter, Raise raise) throws Exception {
    cache.store(TRACE, counter, 0, MINUTE);
    long start = System.nanoTime();
    runTogether(raise);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    int total = cache.retrieveAs(TRACE, counter, Integer.class);
    account.step(
        how,
        "counter %4d, lost %4d, in %d ms"
            .formatted(total, threads * turns - total, time.toMillis()));
    return total;
  }

  private void runTogether(Raise raise) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CyclicBarrier start = new CyclicBarrier(threads);
      List<Future<Void>> racers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        racers.add(pool.submit(racer(locks.get(i % locks.size()), start, raise)));
      }
      for (Future<Void> racer : racers) {
        racer.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      pool.shutdownNow();
      pool.awaitTermination(PATIENCE, TimeUnit.MILLISECONDS);
    }
  }

  private Callable<Void> racer(RedisLock lock, CyclicBarrier start, Raise raise) {
    return () -> {
      start.await();
      for (int turn = 0; turn < turns; turn++) {
        raise.by(lock);
      }
      return null;
    };
  }

  private void raise(String counter) {
    int value = cache.retrieveAs(TRACE, counter, Integer.class);
    cache.store(TRACE, counter, value + 1, MINUTE);
  }

  private void raiseUnder(RedisLock lock, String lockKey, String counter) throws Exception {
    lock.acquireLock(TRACE, lockKey, TTL, PATIENCE);
    try {
      raise(counter);
    } finally {
      lock.releaseLock(TRACE, lockKey);
    }
  }
}
