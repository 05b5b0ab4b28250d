package org.pipservices3.redis.lock;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.connect.KeyTracking;

/**
 * Watches a key through Redis's own reports of changes, so that a waiter sleeps until somebody, in
 * any process and language, frees it.
 *
 * <p>Reading the rest of the holder's time registers the key in the same step: what happens before
 * is seen in the reply, what happens after is reported. The reply also bounds the sleep, since
 * Redis tells of an expiry late (up to 300 ms) or, if nobody touches the key, not at all.
 *
 * <p>A holder that renews its lock changes the key as well. Two changes in quick succession are
 * answered at once; after that the waiter pauses longer and longer before it registers again, up to
 * {@value #LONGEST_PAUSE} ms: that is the most that a release may go unnoticed under such a holder,
 * and what keeps its waiters from asking after every renewal. Where nothing is tracked, it asks
 * again after the polling interval, with jitter.
 *
 * <p>Reports come on the tracking thread, everything else runs on the waiters'.
 */
final class TrackedWatch implements KeyWatch, KeyTracking.Listener {
  private static final long MISSING = -2;
  private static final int LONGEST_SLEEP = 7_000;
  private static final int FIRST_PAUSE = 50;
  private static final int LONGEST_PAUSE = 250;
  private static final int CALM = 1_000;

  private final KeyTracking tracking;
  private final String prefix;
  private final long pollMillis;
  private volatile @Nullable WaitingLines lines; // written once, by start

  TrackedWatch(KeyTracking tracking, String prefix, long pollMillis) {
    this.tracking = tracking;
    this.prefix = prefix;
    this.pollMillis = pollMillis;
  }

  @Override
  public void start(WaitingLines lines) {
    this.lines = lines;
    tracking.subscribe(this);
  }

  @Override
  public void await(String key, Waiter waiter, long nanos) throws InterruptedException {
    long start = System.nanoTime();
    long pause = pause(waiter.disturbances);
    if (pause > 0) {
      waiter.await(Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(pause)));
    }
    long left = nanos - (System.nanoTime() - start);
    long remaining = tracking.remaining(prefix + key);
    if (left <= 0 || remaining == MISSING) {
      return;
    }
    long sleep = TimeUnit.MILLISECONDS.toNanos(sleep(remaining));
    long asleep = System.nanoTime();
    waiter.await(Math.min(left, sleep));
    boolean disturbed = System.nanoTime() - asleep < TimeUnit.MILLISECONDS.toNanos(CALM);
    waiter.disturbances = disturbed && remaining >= 0 ? waiter.disturbances + 1 : 0;
  }

  @Override
  public void changed(String key) {
    WaitingLines known = lines;
    if (known != null && key.startsWith(prefix)) {
      known.wake(key.substring(prefix.length()));
    }
  }

  @Override
  public void everythingChanged() {
    WaitingLines known = lines;
    if (known != null) {
      known.wakeAll();
    }
  }

  @Override
  public void close() {
    tracking.unsubscribe(this);
  }

  private long sleep(long remaining) {
    if (remaining == KeyTracking.NOT_TRACKED) {
      return pollMillis - pollMillis / 4 + ThreadLocalRandom.current().nextLong(pollMillis / 2 + 1);
    }
    return remaining < 0 ? LONGEST_SLEEP : Math.min(LONGEST_SLEEP, remaining + 1);
  }

  private static long pause(int disturbances) {
    return disturbances <= 2
        ? 0
        : Math.min(LONGEST_PAUSE, (long) FIRST_PAUSE << Math.min(10, disturbances - 3));
  }
}
