package org.pipservices3.redis.internal.pipeline;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.threads.Daemon;

/**
 * Ends the waits whose time is over, for callers that sleep without a timer.
 *
 * <p>Timed waits of virtual threads all go through one queue of timers in Java, and to enter and
 * leave that costs more than the rest of a command. One thread that looks through all waits a few
 * times per timeout is cheaper. It lives while there are such callers, and ends when it finds none.
 *
 * <p>No caller is left without it: it notes that it ends before it looks for callers for the last
 * time, and a caller that is about to sleep is counted before it looks whether the thread lives.
 */
final class TimeoutWatchdog {
  /** How often it looks per timeout: a wait may be late by that fraction. */
  private static final int LOOKS = 16;

  private final long tickMillis;
  private final BooleanSupplier idle;
  private final Runnable sweep;
  private final AtomicBoolean alive = new AtomicBoolean();
  private volatile @Nullable Daemon daemon; // written after setting alive
  private volatile boolean closed;

  /**
   * Creates one without a thread.
   *
   * @param idle whether there are no callers
   * @param sweep ends the waits that have lasted too long
   */
  TimeoutWatchdog(long timeoutMillis, BooleanSupplier idle, Runnable sweep) {
    this.tickMillis = Math.max(1, timeoutMillis / LOOKS);
    this.idle = idle;
    this.sweep = sweep;
  }

  /** Starts the thread unless it lives; the caller must be counted by now. */
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
