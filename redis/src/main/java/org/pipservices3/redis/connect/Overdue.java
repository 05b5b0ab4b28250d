package org.pipservices3.redis.connect;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends the waits whose time is up, for callers that sleep without an alarm of their own.
 *
 * <p>Virtual threads do: where they sleep for a time, Java has them all stand in one queue of
 * timers, and to enter and leave that costs more than the rest of a command. They are better off
 * with one thread that looks through all waits a few times per timeout. It lives while there are
 * such callers, and ends when it finds nobody.
 *
 * <p>Nobody is left without it: it says that it ends before it looks for callers for the last time,
 * and who is about to sleep is counted before it looks whether the thread lives.
 */
final class Overdue {
  /** How often it looks in the time that a caller may wait: what a wait may be late by. */
  private static final int LOOKS = 16;

  private final long tickMillis;
  private final BooleanSupplier idle;
  private final Runnable sweep;
  private final AtomicBoolean alive = new AtomicBoolean();
  private volatile @Nullable Daemon daemon; // written by who set alive
  private volatile boolean closed;

  /**
   * Creates one without a thread.
   *
   * @param timeoutMillis how long a caller waits
   * @param idle whether there are no callers
   * @param sweep ends the waits that have lasted too long
   */
  Overdue(long timeoutMillis, BooleanSupplier idle, Runnable sweep) {
    this.tickMillis = Math.max(1, timeoutMillis / LOOKS);
    this.idle = idle;
    this.sweep = sweep;
  }

  /** Sees to it that waits end, also that of the caller, which must not be idle by now. */
  void watch() {
    if (!alive.get() && alive.compareAndSet(false, true)) {
      Daemon fresh = new Daemon("redis-deadlines", this::look);
      daemon = fresh;
      fresh.start();
      if (closed) {
        fresh.stop();
      }
    }
  }

  /** Ends the thread. Idempotent. */
  void close() {
    closed = true;
    Daemon last = daemon;
    if (last != null) {
      last.stop();
      last.join();
    }
  }

  private void look() {
    Daemon own = daemon;
    boolean needed = own != null;
    while (needed) {
      while (own.pause(tickMillis) && !idle.getAsBoolean()) {
        sweep.run();
      }
      alive.set(false);
      needed = own.isOpen() && !idle.getAsBoolean() && alive.compareAndSet(false, true);
    }
  }
}
