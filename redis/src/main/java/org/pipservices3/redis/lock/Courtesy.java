package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Gives other components their turn at a key that several of them want.
 *
 * <p>Who has just released a key is always the first to ask again: its thread runs, while the
 * others have still to hear of the release. Left to that race, one component would serve its own
 * threads for as long as it likes, and the others would starve. So after a release the component
 * that was lately refused by another holder waits as long as the report of the release takes to
 * reach that other and its claim to reach Redis. Without rivals nobody waits.
 *
 * <p>Keys share {@value #STRIPES} stripes; two keys of one stripe cost each other at most a pause.
 * Safe for any number of threads.
 */
final class Courtesy {
  private static final int STRIPES = 1024;
  private static final long RIVALRY = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(200);

  private final LongSupplier clock;
  private final AtomicLongArray refused = new AtomicLongArray(STRIPES);
  private final AtomicLongArray released = new AtomicLongArray(STRIPES);

  Courtesy(LongSupplier clock) {
    this.clock = clock;
    long past = clock.getAsLong() - RIVALRY;
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      refused.set(stripe, past);
      released.set(stripe, past);
    }
  }

  /** Takes note that another component holds the key. */
  void refused(String key) {
    refused.set(stripe(key), clock.getAsLong());
  }

  /** Takes note that this component has released the key. */
  void released(String key) {
    released.set(stripe(key), clock.getAsLong());
  }

  /** How long to leave the key to others, in nanoseconds. */
  long pause(String key) {
    int stripe = stripe(key);
    long now = clock.getAsLong();
    boolean rivals = now - refused.get(stripe) < RIVALRY;
    return rivals ? Math.max(0, PAUSE - (now - released.get(stripe))) : 0;
  }

  private static int stripe(String key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
