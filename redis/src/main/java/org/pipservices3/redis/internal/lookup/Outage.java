package org.pipservices3.redis.internal.lookup;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The time during which one server does not work, and the thread that finds out when it does.
 *
 * <p>The thread {@code redis-cache-probe} asks the server, with a pause of {@value #PAUSE_MILLIS}
 * ms. It ends when the server works again, or by {@link #stop}. Every server has its own, so that
 * one that hangs does not delay the end of another's outage. Safe for any number of threads.
 */
final class Outage {
  static final int PAUSE_MILLIS = 250;

  private final @Nullable String reason;
  private final BooleanSupplier isBack;
  private final Consumer<Outage> end;
  private final long start = System.nanoTime();
  private final LongAdder calls = new LongAdder();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread prober;
  private volatile boolean writesOnly;

  /**
   * Notes an outage that begins.
   *
   * @param writesOnly whether the server still answers reads
   * @param isBack asks the server; run on the outage's thread
   * @param end run on the same thread once the server is back
   */
  Outage(
      @Nullable String reason, boolean writesOnly, BooleanSupplier isBack, Consumer<Outage> end) {
    this.reason = reason;
    this.writesOnly = writesOnly;
    this.isBack = isBack;
    this.end = end;
    this.prober =
        new Thread(null, this::probe, "redis-cache-probe", 0, /* inheritThreadLocals= */ false);
    prober.setDaemon(true);
  }

  void start() {
    prober.start();
  }

  /** Whether a call is not to be made. */
  boolean concerns(boolean write) {
    return write || !writesOnly;
  }

  /** Counts a call that is served without the server. */
  void serve() {
    calls.increment();
  }

  /** Notes that the server does not answer reads either. */
  void includeReads() {
    writesOnly = false;
  }

  /** What the first failure was. */
  @Nullable String reason() {
    return reason;
  }

  long seconds() {
    return Math.round((System.nanoTime() - start) / 1e9);
  }

  long calls() {
    return calls.sum();
  }

  /** Ends the thread, whatever the server. Idempotent. */
  void stop() {
    stopped.countDown();
  }

  /** Waits a moment until the thread has ended. */
  void join() {
    try {
      prober.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void probe() {
    try {
      while (!ask()) {
        if (stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.accept(this);
    }
  }

  private boolean ask() {
    try {
      return isBack.getAsBoolean();
    } catch (RuntimeException e) {
      return false; // The connection is closing, or worse: asked again unless this is stopped.
    }
  }
}
