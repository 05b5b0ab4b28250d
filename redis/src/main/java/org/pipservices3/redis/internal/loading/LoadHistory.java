package org.pipservices3.redis.internal.loading;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * When values end and how long their loads take, which decides when to load one again.
 *
 * <p>That is XFetch: a value is due at each read with a probability that rises towards its end, the
 * earlier the longer its load takes. So of many readers in many processes one is likely to be the
 * first, in time. See Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede
 * Prevention".
 *
 * <p>What is known may be out of date, since others write: Redis is asked again before a load.
 *
 * <p>Safe for any number of threads.
 */
final class LoadHistory {
  /** What is known of a value; immutable. Times by the clock. */
  private record Life(long end, long loadNanos, long notBefore) {}

  /** How much a new load counts in the mean of all. */
  private static final double WEIGHT = 0.1;

  private final Cache<String, Life> lives;
  private final LongSupplier nanoClock;
  private final DoubleSupplier random;
  private volatile double meanNanos = TimeUnit.MILLISECONDS.toNanos(10);

  /**
   * Creates an empty one.
   *
   * @param random from 0 to 1, as {@link Math#random}
   */
  LoadHistory(long maxSize, LongSupplier nanoClock, DoubleSupplier random) {
    this.lives = Caffeine.newBuilder().maximumSize(maxSize).executor(Runnable::run).build();
    this.nanoClock = nanoClock;
    this.random = random;
  }

  long now() {
    return nanoClock.getAsLong();
  }

  /** Notes a value that was loaded in so many nanoseconds and ends at this time. */
  void loaded(String name, long end, long loadNanos) {
    double mean = meanNanos; // a lost update costs a little precision
    meanNanos = mean + WEIGHT * (loadNanos - mean);
    lives.put(name, new Life(end, loadNanos, now()));
  }

  /** Notes a value that somebody else has stored. */
  void found(String name, long end) {
    lives.put(name, new Life(end, (long) meanNanos, now()));
  }

  void forget(String name) {
    lives.invalidate(name);
  }

  /** The same for all keys that begin like this. */
  void forgetAll(String prefix) {
    lives.asMap().keySet().removeIf(name -> name.startsWith(prefix));
  }

  boolean isKnown(String name) {
    return lives.getIfPresent(name) != null;
  }

  /** Whether to load a value again now. */
  boolean isDue(String name, double beta) {
    Life life = lives.getIfPresent(name);
    if (life == null || now() - life.notBefore < 0) {
      return false;
    }
    double early = life.loadNanos * beta * -Math.log(1 - random.getAsDouble());
    return early >= life.end - now();
  }

  /** How long a value is believed to live, in milliseconds, rounded up; 0 if nothing is known. */
  long millisLeft(String name) {
    Life life = lives.getIfPresent(name);
    return life == null ? 0 : Math.max(0, 1 + TimeUnit.NANOSECONDS.toMillis(life.end - now()));
  }

  /** Leaves a value alone for so many milliseconds. */
  void postpone(String name, long millis) {
    long until = now() + TimeUnit.MILLISECONDS.toNanos(millis);
    lives.asMap().computeIfPresent(name, (same, life) -> new Life(life.end, life.loadNanos, until));
  }
}
