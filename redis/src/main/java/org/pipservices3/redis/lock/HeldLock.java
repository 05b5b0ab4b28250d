package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;

/**
 * An acquisition that was not released yet. Points in time are those of the monotonic clock;
 * everything is in nanoseconds.
 */
interface HeldLock {

  String key();

  String token();

  /** The longest time to live that Redis may give the key, counted from its last request. */
  long ttl();

  /** The time for which the lock is surely held; zero or less if it is not. No side effect. */
  long left(long now);

  /** Whether the record of it has no further use. */
  boolean isForgettable(long now);

  /**
   * A lock acquired by {@code tryAcquireLock} or {@code acquireLock}. Immutable.
   *
   * @param thread the id of the thread that acquired it
   * @param deadline when it ends
   * @param inDoubt whether a failed release may have ended it
   * @param releasing whether its release is under way: until Redis has confirmed that, nobody else
   *     can have the lock
   */
  record Plain(
      String key,
      String token,
      long thread,
      long ttl,
      long deadline,
      boolean inDoubt,
      boolean releasing)
      implements HeldLock {

    private static final long SHORTEST_GRACE = TimeUnit.MINUTES.toNanos(1);

    static Plain acquired(String key, String token, long thread, long ttl, long deadline) {
      return new Plain(
          key, token, thread, ttl, deadline, /* inDoubt= */ false, /* releasing= */ false);
    }

    @Override
    public long left(long now) {
      return inDoubt ? 0 : deadline - now;
    }

    @Override
    public boolean isForgettable(long now) {
      return now - deadline > Math.max(ttl, SHORTEST_GRACE);
    }

    Plain whileReleasing() {
      return new Plain(key, token, thread, ttl, deadline, inDoubt, /* releasing= */ true);
    }

    Plain afterFailedRelease() {
      return new Plain(
          key, token, thread, ttl, deadline, /* inDoubt= */ true, /* releasing= */ false);
    }

    /** Without the token. */
    @Override
    public String toString() {
      return key;
    }
  }
}
