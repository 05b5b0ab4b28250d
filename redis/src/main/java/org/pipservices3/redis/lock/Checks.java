package org.pipservices3.redis.lock;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.config.Ttl;
import org.pipservices3.redis.internal.errors.Errors;

/** Checks the times that callers pass, and bounds them. A wrong one is WRONG_TTL. */
final class Checks {
  private static final Duration LONGEST = Duration.ofMillis(Ttl.MAX_MILLIS);

  private Checks() {}

  /** The time to live in milliseconds. */
  static long ttl(@Nullable String correlationId, int ttl) {
    if (ttl <= 0) {
      throw wrong(correlationId, "time to live", ttl + " ms", "1 ms");
    }
    return ttl;
  }

  /** The time to live in milliseconds, at most {@link Ttl#MAX_MILLIS}. */
  static long ttl(@Nullable String correlationId, @Nullable Duration ttl) {
    if (ttl == null || ttl.compareTo(Duration.ofMillis(1)) < 0) {
      throw wrong(correlationId, "time to live", String.valueOf(ttl), "1 ms");
    }
    return bounded(ttl).toMillis();
  }

  /** The time to wait in nanoseconds; unlimited if it is too long to count. */
  static long timeout(@Nullable String correlationId, long timeout) {
    if (timeout < 0) {
      throw wrong(correlationId, "time to wait", timeout + " ms", "0");
    }
    return TimeUnit.MILLISECONDS.toNanos(timeout);
  }

  /** The time to wait in nanoseconds, at most {@link Ttl#MAX_MILLIS}. */
  static long timeout(@Nullable String correlationId, @Nullable Duration timeout) {
    if (timeout == null || timeout.isNegative()) {
      throw wrong(correlationId, "time to wait", String.valueOf(timeout), "0");
    }
    return bounded(timeout).toNanos();
  }

  private static Duration bounded(Duration time) {
    return time.compareTo(LONGEST) > 0 ? LONGEST : time;
  }

  private static RuntimeException wrong(
      @Nullable String correlationId, String what, String given, String least) {
    return Errors.badRequest(
        correlationId,
        "WRONG_TTL",
        "The " + what + " of a lock is " + given + ": give " + least + " or more");
  }
}
