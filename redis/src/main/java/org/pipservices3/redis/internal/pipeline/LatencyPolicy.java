package org.pipservices3.redis.internal.pipeline;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.pipservices3.redis.internal.threads.IoThreads;

/**
 * How many connections a {@link Combiner} uses and how its callers wait, by how far the server is
 * and how many callers there are.
 *
 * <p>On one machine a few callers have a connection each; more share one, so that batches grow, and
 * a second only where many are queued, to work while the first wakes its callers, and a third where
 * hundreds are. Over a network every connection hides a round trip: the more, the better. The
 * quickest reply of the last seconds shows how far it is: busy machines delay replies, but some are
 * still quick.
 *
 * <p>What a command costs on one machine is mostly the kernel's work to put threads to sleep and to
 * wake them. So a caller in a crowd yields a few times before it sleeps: among the others is the
 * leader, and then the reply is mostly there. And a caller that has been alone for a while spins
 * for some microseconds. With few waiters, a far server or a single processor neither pays, and
 * where others use the processors ({@link YieldPolicy}) a yield costs milliseconds: there a
 * connection each is best as long as there are enough. A caller that takes or frees a lock does not
 * spin: other threads must run now.
 *
 * <p>The numbers were found by measuring; see docs/performance.md. Safe for any number of threads;
 * races on the measurements lose a sample, no more.
 */
public final class LatencyPolicy {
  /** How many calls must be queued for a near server before a second, a third is worth it. */
  private static final int CALLS_FOR_SECOND = 8;

  private static final int CALLS_FOR_THIRD = 256;

  /** After how many calls in a row a caller is taken to be alone. */
  private static final int ALONE_AFTER = 32;

  /** How long a lone caller spins, where some replies come as quickly. */
  static final long SPIN_NANOS = IoThreads.SPIN_NANOS;

  /** A server whose replies take that long is not on this machine. */
  static final long FAR_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private static final int PROBES = 5;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final int maxConnections;
  private final int few;
  private final YieldPolicy yieldPolicy = new YieldPolicy();
  private final AtomicInteger callers = new AtomicInteger();
  private volatile int callsAlone;
  private volatile boolean far;
  private volatile long spin;
  private volatile long quickest = Long.MAX_VALUE;
  private volatile long windowStart = System.nanoTime();

  /** Creates a policy without measurements, to which more callers than {@code few} are a crowd. */
  public LatencyPolicy(int maxConnections, int few) {
    this.maxConnections = maxConnections;
    this.few = few;
  }

  /** Counts a caller; {@link #leave} must follow. */
  public void enter() {
    callers.incrementAndGet();
  }

  public void leave() {
    callers.decrementAndGet();
  }

  public boolean isAlone() {
    return callers.get() == 1;
  }

  /** Whether there are many callers of a near server. */
  public boolean isCrowd() {
    return !far && callers.get() > few;
  }

  boolean isIdle() {
    return callers.get() == 0;
  }

  /** How many connections may be in use while so many calls are queued. */
  int connections(int queued) {
    if (far || callers.get() <= (yieldPolicy.isOn() ? maxConnections : few)) {
      return maxConnections;
    }
    if (queued < CALLS_FOR_SECOND) {
      return 1;
    }
    return Math.min(queued < CALLS_FOR_THIRD ? 2 : 3, maxConnections);
  }

  /** Lets other threads run before the caller sleeps, where that pays. */
  public void yieldWhile(BooleanSupplier waiting) {
    if (isCrowd()) {
      yieldPolicy.yieldWhile(waiting);
    }
  }

  /** How long the next caller spins before it sleeps. */
  public long spinNanos() {
    callsAlone = isAlone() ? Math.min(callsAlone + 1, ALONE_AFTER) : 0;
    return callsAlone == ALONE_AFTER ? spin : 0;
  }

  /** Spins for that long on a virtual thread, which cannot poll a socket. */
  @SuppressWarnings("ThreadPriorityCheck") // only the speed relies on the scheduler
  void spinWhile(BooleanSupplier waiting) {
    long nanos = spinNanos();
    if (nanos > 0) {
      long end = System.nanoTime() + nanos;
      while (isAlone() && waiting.getAsBoolean() && end - System.nanoTime() > 0) {
        Thread.yield();
      }
    }
  }

  /** Measures how far the server is by a few questions. */
  public void probe(Runnable question) {
    for (int i = 0; i < PROBES; i++) {
      long start = System.nanoTime();
      question.run();
      measured(start);
    }
    choose();
  }

  /** Notes how long a small batch took. */
  public void measured(long start) {
    long now = System.nanoTime();
    quickest = Math.min(quickest, now - start);
    if (now - windowStart > WINDOW_NANOS) {
      windowStart = now;
      choose();
      quickest = Long.MAX_VALUE;
    }
  }

  private void choose() {
    far = quickest >= FAR_NANOS;
    spin = quickest < SPIN_NANOS ? SPIN_NANOS : 0;
  }
}
