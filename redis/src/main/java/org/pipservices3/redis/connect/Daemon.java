package org.pipservices3.redis.connect;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A named daemon thread that works until it is told to stop.
 *
 * <p>Safe for any number of threads; started once. To stop and to join it from its own work does
 * not wait.
 */
final class Daemon {
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;

  /** Creates one that is to be started; its work ends when {@link #isOpen} is false. */
  Daemon(String name, Runnable work) {
    this.thread = new Thread(null, work, name, 0, /* inheritThreadLocals= */ false);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Whether it was not told to stop. */
  boolean isOpen() {
    return stopped.getCount() > 0;
  }

  /** Waits, and returns false if there is no more to be done: it was stopped, or the caller was. */
  boolean pause(long millis) {
    try {
      return !stopped.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Tells it to stop, and ends its pause. Idempotent. */
  void stop() {
    stopped.countDown();
    if (thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }

  /** Waits a moment for its end. */
  void join() {
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
