package org.pipservices3.redis.examples;

import java.time.Duration;
import java.util.List;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.config.IConfigurable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.lock.RedisLock;

/**
 * CounterRace shows what a lock is for: threads increment one counter in Redis by reading it,
 * adding one and writing it, first without a lock and then under one.
 *
 * <p>Without a lock, two threads that read the same number write the same number, and one increment
 * is lost. The threads use the lock components in turn, as several services would.
 *
 * <p>Parameters: {@code threads}, and {@code turns}, how often each increments the counter.
 */
final class CounterRace implements IConfigurable, Step {
  private static final String TRACE = "race";
  private static final long MINUTE = 60_000;
  private static final int TTL = 10_000;
  private static final long PATIENCE = 10_000;

  private RedisCache cache = new RedisCache();
  private List<RedisLock> locks = List.of();
  private int threads = 8;
  private int turns = 50;

  /** How a thread increments the counter once. */
  @FunctionalInterface
  private interface Increment {
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

  @Override
  public void run(StepPrinter printer, TutorialKeys keys, TutorialServer server) throws Exception {
    String counter = keys.key("counter");
    String lockKey = keys.key("counter-lock");
    int increments = threads * turns;
    printer.title(
        "%d threads of %d components increment one counter %d times: read it, add one, write it."
            .formatted(threads, locks.size(), increments),
        this);

    int unguarded = race(printer, "without a lock", counter, lock -> increment(counter));
    int guarded =
        race(printer, "with the lock", counter, lock -> incrementUnder(lock, lockKey, counter));

    printer.require(unguarded < increments, "Without a lock, increments should have been lost");
    printer.require(guarded == increments, "With the lock, every increment should have counted");
  }

  /** Returns the counter's value after all threads have finished. */
  private int race(StepPrinter printer, String how, String counter, Increment increment)
      throws Exception {
    cache.store(TRACE, counter, 0, MINUTE);
    long start = System.nanoTime();
    Crowd.run(
        threads,
        number -> {
          for (int turn = 0; turn < turns; turn++) {
            increment.by(locks.get(number % locks.size()));
          }
        });
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    int total = cache.retrieveAs(TRACE, counter, Integer.class);
    printer.step(
        how,
        "counter %4d, lost %4d, in %d ms"
            .formatted(total, threads * turns - total, time.toMillis()));
    return total;
  }

  private void increment(String counter) {
    int value = cache.retrieveAs(TRACE, counter, Integer.class);
    cache.store(TRACE, counter, value + 1, MINUTE);
  }

  private void incrementUnder(RedisLock lock, String lockKey, String counter) throws Exception {
    lock.acquireLock(TRACE, lockKey, TTL, PATIENCE);
    try {
      increment(counter);
    } finally {
      lock.releaseLock(TRACE, lockKey);
    }
  }
}
