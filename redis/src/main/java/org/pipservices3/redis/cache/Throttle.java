package org.pipservices3.redis.cache;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Lets one of many like events through per interval, and tells how many there were.
 *
 * <p>Safe for any number of threads, which never wait for each other.
 */
final class Throttle {
  private final LongSupplier nanoClock;
  private final long interval;
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong due;

  /**
   * Creates a throttle that lets the first event through.
   *
   * @param nanoClock a monotonic clock in nanoseconds
   * @param interval the shortest time between two events that are let through, in nanoseconds
   */
  Throttle(LongSupplier nanoClock, long interval) {
    this.nanoClock = nanoClock;
    this.interval = interval;
    this.due = new AtomicLong(nanoClock.getAsLong());
  }

  /**
   * Takes notice of an event.
   *
   * @return zero to keep quiet about it, else how many there were since the last that was let
   *     through, this one included
   */
  long admit() {
    events.incrementAndGet();
    long now = nanoClock.getAsLong();
    long start = due.get();
    boolean first = now - start >= 0 && due.compareAndSet(start, now + interval);
    return first ? events.getAndSet(0) : 0;
  }
}
