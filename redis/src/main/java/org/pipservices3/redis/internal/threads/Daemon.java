package org.pipservices3.redis.internal.threads;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A named daemon thread that works until it is stopped.
 *
 * <p>Safe for any number of threads; started once. Its own work may stop and join it without
 * waiting.
 */
public final class Daemon {
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;

  /** Creates one to be started; its work must end when {@link #isOpen} is false. */
  public Daemon(String name, Runnable work) {
    this.thread = new Thread(null, work, name, 0, /* inheritThreadLocals= */ false);
    thread.setDaemon(true);
  }

  /** Starts it unless that was done. Not to be called by two threads at once. */
  public void start() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  /** Whether it was not stopped. */
  public boolean isOpen() {
    return stopped.getCount() > 0;
  }

  /** Waits; false if it was stopped or the caller interrupted. */
  public boolean pause(long millis) {
    try {
      return !stopped.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Stops it and ends its pause. Idempotent. */
  public void stop() {
    stopped.countDown();
    if (thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }

  /** Waits for its end, for a second at most. */
  public void join() {
    join(thread, TimeUnit.SECONDS.toMillis(1));
  }

  /** Waits for the end of a thread other than the calling one. */
  static void join(Thread thread, long millis) {
    if (thread == Thread.currentThread() || millis <= 0) {
      return;
    }
    try {
      thread.join(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
