package org.pipservices3.redis.lock;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.count.CompositeCounters;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.components.trace.CompositeTracer;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.Throttle;

/**
 * The counters, spans and log messages of a lock. Only rare events are logged; those that many
 * callers may meet at once at most every {@value #QUIET_SECONDS} s.
 *
 * <p>Safe for any number of threads.
 *
 * @param prefix what Redis has before every key
 * @param refusals lets few warnings of unconfirmed acquisitions through
 * @param renewals the same for an unconfirmed renewal
 */
record LockMetrics(
    CompositeLogger logger,
    CompositeCounters counters,
    CompositeTracer tracer,
    String prefix,
    Throttle refusals,
    Throttle renewals) {
  private static final int QUIET_SECONDS = 10;

  LockMetrics(
      CompositeLogger logger, CompositeCounters counters, CompositeTracer tracer, String prefix) {
    this(logger, counters, tracer, prefix, warnings(), warnings());
  }

  private static Throttle warnings() {
    return new Throttle(System::nanoTime, TimeUnit.SECONDS.toNanos(QUIET_SECONDS));
  }

  /** A key as Redis has it, for messages. */
  String name(String key) {
    return Errors.shown(prefix + key);
  }

  void acquired() {
    counters.incrementOne("redis.lock.acquisitions");
  }

  void waited(@Nullable String correlationId, long nanos) {
    counters.endTiming("redis.lock.waits", nanos / (float) TimeUnit.MILLISECONDS.toNanos(1));
    tracer.trace(correlationId, "redis.lock", "wait", TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  void timedOut() {
    counters.incrementOne("redis.lock.timeouts");
  }

  void failed() {
    counters.incrementOne("redis.lock.errors");
  }

  void lost(@Nullable String correlationId, boolean lease, String key, String why) {
    counters.incrementOne("redis.lock.lost");
    logger.warn(correlationId, "The %s key '%s' was lost: %s", kind(lease), name(key), why);
  }

  void goneAtRelease(@Nullable String correlationId, boolean lease, String key) {
    lost(correlationId, lease, key, "it was gone when it was to be released");
  }

  void unconfirmed(@Nullable String correlationId, boolean lease, String key, int replicas) {
    counters.incrementOne("redis.lock.unconfirmed");
    if (refusals.admit() > 0) {
      logger.warn(
          correlationId,
          "The %s key '%s' was released again: fewer than %d replicas (options.min_replicas)"
              + " have confirmed it in time; see whether they are connected",
          kind(lease),
          name(key),
          replicas);
    }
  }

  void renewalUnconfirmed(@Nullable String correlationId, String key, int replicas) {
    counters.incrementOne("redis.lock.unconfirmed");
    if (renewals.admit() > 0) {
      logger.warn(
          correlationId,
          "A renewal of the lease of key '%s' does not count: fewer than %d replicas"
              + " (options.min_replicas) have confirmed it in time; see whether they are connected",
          name(key),
          replicas);
    }
  }

  void releaseIgnored(@Nullable String correlationId, String key) {
    logger.warn(
        correlationId,
        "The lock on key '%s' was not released: this thread did not acquire it, its last attempt"
            + " failed, and another thread holds it. Call acquireLock before the try block whose"
            + " finally releases",
        name(key));
  }

  void renewalFailed(@Nullable String correlationId, String key, RuntimeException e) {
    logger.warn(
        correlationId,
        "The lease of key '%s' could not be renewed, which is retried until it ends: %s",
        name(key),
        e.getMessage());
  }

  void releaseFailed(@Nullable String correlationId, String key, RedisException e) {
    logger.warn(
        correlationId,
        "The lease of key '%s' could not be released, which is retried until it ends: %s",
        name(key),
        e.getMessage());
  }

  void actionFailed(@Nullable String correlationId, String key, Throwable e) {
    Exception logged = e instanceof Exception exception ? exception : new ExecutionException(e);
    logger.error(
        correlationId, logged, "An action on the loss of the lease of key '%s' failed", name(key));
  }

  void actionsWait(int running, int waiting) {
    logger.warn(
        null,
        "%d actions on the loss of leases run at the same time and have not ended, %d more wait"
            + " until one of them has: see what they wait for",
        running,
        waiting);
  }

  void notReleasedAtClose(int tokens) {
    logger.warn(
        null,
        "%d locks could not be released before the lock component was closed, and stay until their"
            + " time to live is over",
        tokens);
  }

  private static String kind(boolean lease) {
    return lease ? "lease of" : "lock on";
  }
}
