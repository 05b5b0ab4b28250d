package org.pipservices3.redis.lock;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.fixture.FakeClock;

/**
 * Timers that run when the test moves the clock: on its thread, in the order of their times. What
 * they submit to renewal threads runs on the same thread, at once, unless a test wants threads.
 */
final class VirtualKeeper extends LeaseKeeper {
  /** Whether work runs on renewal threads. */
  volatile boolean onThreads;

  /** Whether work runs on another thread, which ends before the submitting one goes on. */
  volatile boolean elsewhere;

  private final FakeClock clock;
  private final AtomicLong order = new AtomicLong();
  private final Set<Timer> timers = ConcurrentHashMap.newKeySet();

  VirtualKeeper(LockMetrics metrics, FakeClock clock) {
    super(metrics);
    this.clock = clock;
  }

  @Override
  Future<?> after(long nanos, Runnable action) {
    Timer timer = new Timer(action, clock.getAsLong() + nanos, order.getAndIncrement());
    timers.add(timer);
    return timer;
  }

  @Override
  boolean work(Runnable task) {
    if (onThreads) {
      return super.work(task);
    }
    if (elsewhere) {
      CompletableFuture.runAsync(task, each -> new Thread(each).start()).join();
    } else {
      task.run();
    }
    return true;
  }

  /** How many timers are set. */
  int pending() {
    return timers.size();
  }

  /** Moves the clock by this time, and stops at each timer on the way to run it. */
  void advance(Duration time) {
    long end = clock.getAsLong() + time.toNanos();
    for (Timer next = next(end); next != null; next = next(end)) {
      clock.advance(Duration.ofNanos(Math.max(0, next.time - clock.getAsLong())));
      timers.remove(next);
      next.run();
    }
    clock.advance(Duration.ofNanos(Math.max(0, end - clock.getAsLong())));
  }

  private @Nullable Timer next(long end) {
    long now = clock.getAsLong();
    Optional<Timer> next =
        timers.stream()
            .min(
                Comparator.comparingLong((Timer timer) -> timer.time - now)
                    .thenComparingLong(timer -> timer.number));
    return next.filter(timer -> timer.time - end <= 0).orElse(null);
  }

  private final class Timer extends FutureTask<@Nullable Void> {
    private final long time;
    private final long number;

    Timer(Runnable action, long time, long number) {
      super(action, null);
      this.time = time;
      this.number = number;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      timers.remove(this);
      return super.cancel(mayInterruptIfRunning);
    }
  }
}
