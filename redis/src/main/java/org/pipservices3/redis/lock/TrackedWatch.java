package org.pipservices3.redis.lock;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
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
 * <p>A holder that renews its lock changes the key as well. The token tells it from a lock that has
 * changed hands: so a waiter that was woken in vain reads the token, too. If that is the same
 * again, it pauses longer and longer before it looks at the key, up to {@value #LONGEST_PAUSE} ms:
 * that is the most that a release may go unnoticed under such a holder, and what keeps its waiters
 * from asking after every renewal. Where nothing is tracked, it asks again after the polling
 * interval, with jitter.
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
  public void await(Waiter waiter, long nanos) throws InterruptedException {
    long start = System.nanoTime();
    boolean again = true;
    while (again) {
      long remaining = look(waiter);
      long left = nanos - (System.nanoTime() - start);
      again = left > 0 && remaining != MISSING && !sleep(waiter, remaining, left);
    }
  }

  @Override
  public boolean awaitTaken(Waiter waiter, long nanos) throws InterruptedException {
    long remaining = tracking.remaining(prefix + waiter.key, waiter::forget);
    if (remaining == MISSING) {
      return waiter.await(nanos);
    }
    return remaining != KeyTracking.NOT_TRACKED;
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

  /** Reads the rest of the holder's time; only what changes after that will wake the waiter. */
  private long look(Waiter waiter) {
    String name = prefix + waiter.key;
    if (!waiter.disturbed) {
      return tracking.remaining(name, waiter::forget);
    }
    KeyTracking.Reading reading = tracking.read(name, waiter::forget);
    if (reading == null) {
      return KeyTracking.NOT_TRACKED;
    }
    byte[] holder = reading.value();
    waiter.renewals = Arrays.equals(holder, waiter.holder) ? waiter.renewals + 1 : 0;
    waiter.holder = holder;
    return reading.ttl();
  }

  /** Sleeps until there is reason to ask for the lock; false if only to look at the key again. */
  private boolean sleep(Waiter waiter, long remaining, long left) throws InterruptedException {
    if (remaining == KeyTracking.NOT_TRACKED) {
      waiter.await(Math.min(left, poll()));
      return true;
    }
    long start = System.nanoTime();
    boolean mayOutlast = remaining < 0 || remaining >= LONGEST_SLEEP;
    long longest = MILLISECONDS.toNanos(mayOutlast ? LONGEST_SLEEP : remaining + 1);
    boolean woken = waiter.await(Math.min(left, longest));
    long asleep = System.nanoTime() - start;
    waiter.disturbed = woken && asleep < MILLISECONDS.toNanos(CALM);
    if (!waiter.disturbed) {
      waiter.renewals = 0;
      return woken || !mayOutlast || left <= longest;
    }
    waiter.await(Math.min(left - asleep, pause(waiter.renewals)));
    return waiter.renewals == 0;
  }

  private long poll() {
    long jittered = ThreadLocalRandom.current().nextLong(pollMillis / 2 + 1);
    return MILLISECONDS.toNanos(pollMillis - pollMillis / 4 + jittered);
  }

  private static long pause(int renewals) {
    return renewals <= 1
        ? 0
        : MILLISECONDS.toNanos(
            Math.min(LONGEST_PAUSE, (long) FIRST_PAUSE << Math.min(10, renewals - 2)));
  }
}
