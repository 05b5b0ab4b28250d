package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.count.CompositeCounters;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.RedisException;

/**
 * What a lock reports to the service's counters and loggers. Immutable; logs only what is rare.
 *
 * @param logger where to log
 * @param counters where to count
 */
record Journal(CompositeLogger logger, CompositeCounters counters) {

  void acquired() {
    counters.incrementOne("redis.lock.acquisitions");
  }

  void waited(long nanos) {
    counters.endTiming("redis.lock.waits", nanos / (float) TimeUnit.MILLISECONDS.toNanos(1));
  }

  void timedOut() {
    counters.incrementOne("redis.lock.timeouts");
  }

  void failed() {
    counters.incrementOne("redis.lock.errors");
  }

  void lost(@Nullable String correlationId, String key, String why) {
    counters.incrementOne("redis.lock.lost");
    logger.warn(correlationId, "The lock on key '%s' was lost: %s", key, why);
  }

  void unconfirmed(@Nullable String correlationId, String key, int replicas) {
    counters.incrementOne("redis.lock.unconfirmed");
    logger.warn(
        correlationId,
        "The lock on key '%s' was given back: fewer than %d replicas (options.min_replicas) have"
            + " confirmed it in time; see whether they are connected",
        key,
        replicas);
  }

  void renewalFails(@Nullable String correlationId, String key, RuntimeException e) {
    logger.warn(
        correlationId,
        "The lease of key '%s' could not be renewed and is tried again until it ends: %s",
        key,
        e.getMessage());
  }

  void notReleased(@Nullable String correlationId, String key, RedisException e) {
    logger.warn(
        correlationId,
        "The lease of key '%s' could not be given back, which is tried again until it ends: %s",
        key,
        e.getMessage());
  }

  void actionFailed(@Nullable String correlationId, String key, RuntimeException e) {
    logger.error(correlationId, e, "An action on the loss of the lease of key '%s' failed", key);
  }
}
