package org.pipservices3.redis.lock;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread's place in the {@link WaitingLines line} for a key.
 *
 * <p>The thread itself waits and leaves; any other may wake it. Being woken is remembered: it ends
 * the wait that is under way or else the next one.
 */
final class Waiter {
  final String key;

  /**
   * Whether it was lately woken soon after it fell asleep; this and what follows is its thread's.
   */
  boolean disturbed;

  /** The token that it saw after that. */
  byte @Nullable [] holder;

  /** How often in a row it saw the same token again. */
  int renewals;

  private final Semaphore calls = new Semaphore(0);
  private volatile boolean first;
  private volatile boolean ended;
  private boolean waited; // owned by the waiting thread

  Waiter(String key, boolean first) {
    this.key = key;
    this.first = first;
  }

  /** Whether nobody is before it; once true, this stays so. */
  boolean isFirst() {
    return first;
  }

  /** Makes it the first, and wakes it. */
  void promote() {
    first = true;
    wake();
  }

  void wake() {
    calls.release();
  }

  /** Whether it ever had to wait; for the waiting thread. */
  boolean hasWaited() {
    return waited;
  }

  /** Waits until it is woken or the time is over; false in the latter case. */
  boolean await(long nanos) throws InterruptedException {
    if (nanos <= 0) {
      return false;
    }
    waited = true;
    boolean woken = calls.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    if (woken) {
      calls.drainPermits();
    }
    return woken;
  }

  /** Forgets that it was woken, since the key was looked at after that. */
  void forget() {
    calls.drainPermits();
    if (ended) {
      wake();
    }
  }

  /** Has it never wait again. */
  void end() {
    ended = true;
    wake();
  }
}
