package org.pipservices3.redis.lock;

import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Something that a lease has done at some time, on the timer thread: set for one time after
 * another, and in the end switched off for good.
 *
 * <p>Safe for any number of threads: of two that set it, one wins.
 */
final class Alarm {
  private final LeaseKeeper keeper;
  private final Runnable kick;
  private final AtomicReference<@Nullable Future<?>> next = new AtomicReference<>();
  private volatile boolean off;

  Alarm(LeaseKeeper keeper, Runnable kick) {
    this.keeper = keeper;
    this.kick = kick;
  }

  /** Replaces the time that was set before. */
  void set(long nanos) {
    replace(keeper.after(nanos, kick));
    if (off) {
      replace(null);
    }
  }

  void off() {
    off = true;
    replace(null);
  }

  private void replace(@Nullable Future<?> future) {
    Future<?> before = next.getAndSet(future);
    if (before != null) {
      before.cancel(/* mayInterruptIfRunning= */ false);
    }
  }
}
