package org.pipservices3.redis.internal.config;

import java.time.Duration;
import java.util.Optional;

/** The bounds of a time to live. */
public final class Ttl {
  /**
   * The longest lifetime that is sent to Redis, 100 years in milliseconds.
   *
   * <p>Redis adds the lifetime to its clock: near {@link Long#MAX_VALUE} that sum overflows, and
   * Redis 6.2 then deletes the key at once. A longer time means "for ever" and becomes this.
   */
  public static final long MAX_MILLIS = 100L * 365 * 24 * 60 * 60 * 1000;

  private Ttl() {}

  /** What PTTL answers: how long a key stays; empty if there is none, the longest time if ever. */
  public static Optional<Duration> remaining(long pttl) {
    if (pttl == -2) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofMillis(pttl < 0 ? Long.MAX_VALUE : pttl));
  }

  /** The given time to live, cut to {@link #MAX_MILLIS}. */
  public static long bounded(long millis) {
    return Math.min(millis, MAX_MILLIS);
  }
}
