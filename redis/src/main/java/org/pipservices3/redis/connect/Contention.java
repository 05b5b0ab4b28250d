package org.pipservices3.redis.connect;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Whether others want the processors so much that who gives way to them waits too long.
 *
 * <p>Among callers of Redis giving way takes microseconds, since each soon sleeps again. Next to
 * threads or processes that only compute, it takes one of their time slices, which is milliseconds,
 * again and again; once may be the garbage collector. So a run of such waits, each after the last,
 * turns contention on for a while. Then a few are enough to turn it on again.
 *
 * <p>Safe for any number of threads; races lose an observation, no more.
 */
final class Contention {
  /** Giving way among callers does not take that long, not even with hundreds of them. */
  static final long LONG = TimeUnit.MILLISECONDS.toNanos(2);

  static final long WINDOW = TimeUnit.MILLISECONDS.toNanos(50);
  static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(200);

  /** So many long waits within a window are no accident. */
  static final int MANY = 8;

  /** So many are none after the last contention. */
  static final int AGAIN = 2;

  /** How often a waiter gives way before it sleeps. */
  private static final int YIELDS = 16;

  private volatile boolean on;
  private volatile long until;
  private volatile long windowEnd;
  private volatile long latest;
  private volatile int count;

  Contention() {
    latest = System.nanoTime() - LONG;
    windowEnd = latest;
  }

  boolean isOn() {
    return on && isOn(System.nanoTime());
  }

  boolean isOn(long now) {
    if (on && now - until >= 0) {
      on = false;
    }
    return on;
  }

  /** Lets other threads run, a few times, for as long as that makes sense. */
  @SuppressWarnings("ThreadPriorityCheck") // only the speed relies on the scheduler
  void giveWay(BooleanSupplier waiting) {
    if (isOn()) {
      return;
    }
    long start = System.nanoTime();
    for (int i = 0; i < YIELDS && waiting.getAsBoolean(); i++) {
      Thread.yield();
      long end = System.nanoTime();
      if (isTold(start, end)) {
        return;
      }
      start = end;
    }
  }

  /**
   * Takes note of how long giving way has taken.
   *
   * @return whether that was too long to do it again now
   */
  boolean isTold(long start, long end) {
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
