package org.pipservices3.redis.connect;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Whose turn it is to read from a socket: its own reader thread's, or that of a caller which waits
 * for a reply.
 *
 * <p>A reply that another thread reads costs its caller two wake-ups where one would do. But the
 * kernel wakes whoever sleeps in the socket, and nobody can take that place from a sleeper. So the
 * reader, once it has read a reply that its caller could have read, stands back for a moment, and
 * for another as long as callers come. Each that finds the turn free takes it; who has it gives it
 * to the caller whose reply is the next, else to nobody. What the server tells unasked meanwhile
 * waits for the next caller, and for {@value #STAND_BACK_MICROS} microseconds at the most.
 *
 * <p>Safe for any number of threads; {@link #standBack} is the reader's.
 */
final class ReadingTurn {
  private static final int STAND_BACK_MICROS = 1_000;
  private static final long STAND_BACK = TimeUnit.MICROSECONDS.toNanos(STAND_BACK_MICROS);

  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicInteger turns = new AtomicInteger();

  /** Takes the turn if nobody has it; {@link #give} must follow. */
  boolean tryTake() {
    if (taken.get() || !taken.compareAndSet(false, true)) {
      return false;
    }
    turns.incrementAndGet();
    return true;
  }

  boolean isTaken() {
    return taken.get();
  }

  void give() {
    taken.set(false);
  }

  /** Waits for as long as others come to take their turns. */
  void standBack(BooleanSupplier goOn) {
    int seen = turns.get() - 1;
    while (goOn.getAsBoolean() && turns.get() != seen) {
      seen = turns.get();
      LockSupport.parkNanos(this, STAND_BACK);
    }
  }
}
