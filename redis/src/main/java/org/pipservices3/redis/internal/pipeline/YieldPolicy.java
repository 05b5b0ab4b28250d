package org.pipservices3.redis.internal.pipeline;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Whether other threads keep the processors so busy that yielding takes too long.
 *
 * <p>Among callers of Redis a yield takes microseconds, since each soon sleeps again. Next to
 * threads or processes that only compute, it takes one of their time slices, which is milliseconds,
 * again and again; once may be the garbage collector. So a run of long yields, each after the last,
 * turns yielding off for a while. Then a few are enough to turn it off again.
 *
 * <p>Safe for any number of threads; races lose an observation, no more.
 */
final class YieldPolicy {
  /** A yield among callers does not take that long, not even with hundreds of them. */
  static final long LONG = TimeUnit.MILLISECONDS.toNanos(2);

  static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(50);
  static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(200);

  /** How many long yields within a window are contention, and how many soon after the last. */
  static final int MANY = 8;

  static final int AGAIN = 2;

  /** How often a waiter yields before it sleeps. */
  private static final int YIELDS = 16;

  private volatile boolean on;
  private volatile long until;
  private volatile long windowEnd;
  private volatile long latest;
  private volatile int count;

  YieldPolicy() {
    latest = System.nanoTime() - LONG;
    windowEnd = latest;
  }

  /** Whether there is contention. */
  boolean isOn() {
    return on && isOn(System.nanoTime());
  }

  boolean isOn(long now) {
    if (on && now - until >= 0) {
      on = false;
    }
    return on;
  }

  /** Lets other threads run, a few times, where that pays. */
  @SuppressWarnings("ThreadPriorityCheck") // only the speed relies on the scheduler
  void yieldWhile(BooleanSupplier waiting) {
    if (isOn()) {
      return;
    }
    long start = System.nanoTime();
    for (int i = 0; i < YIELDS && waiting.getAsBoolean(); i++) {
      Thread.yield();
      long end = System.nanoTime();
      if (noteYield(start, end)) {
        return;
      }
      start = end;
    }
  }

  /** Notes a yield; true if it took too long to do it again now. */
  boolean noteYield(long start, long end) {
    if (end - start < LONG) {
      return false;
    }
    if (start - latest >= 0) {
      latest = end;
      count(end);
    }
    return true;
  }

  private void count(long now) {
    boolean anew = now - windowEnd >= 0;
    int counted = anew ? 1 : count + 1;
    if (anew) {
      windowEnd = now + WINDOW;
    }
    if (counted >= MANY) {
      until = now + PAUSE;
      windowEnd = until + WINDOW;
      counted = MANY - AGAIN;
      on = true;
    }
    count = counted;
  }
}
