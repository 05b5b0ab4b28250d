package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;

/**
 * An acquisition that was not yet given back. Points in time are those of the monotonic clock, in
 * nanoseconds.
 */
interface Holding {

  String key();

  /** How long it is still surely ours, without any side effect; zero or less if it is not. */
  long left(long now);

  /** Whether nobody has any more use for the record of it. */
  boolean isForgettable(long now);

  /**
   * One acquired by {@code tryAcquireLock} or {@code acquireLock}. Immutable.
   *
   * @param thread the id of the thread that acquired it
   * @param ttl its time to live in nanoseconds
   * @param deadline when it ends
   * @param inDoubt whether a failed release may have ended it before
   */
  record Plain(String key, String token, long thread, long ttl, long deadline, boolean inDoubt)
      implements Holding {

    private static final long SHORTEST_GRACE = TimeUnit.MINUTES.toNanos(1);

    @Override
    public long left(long now) {
      return inDoubt ? 0 : deadline - now;
    }

    @Override
    public boolean isForgettable(long now) {
      return now - deadline > Math.max(ttl, SHORTEST_GRACE);
    }

    Plain doubted() {
      return new Plain(key, token, thread, ttl, deadline, /* inDoubt= */ true);
    }

    /** Does not tell the token. */
    @Override
    public String toString() {
      return key;
    }
  }

  /** One whose release is under way: nobody else can have it before Redis has confirmed that. */
  record Leaving(Plain held) implements Holding {

    @Override
    public String key() {
      return held.key();
    }

    @Override
    public long left(long now) {
      return held.left(now);
    }

    @Override
    public boolean isForgettable(long now) {
      return held.isForgettable(now);
    }
  }
}
