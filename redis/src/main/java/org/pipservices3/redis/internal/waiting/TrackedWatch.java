package org.pipservices3.redis.internal.waiting;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/**
 * A {@link KeyWatch} by client-side tracking: Redis reports a change of the key, so a waiter sleeps
 * until any process, in any language, releases it.
 *
 * <p>Reading the holder's remaining time registers the key in the same step. Earlier changes are
 * seen in the reply, later ones are reported. The reply also bounds the sleep, since Redis reports
 * an expiry up to 300 ms late or, if nobody touches the key, not at all.
 *
 * <p>A holder that renews its lock changes the key as well. So a waiter that was woken in vain also
 * reads the token. If it is the same again, the waiter pauses longer and longer between reads, up
 * to {@value #LONGEST_PAUSE} ms. For so long it may miss a release by such a holder, but does not
 * ask after every renewal. Keys that are not tracked are polled, with jitter.
 *
 * <p>Changes are reported on the tracking thread; all else runs on the waiters' threads.
 */
public final class TrackedWatch implements KeyWatch, KeyTracking.Listener {
  private static final long MISSING = -2;
  private static final int LONGEST_SLEEP = 7_000;
  private static final int FIRST_PAUSE = 50;
  private static final int LONGEST_PAUSE = 250;
  private static final int EARLY = 1_000;

  private final KeyTracking tracking;
  private final String prefix;
  private final long pollMillis;
  private volatile @Nullable WaitQueues queues; // written once, by start

  public TrackedWatch(KeyTracking tracking, String prefix, long pollMillis) {
    this.tracking = tracking;
    this.prefix = prefix;
    this.pollMillis = pollMillis;
  }

  @Override
  public void start(WaitQueues queues) {
    this.queues = queues;
    tracking.subscribe(this);
  }

  @Override
  public void await(Waiter waiter, long nanos) throws InterruptedException {
    await(waiter, nanos, pollNanos());
  }

  @Override
  public void awaitHeld(Waiter waiter, long nanos) throws InterruptedException {
    await(waiter, nanos, RECHECK);
  }

  private void await(Waiter waiter, long nanos, long pollNanos) throws InterruptedException {
    long start = System.nanoTime();
    boolean again = true;
    while (again) {
      long remaining = readRemaining(waiter);
      long left = nanos - (System.nanoTime() - start);
      again = left > 0 && remaining != MISSING && !sleep(waiter, remaining, left, pollNanos);
    }
  }

  @Override
  public boolean awaitOtherHolder(Waiter waiter, long nanos) throws InterruptedException {
    long remaining = tracking.remaining(prefix + waiter.key, waiter::forget);
    if (remaining == MISSING) {
      return waiter.await(nanos);
    }
    return remaining != KeyTracking.NOT_TRACKED;
  }

  @Override
  public void changed(String key) {
    WaitQueues known = queues;
    if (known != null && key.startsWith(prefix)) {
      known.wake(key.substring(prefix.length()));
    }
  }

  @Override
  public void everythingChanged() {
    WaitQueues known = queues;
    if (known != null) {
      known.wakeAll();
    }
  }

  @Override
  public void close() {
    tracking.unsubscribe(this);
  }

  /** Reads the holder's remaining time in ms; only a later change wakes the waiter. */
  private long readRemaining(Waiter waiter) {
    String name = prefix + waiter.key;
    if (!waiter.wokenEarly) {
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

  /** Sleeps until the waiter should ask for the lock; false if it should only read the key. */
  private boolean sleep(Waiter waiter, long remaining, long left, long pollNanos)
      throws InterruptedException {
    if (remaining == KeyTracking.NOT_TRACKED) {
      waiter.await(Math.min(left, pollNanos));
      return true;
    }
    long start = System.nanoTime();
    boolean longHeld = remaining < 0 || remaining >= LONGEST_SLEEP;
    long longest = MILLISECONDS.toNanos(longHeld ? LONGEST_SLEEP : remaining + 1);
    boolean woken = waiter.await(Math.min(left, longest));
    long asleep = System.nanoTime() - start;
    waiter.wokenEarly = woken && asleep < MILLISECONDS.toNanos(EARLY);
    if (!waiter.wokenEarly) {
      waiter.renewals = 0;
      return woken || !longHeld || left <= longest;
    }
    waiter.await(Math.min(left - asleep, pause(waiter.renewals)));
    return waiter.renewals == 0;
  }

  private long pollNanos() {
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
