package org.pipservices3.redis.internal.tracking;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Decides who reads from a socket: its reader thread, or a caller that waits for a reply.
 *
 * <p>A reply that another thread reads costs its caller two wake-ups where one would do. But the
 * kernel wakes the thread that sleeps in the socket, and no other can replace it there. So the
 * reader, once it has read a reply that its caller could have read, pauses for a moment, and for
 * another as long as callers come. A caller that finds the reading free takes it, and releases it
 * to the caller whose reply is the next, if there is one. Invalidations meanwhile wait for the next
 * caller, and for {@value #PAUSE_MICROS} microseconds at the most.
 *
 * <p>Safe for any number of threads; {@link #pause} is the reader's.
 */
final class ReaderHandoff {
  private static final int PAUSE_MICROS = 1_000;
  private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(PAUSE_MICROS);

  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicInteger takes = new AtomicInteger();

  /** Takes the reading if it is free; {@link #release} must follow. */
  boolean tryTake() {
    if (taken.get() || !taken.compareAndSet(false, true)) {
      return false;
    }
    takes.incrementAndGet();
    return true;
  }

  boolean isTaken() {
    return taken.get();
  }

  void release() {
    taken.set(false);
  }

  /** Waits for as long as callers come to read. */
  void pause(BooleanSupplier isOpen) {
    int seen = takes.get() - 1;
    while (isOpen.getAsBoolean() && takes.get() != seen) {
      seen = takes.get();
      LockSupport.parkNanos(this, PAUSE);
    }
  }
}
