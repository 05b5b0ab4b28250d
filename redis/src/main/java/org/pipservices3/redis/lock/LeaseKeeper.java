package org.pipservices3.redis.lock;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The background threads of one open lock component. Each kind has its own work, so that none
 * delays another:
 *
 * <ul>
 *   <li>{@code redis-lock-timer} watches deadlines, ends leases and passes on what is due. It never
 *       does I/O nor runs code of the service, so a lease ends in time even if Redis hangs and all
 *       actions block.
 *   <li>{@code redis-lock-renewal-N} send renewals and background releases for the {@link Lanes}:
 *       one thread per server, up to four for a server that does not answer.
 *   <li>{@code redis-lock-callback-N} and {@code redis-lock-report} run the actions on the loss of
 *       a lease and report it: see {@link Callbacks}.
 * </ul>
 *
 * <p>All are daemons, start with their first work and end when idle. After {@link #close} only
 * callbacks still run.
 *
 * <p>Safe for any number of threads.
 */
class LeaseKeeper {
  private static final int IDLE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor timer;
  private final ThreadPoolExecutor renewals;
  private final Callbacks callbacks;

  LeaseKeeper(LockMetrics metrics) {
    timer = new ScheduledThreadPoolExecutor(1, new Threads("redis-lock-timer", false));
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    timer.setRemoveOnCancelPolicy(true);
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    renewals =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // bounded by the lanes
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new Threads("redis-lock-renewal-", true));
    renewals.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    callbacks =
        new Callbacks(
            metrics,
            new Threads("redis-lock-callback-", true),
            new Threads("redis-lock-report", false),
            IDLE_SECONDS);
  }

  /** Runs a short action on the timer thread after this time, unless it is cancelled. */
  Future<?> after(long nanos, Runnable action) {
    return timer.schedule(action, nanos, TimeUnit.NANOSECONDS);
  }

  /** The same without cancelling. */
  void later(long nanos, Runnable action) {
    Future<?> unused = after(nanos, action);
  }

  /** Runs a task on a renewal thread; false if the system has no more threads. */
  boolean work(Runnable task) {
    try {
      renewals.execute(task);
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  Callbacks callbacks() {
    return callbacks;
  }

  void close() {
    timer.shutdownNow();
    renewals.shutdownNow();
    callbacks.close();
  }

  private static final class Threads implements ThreadFactory {
    private final String name;
    private final boolean numbered;
    private final AtomicInteger made = new AtomicInteger();

    Threads(String name, boolean numbered) {
      this.name = name;
      this.numbered = numbered;
    }

    @Override
    public Thread newThread(Runnable task) {
      Thread thread = new Thread(task, numbered ? name + made.incrementAndGet() : name);
      thread.setDaemon(true);
      return thread;
    }
  }
}
