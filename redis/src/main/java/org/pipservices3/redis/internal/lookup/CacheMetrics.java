package org.pipservices3.redis.internal.lookup;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.components.trace.TraceTiming;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.component.Connector;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.Throttle;

/**
 * The counters and log lines of a cache, and whether a failure reaches the caller.
 *
 * <p>Longer than others, since it has every counter of a cache.
 *
 * <p>Safe for any number of threads. Logs nothing but the failures that a cache hides.
 */
public final class CacheMetrics {
  private static final String HITS = "redis.cache.hits";
  private static final String MISSES = "redis.cache.misses";
  private static final String NEAR_HITS = "redis.cache.near_hits";
  private static final String NEAR_MISSES = "redis.cache.near_misses";
  private static final String INVALIDATIONS = "redis.cache.invalidations";
  private static final String STORES = "redis.cache.stores";
  private static final String REMOVES = "redis.cache.removes";
  private static final String ERRORS = "redis.cache.errors";
  private static final String FAIL_OPEN = "redis.cache.fail_open";

  private static final String LOADS = "redis.cache.loads";
  private static final String LOAD_FAILURES = "redis.cache.load_failures";
  private static final String LOAD_JOINED = "redis.cache.load_joined";
  private static final String LOAD_WAITS = "redis.cache.load_waits";
  private static final String LOAD_SUPERSEDED = "redis.cache.load_superseded";
  private static final String LOAD_LATE = "redis.cache.load_late";
  private static final String LOAD_UNFIT = "redis.cache.load_unfit";
  private static final String STALE_SERVED = "redis.cache.stale_served";
  private static final String REFRESHES = "redis.cache.refreshes";
  private static final String REFRESHES_REFUSED = "redis.cache.refreshes_refused";

  private static final long WARNING_INTERVAL = TimeUnit.SECONDS.toNanos(10);

  private final Connector<?> connector;
  private final Throttle warnings;
  private final Throttle storeWarnings;
  private final Throttle unfitWarnings;
  private final Throttle refreshWarnings;

  public CacheMetrics(Connector<?> connector) {
    this(connector, System::nanoTime);
  }

  public CacheMetrics(Connector<?> connector, LongSupplier nanoClock) {
    this.connector = connector;
    this.warnings = new Throttle(nanoClock, WARNING_INTERVAL);
    this.storeWarnings = new Throttle(nanoClock, WARNING_INTERVAL);
    this.unfitWarnings = new Throttle(nanoClock, WARNING_INTERVAL);
    this.refreshWarnings = new Throttle(nanoClock, WARNING_INTERVAL);
  }

  void nearHit() {
    hit();
    connector.counters().incrementOne(NEAR_HITS);
  }

  void nearHits(int keys) {
    hits(keys);
    count(NEAR_HITS, keys);
  }

  void nearMisses(int keys) {
    count(NEAR_MISSES, keys);
  }

  void hits(int keys) {
    count(HITS, keys);
  }

  void misses(int keys) {
    count(MISSES, keys);
  }

  public void stored(int keys) {
    count(STORES, keys);
  }

  private void count(String counter, int keys) {
    if (keys > 0) {
      connector.counters().increment(counter, keys);
    }
  }

  void nearMissed() {
    connector.counters().incrementOne(NEAR_MISSES);
  }

  public void invalidated() {
    connector.counters().incrementOne(INVALIDATIONS);
  }

  void hit() {
    connector.counters().incrementOne(HITS);
  }

  void missed() {
    connector.counters().incrementOne(MISSES);
  }

  public void stored() {
    connector.counters().incrementOne(STORES);
  }

  public void removed(long keys) {
    count(REMOVES, (int) Math.min(Integer.MAX_VALUE, keys));
  }

  /** Counts a call of a loader that begins, and returns its span. */
  public TraceTiming loading(@Nullable String correlationId) {
    connector.counters().incrementOne(LOADS);
    return connector.tracer().beginTrace(correlationId, "redis.cache", "load");
  }

  /** Counts a call that was answered with a value after its end. */
  public void staleServed() {
    connector.counters().incrementOne(STALE_SERVED);
  }

  /** Counts a value that was loaded again before its end. */
  public void refreshed() {
    connector.counters().incrementOne(REFRESHES);
  }

  /** Counts a load in the background that was due and had no thread. */
  public void refreshRefused() {
    connector.counters().incrementOne(REFRESHES_REFUSED);
  }

  /** Counts a failure of Redis that hinders a load in the background. */
  void notRefreshed(@Nullable String correlationId, String name, RedisException failure) {
    connector.counters().incrementOne(ERRORS);
    refreshFailed(correlationId, name, failure);
  }

  /** Logs the failure of a load in the background. */
  public void refreshFailed(@Nullable String correlationId, String name, Throwable failure) {
    long failures = refreshWarnings.admit();
    if (failures > 0) {
      connector
          .logger()
          .warn(
              correlationId,
              "%d loads in the background failed since the last warning, now that of key '%s': %s",
              failures,
              Errors.shown(name),
              failure.getClass().getName());
    }
  }

  /** Counts a call of a loader that brought no value that can be stored. */
  public void loadFailed() {
    connector.counters().incrementOne(LOAD_FAILURES);
  }

  /** Counts a caller that waits for another's load in this process. */
  public void loadJoined() {
    connector.counters().incrementOne(LOAD_JOINED);
  }

  /** Records how long a load waited for another process, in nanoseconds. */
  public void loadWaited(long nanos) {
    connector.counters().endTiming(LOAD_WAITS, nanos / 1e6f);
  }

  /** Counts a loaded value that is not stored, since the key was removed or written meanwhile. */
  public void loadSuperseded() {
    connector.counters().incrementOne(LOAD_SUPERSEDED);
  }

  /** Counts a loaded value that is not stored, since that took longer than a load may. */
  public void loadLate() {
    connector.counters().incrementOne(LOAD_LATE);
  }

  /** Counts a stored value that does not fit the type that a load was asked for. */
  public void unfit(@Nullable String correlationId, RedisException misfit) {
    connector.counters().incrementOne(LOAD_UNFIT);
    long values = unfitWarnings.admit();
    if (values > 0) {
      connector
          .logger()
          .warn(
              correlationId,
              "%d values since the last warning do not fit their types and are loaded anew, now:"
                  + " %s",
              values,
              misfit.getMessage());
    }
  }

  /** Counts and logs a failure of Redis after a load, which is not thrown. */
  void notStored(@Nullable String correlationId, RedisException failure) {
    connector.counters().incrementOne(ERRORS);
    long failures = storeWarnings.admit();
    if (failures > 0) {
      connector
          .logger()
          .warn(
              correlationId,
              "A loaded value was returned but not stored; %d since the last warning, now: %s",
              failures,
              failure.getMessage());
    }
  }

  /** Counts the failure of a call and throws it, unless failures of Redis are to be hidden. */
  void failed(@Nullable String correlationId, boolean failOpen, RedisException failure) {
    connector.counters().incrementOne(ERRORS);
    if (!failOpen || !isFailureOfRedis(failure)) {
      throw failure;
    }
    hide(correlationId, failure.getMessage());
  }

  /** Counts a call that was not made, since Redis is out for this reason. */
  void skipped(@Nullable String correlationId, @Nullable String reason) {
    connector.counters().incrementOne(ERRORS);
    hide(correlationId, reason);
  }

  /** Logs that the cache works again. */
  void isBack(String where, long seconds, long calls) {
    connector
        .logger()
        .info(
            null,
            "Redis at %s is back after %d s, %d calls served without it (options.fail_open)",
            where,
            seconds,
            calls);
  }

  private void hide(@Nullable String correlationId, @Nullable String reason) {
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
              reason);
    }
  }

  /** Whether Redis failed, and not the caller. */
  static boolean isFailureOfRedis(RedisException failure) {
    ApplicationException cause = failure.getCause();
    return cause instanceof ConnectionException || cause instanceof InvocationException;
  }
}
