package org.pipservices3.redis.cache;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.Connector;

/**
 * What a cache reports to the service's counters and loggers, and whether a failure reaches the
 * caller.
 *
 * <p>Safe for any number of threads. Logs nothing but the failures that a cache hides.
 */
final class Journal {
  private static final String HITS = "redis.cache.hits";
  private static final String MISSES = "redis.cache.misses";
  private static final String NEAR_HITS = "redis.cache.near_hits";
  private static final String NEAR_MISSES = "redis.cache.near_misses";
  private static final String INVALIDATIONS = "redis.cache.invalidations";
  private static final String STORES = "redis.cache.stores";
  private static final String REMOVES = "redis.cache.removes";
  private static final String ERRORS = "redis.cache.errors";
  private static final String FAIL_OPEN = "redis.cache.fail_open";

  private static final long WARNING_INTERVAL = TimeUnit.SECONDS.toNanos(10);

  private final Connector<?> connector;
  private final Throttle warnings = new Throttle(System::nanoTime, WARNING_INTERVAL);

  Journal(Connector<?> connector) {
    this.connector = connector;
  }

  void nearHit() {
    hit();
    connector.counters().incrementOne(NEAR_HITS);
  }

  void nearMissed() {
    connector.counters().incrementOne(NEAR_MISSES);
  }

  void invalidated() {
    connector.counters().incrementOne(INVALIDATIONS);
  }

  void hit() {
    connector.counters().incrementOne(HITS);
  }

  void missed() {
    connector.counters().incrementOne(MISSES);
  }

  void stored() {
    connector.counters().incrementOne(STORES);
  }

  void removed(int keys) {
    connector.counters().increment(REMOVES, keys);
  }

  /**
   * Counts the failure of a call and throws it, unless it is one of Redis and these are to be
   * hidden.
   */
  void failed(@Nullable String correlationId, boolean failOpen, RedisException failure) {
    connector.counters().incrementOne(ERRORS);
    if (!failOpen || !isFailureOfRedis(failure)) {
      throw failure;
    }
    connector.counters().incrementOne(FAIL_OPEN);
    long hidden = warnings.admit();
    if (hidden > 0) {
      connector
          .logger()
          .warn(
              correlationId,
              "The cache works without Redis (options.fail_open); %d failures since the last"
                  + " warning, now: %s",
              hidden,
              failure.getMessage());
    }
  }

  private static boolean isFailureOfRedis(RedisException failure) {
    ApplicationException cause = failure.getCause();
    return cause instanceof ConnectionException || cause instanceof InvocationException;
  }
}
