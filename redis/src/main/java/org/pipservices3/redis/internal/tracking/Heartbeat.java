package org.pipservices3.redis.internal.tracking;

import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Up to when a tracking connection has reported changes, and when a reply must be asked for.
 *
 * <p>What counts is when the latest command was sent whose reply was taken, since invalidations of
 * earlier changes come before it. Bytes that arrive prove nothing: they may have waited in the
 * socket while the process was stopped.
 *
 * <p>Times are those of {@link System#nanoTime}. All but {@link #isLive} is for the reading thread.
 */
final class Heartbeat {
  /** For how long no reply may come before one is asked for, in milliseconds. */
  static final int PERIOD = 1_000;

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(PERIOD);

  private volatile long upToDate;
  private boolean asked;
  private long askedAt;

  Heartbeat(long now) {
    upToDate = now;
  }

  /** Whether all changes up to {@link KeyTracking#STALENESS_BOUND} before now were reported. */
  boolean isLive(long now) {
    return now - upToDate < TimeUnit.MILLISECONDS.toNanos(KeyTracking.STALENESS_BOUND);
  }

  /** Notes that a reply came to a command that was sent at this time or later. */
  void replied(long sent) {
    upToDate = sent;
    asked = false;
  }

  /** Whether to ask for a reply now; throws if the last one asked for has not begun in time. */
  boolean isDue(long now, boolean silent) {
    if (silent && asked && now - askedAt >= PERIOD_NANOS) {
      throw new JedisConnectionException("The server is silent", new SocketTimeoutException());
    }
    if (asked || now - upToDate <= PERIOD_NANOS) {
      return false;
    }
    asked = true;
    askedAt = now;
    return true;
  }
}
