package org.pipservices3.redis.lock;

import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The background threads of one open lock component, each with one kind of work, so that none keeps
 * another from being on time:
 *
 * <ul>
 *   <li>{@code redis-lock-timer} watches the clock and hands on what is due. It never does I/O nor
 *       runs anybody's code, so a lease's end is noticed also when Redis hangs.
 *   <li>{@code redis-lock-renewal} sends renewals and gives back tokens. It may be stuck as long as
 *       one command takes to fail.
 *   <li>{@code redis-lock-callback-N}, at most {@value #CALLBACKS}, run and report what is to
 *       happen on the loss of a lease. They may block for as long as the service likes; only if all
 *       are blocked, more callbacks wait.
 * </ul>
 *
 * <p>All are daemons, start with the first work of their kind and end when idle. After {@link
 * #close} the first two do nothing more, while callbacks still run.
 *
 * <p>Safe for any number of threads.
 */
final class LeaseKeeper {
  private static final int CALLBACKS = 32;
  private static final int IDLE_SECONDS = 5;

  private final ThreadFactory callbackThreads = new Threads("redis-lock-callback-", true);
  private final ScheduledThreadPoolExecutor timer;
  private final ThreadPoolExecutor io = pool(1, new Threads("redis-lock-renewal", false));
  private final ThreadPoolExecutor callbacks = pool(CALLBACKS, callbackThreads);

  LeaseKeeper() {
    timer = new ScheduledThreadPoolExecutor(1, new Threads("redis-lock-timer", false));
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    timer.setRemoveOnCancelPolicy(true);
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    io.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    callbacks.setRejectedExecutionHandler(
        (callback, pool) -> callbackThreads.newThread(callback).start());
  }

  /** Runs something short on the timer thread after this time, unless that is cancelled. */
  Future<?> after(long nanos, Runnable kick) {
    return timer.schedule(kick, nanos, TimeUnit.NANOSECONDS);
  }

  /** Runs something on the thread that talks to Redis. */
  void io(Runnable task) {
    io.execute(task);
  }

  /** Runs something that may take any time. */
  void callback(Runnable callback) {
    callbacks.execute(callback);
  }

  void close() {
    timer.shutdownNow();
    io.shutdownNow();
    callbacks.shutdown();
  }

  private static ThreadPoolExecutor pool(int threads, ThreadFactory factory) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
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
