package org.pipservices3.redis.lock;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One thread's place in the {@link WaitingLines line} for a key.
 *
 * <p>The thread itself waits and leaves; any other may wake it. Being woken is remembered: it ends
 * the wait that is under way or else the next one.
 */
final class Waiter {
  final String key;

  /**
   * How often in a row a change of the key proved to be no release; owned by the waiting thread.
   */
  int disturbances;

  private final Semaphore calls = new Semaphore(0);
  private volatile boolean first;
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

  /** Waits until it is woken or the time is over. */
  void await(long nanos) throws InterruptedException {
    waited = true;
    if (calls.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      calls.drainPermits();
    }
  }
}
