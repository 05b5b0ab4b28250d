package org.pipservices3.redis.internal.threads;

import java.util.Deque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Named daemon threads that do socket I/O for callers that must not do it themselves.
 *
 * <p>There are two kinds of such callers. An interrupt of a virtual thread closes the socket that
 * the thread uses, even if others share it. And a caller with a timeout of its own could not leave
 * a read before the socket's timeout. Both wait for one of these threads, as long as they like.
 *
 * <p>A thread starts when there is work and no thread is idle, up to a maximum number. It ends
 * after {@value #IDLE_SECONDS} idle seconds. To sleep and be woken costs more than a command, so an
 * idle thread spins first. The last to become idle is the first to be woken, so that the others can
 * end.
 *
 * <p>No work is left behind. Work is queued before a thread is looked for. A thread is listed as
 * idle, or no longer counted, before it looks at the queue for the last time. A thread that takes
 * work and sees more wakes another.
 *
 * <p>Safe for any number of threads. Work must not throw: it reports failures to its callers.
 */
public final class IoThreads {
  /** How long a thread spins before it sleeps: with one processor not at all. */
  public static final long SPIN_NANOS =
      Runtime.getRuntime().availableProcessors() > 1 ? TimeUnit.MICROSECONDS.toNanos(50) : 0;

  private static final int IDLE_SECONDS = 5;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final int most;
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private final Deque<Thread> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Creates one without a thread. */
  public IoThreads(int most) {
    this.most = most;
  }

  public void execute(Runnable task) {
    work.add(task);
    findThread();
  }

  /** Ends the threads that are idle, and each other after its work. Idempotent. */
  public void close() {
    closed = true;
    threads.forEach(LockSupport::unpark);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    for (Thread thread : threads) {
      Daemon.join(thread, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    }
  }

  private void findThread() {
    Thread sleeper = idle.pollFirst();
    if (sleeper != null) {
      LockSupport.unpark(sleeper);
    } else if (mayStart()) {
      start();
    }
  }

  private boolean mayStart() {
    int now;
    do {
      now = count.get();
    } while (now < most && !count.compareAndSet(now, now + 1));
    return now < most;
  }

  private void start() {
    String name = "redis-io-" + NUMBERS.incrementAndGet();
    Thread thread = new Thread(null, this::run, name, 0, /* inheritThreadLocals= */ false);
    thread.setDaemon(true);
    threads.add(thread);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      leave(thread); // no more threads just now: callers time out, and the next one tries again
    }
  }

  private void run() {
    try {
      Runnable task;
      while ((task = next()) != null) {
        task.run();
      }
    } finally {
      leave(Thread.currentThread());
      if (!work.isEmpty()) {
        findThread();
      }
    }
  }

  private void leave(Thread thread) {
    threads.remove(thread);
    count.decrementAndGet();
  }

  private @Nullable Runnable next() {
    Runnable task = work.poll();
    if (task == null) {
      Thread self = Thread.currentThread();
      idle.addFirst(self);
      task = await();
      idle.remove(self);
    }
    if (task != null && !work.isEmpty()) {
      findThread();
    }
    return task;
  }

  @SuppressWarnings("ThreadPriorityCheck") // only the speed relies on the scheduler
  private @Nullable Runnable await() {
    long start = System.nanoTime();
    while (true) {
      Runnable task = work.poll();
      long waited = System.nanoTime() - start;
      if (task != null || closed || waited >= IDLE_NANOS) {
        return task;
      }
      if (waited < SPIN_NANOS) {
        Thread.yield();
      } else {
        LockSupport.parkNanos(this, IDLE_NANOS - waited);
      }
    }
  }
}
