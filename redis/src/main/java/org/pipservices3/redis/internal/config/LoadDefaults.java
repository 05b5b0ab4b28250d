package org.pipservices3.redis.internal.config;

import java.util.Set;
import org.pipservices3.commons.errors.ConfigException;

/**
 * The options {@code load_...}: how a cache loads what it does not hold, unless a call says
 * otherwise. Immutable; all times are in milliseconds.
 *
 * @param nullTimeout the lifetime of "there is none"; 0 if that is not stored
 * @param jitter the share of a lifetime by which it is shortened at most
 * @param timeout how long one load may hold off others
 * @param lock whether processes wait for one another's load
 * @param refreshAhead the beta of XFetch; 0 if nothing is refreshed ahead
 * @param stale for how long after its end a value may be returned if the loader fails
 * @param softTimeout how long the loader may take where there is a stale value; 0 for any time
 */
public record LoadDefaults(
    long nullTimeout,
    double jitter,
    long timeout,
    boolean lock,
    double refreshAhead,
    long stale,
    long softTimeout) {

  /** The greatest beta of XFetch. */
  public static final int MAX_BETA = 1_000;

  static final Set<String> NAMES =
      Set.of(
          "load_null_timeout",
          "load_jitter",
          "load_timeout",
          "load_lock",
          "load_refresh_ahead",
          "load_stale",
          "load_soft_timeout");

  private static final int ONE_DAY = 24 * 60 * 60 * 1000;

  static LoadDefaults from(OptionReader read) throws ConfigException {
    return new LoadDefaults(
        read.number("load_null_timeout", 0, 0, Ttl.MAX_MILLIS),
        read.decimal("load_jitter", 0, 1),
        read.number("load_timeout", 10_000, 1, ONE_DAY),
        read.flag("load_lock", true),
        read.decimal("load_refresh_ahead", 0, MAX_BETA),
        read.number("load_stale", 0, 0, ONE_DAY),
        read.number("load_soft_timeout", 0, 0, ONE_DAY));
  }
}
