package org.pipservices3.redis.internal.loading;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.threads.VirtualThreads;

/**
 * The threads of loads that no caller waits for: virtual ones where Java has them, else a few
 * daemons. Each is named {@code redis-cache-load-N} and ends with its load.
 *
 * <p>There is no queue: what cannot begin at once is refused, since a load that waits may be of no
 * use any more. Safe for any number of threads.
 */
final class BackgroundLoads {
  private static final int MOST_VIRTUAL = 256;
  private static final int MOST_DAEMONS = 8;
  private static final String NAME = "redis-cache-load-";
  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final @Nullable ThreadFactory virtual = VirtualThreads.factory(NAME);
  private final Semaphore free = new Semaphore(virtual == null ? MOST_DAEMONS : MOST_VIRTUAL);
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Runs a load, which must not throw, on a thread of its own; false if there is none for it. */
  boolean tryRun(Runnable load) {
    if (closed || !free.tryAcquire()) {
      return false;
    }
    Runnable task =
        () -> {
          try {
            load.run();
          } finally {
            threads.remove(Thread.currentThread());
            free.release();
          }
        };
    Thread thread = virtual == null ? daemon(task) : virtual.newThread(task);
    threads.add(thread);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      threads.remove(thread);
      free.release();
      return false;
    }
    if (closed) {
      thread.interrupt();
    }
    return true;
  }

  /** Interrupts the loads and waits a moment for their end. Idempotent. */
  void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    long end = System.nanoTime() + JOIN_NANOS;
    for (Thread thread : threads) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      try {
        if (left > 0 && thread != Thread.currentThread()) {
          thread.join(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private Thread daemon(Runnable task) {
    String name = NAME + numbers.incrementAndGet();
    Thread thread = new Thread(null, task, name, 0, /* inheritThreadLocals= */ false);
    thread.setDaemon(true);
    return thread;
  }
}
