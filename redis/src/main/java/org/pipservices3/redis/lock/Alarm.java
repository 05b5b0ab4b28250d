package org.pipservices3.redis.lock;

import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An action that the timer thread runs for a lease at a time that can be changed until the alarm is
 * cancelled.
 *
 * <p>Safe for any number of threads: of two that set it, one wins.
 */
final class Alarm {
  private final LeaseKeeper keeper;
  private final Runnable action;
  private final AtomicReference<@Nullable Future<?>> next = new AtomicReference<>();
  private volatile boolean cancelled;

  Alarm(LeaseKeeper keeper, Runnable action) {
    this.keeper = keeper;
    this.action = action;
  }

  /** Runs the action after this time, in nanoseconds, instead of at the time set before. */
  void set(long nanos) {
    replace(keeper.after(nanos, action));
    if (cancelled) {
      replace(null);
    }
  }

  /** Prevents any further run. Final. */
  void cancel() {
    cancelled = true;
    replace(null);
  }

  private void replace(@Nullable Future<?> future) {
    Future<?> before = next.getAndSet(future);
    if (before != null) {
      before.cancel(/* mayInterruptIfRunning= */ false);
    }
  }
}
