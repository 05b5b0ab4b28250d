package org.pipservices3.redis.lock;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs the service's actions on the loss of leases, at most {@value #MOST} at a time.
 *
 * <p>Actions may block for as long as they like. Further ones wait, and start in their order as
 * soon as one has ended. That is logged, at most every {@value #WARN_SECONDS} s, by a thread that
 * only loggers can block.
 *
 * <p>Safe for any number of threads. Never closed, since losses are also reported after the lock
 * was closed; idle threads end.
 */
final class Callbacks {
  static final int MOST = 32;

  private static final int WARN_SECONDS = 10;
  private static final long WARN = TimeUnit.SECONDS.toNanos(WARN_SECONDS);

  private final ThreadPoolExecutor pool;
  private final ThreadPoolExecutor logger;
  private final LockMetrics metrics;
  private final AtomicInteger open = new AtomicInteger(); // running or waiting
  private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

  Callbacks(
      LockMetrics metrics, ThreadFactory threads, ThreadFactory loggerThreads, int idleSeconds) {
    this.metrics = metrics;
    this.pool = pool(MOST, threads, idleSeconds);
    this.logger = pool(1, loggerThreads, idleSeconds);
  }

  /** Runs an action as soon as a thread is free. Never waits. */
  void run(Runnable action) {
    int before = open.getAndIncrement();
    execute(pool, counted(action));
    if (before >= MOST) {
      warn(before + 1 - MOST);
    }
  }

  /** Logs a loss, then starts its actions. The log entry never waits for an action. */
  void run(Runnable log, Runnable actions) {
    int now = open.get();
    while (now < MOST && !open.compareAndSet(now, now + 1)) {
      now = open.get();
    }
    if (now < MOST) {
      execute(
          pool,
          counted(
              () -> {
                log.run();
                actions.run();
              }));
    } else {
      execute(logger, log);
      actions.run();
    }
  }

  /** Ends idle threads at once. */
  void close() {
    pool.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
    logger.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
  }

  private Runnable counted(Runnable action) {
    return () -> {
      try {
        action.run();
      } finally {
        open.decrementAndGet();
      }
    };
  }

  private void warn(int waiting) {
    long due = nextWarning.get();
    long now = System.nanoTime();
    if (now - due >= 0 && nextWarning.compareAndSet(due, now + WARN)) {
      execute(logger, () -> metrics.actionsWait(MOST, waiting));
    }
  }

  /** If the system has no more threads, a later or a busy one runs the task. */
  private static void execute(ThreadPoolExecutor pool, Runnable task) {
    try {
      pool.execute(task);
    } catch (OutOfMemoryError e) {
      pool.getQueue().add(task);
    }
  }

  private static ThreadPoolExecutor pool(int threads, ThreadFactory factory, int idleSeconds) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, idleSeconds, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
