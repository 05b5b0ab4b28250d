package org.pipservices3.redis.internal.waiting;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A thread's place in one of the {@link WaitQueues}.
 *
 * <p>Only that thread waits and leaves; any thread may wake it. A wake-up is remembered: it ends
 * the present wait, or else the next one.
 */
public final class Waiter {
  public final String key;

  /** Whether it was last woken soon after it fell asleep. Like the next two, for its thread. */
  boolean wokenEarly;

  /** The token that it read after that. */
  byte @Nullable [] holder;

  /** How often in a row it read the same token again. */
  int renewals;

  private final Semaphore wakeUps = new Semaphore(0);
  private volatile boolean first;
  private volatile boolean ended;
  private boolean waited; // owned by the waiting thread

  Waiter(String key, boolean first) {
    this.key = key;
    this.first = first;
  }

  /** Whether it is the first in its queue, which is final. */
  public boolean isFirst() {
    return first;
  }

  /** Makes it the first in its queue and wakes it. */
  void promote() {
    first = true;
    wake();
  }

  void wake() {
    wakeUps.release();
  }

  /** Whether it ever had to wait. For its thread. */
  public boolean hasWaited() {
    return waited;
  }

  /** Waits until it is woken; false if that takes longer than this. */
  public boolean await(long nanos) throws InterruptedException {
    if (nanos <= 0) {
      return false;
    }
    waited = true;
    boolean woken = wakeUps.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    if (woken) {
      wakeUps.drainPermits();
    }
    return woken;
  }

  /** Forgets a wake-up, since the key was read after it. */
  public void forget() {
    wakeUps.drainPermits();
    if (ended) {
      wake();
    }
  }

  /** Ends its waiting, now and later. */
  void end() {
    ended = true;
    wake();
  }
}
