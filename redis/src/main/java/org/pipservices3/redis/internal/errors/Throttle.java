package org.pipservices3.redis.internal.errors;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Lets one of many like events through per interval, and counts the others.
 *
 * <p>Safe for any number of threads, which never wait for each other.
 */
public final class Throttle {
  private final LongSupplier nanoClock;
  private final long interval;
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong due;

  /** Creates a throttle with a monotonic clock and an interval, both in nanoseconds. */
  public Throttle(LongSupplier nanoClock, long interval) {
    this.nanoClock = nanoClock;
    this.interval = interval;
    this.due = new AtomicLong(nanoClock.getAsLong());
  }

  /**
   * How many events there were since the last that was let through, with this; 0 to suppress it.
   */
  public long admit() {
    events.incrementAndGet();
    long now = nanoClock.getAsLong();
    long start = due.get();
    boolean first = now - start >= 0 && due.compareAndSet(start, now + interval);
    return first ? events.getAndSet(0) : 0;
  }
}
