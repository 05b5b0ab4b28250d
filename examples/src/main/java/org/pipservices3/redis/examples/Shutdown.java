package org.pipservices3.redis.examples;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Shutdown delays the end of the process on Ctrl-C or SIGTERM until the thread that registered it
 * has closed its components.
 *
 * <p>The JVM ends as soon as its shutdown hooks return, whatever other threads are doing. This hook
 * interrupts the working thread and returns when that thread has called {@link #close}. A hook that
 * only sent the signal would leave components open.
 */
final class Shutdown implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Thread worker = Thread.currentThread();
  private final Thread hook = new Thread(this::onRequest, "tutorial-shutdown");
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private boolean closing;

  private Shutdown() {}

  /** Registers the calling thread, which will close the components. */
  static Shutdown register() {
    Shutdown shutdown = new Shutdown();
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  /** Waits until the process is asked to end. */
  void await() throws InterruptedException {
    try {
      requested.await();
    } catch (InterruptedException e) {
      if (requested.getCount() > 0) {
        throw e;
      }
    }
  }

  /** From here on the thread is closing and a request no longer interrupts it. */
  synchronized void leaveInPeace() {
    closing = true;
    Thread.interrupted();
  }

  /** Lets the process end. */
  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook has just been released.
    }
  }

  private void onRequest() {
    synchronized (this) {
      requested.countDown();
      if (!closing) {
        worker.interrupt();
      }
    }
    try {
      if (!closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("The service did not close within " + PATIENCE.toSeconds() + " s.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
