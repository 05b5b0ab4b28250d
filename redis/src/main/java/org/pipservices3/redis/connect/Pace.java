package org.pipservices3.redis.connect;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * How a {@link Combiner} goes about its work, by how far the server is and how many callers there
 * are at the moment.
 *
 * <p>On one machine a few callers have a link each; more share one, so that batches grow, and a
 * second only where many are queued, to work while the first wakes its callers, and a third where
 * hundreds are. Over a network every link hides a round trip: the more, the better. The quickest
 * reply of the last seconds tells near from far: busy machines delay replies, but some are still
 * quick.
 *
 * <p>What a command costs on one machine is mostly the kernel's work to put threads to sleep and to
 * wake them. So a caller that waits in a crowd first lets others run, a few times: among them is
 * the leader, and when its turn comes round again its reply is there. And a caller that has been
 * alone for a while looks for its reply for some microseconds before it sleeps. Both are kept to
 * where they pay: with few waiters, a far server or a single processor there is nothing to gain,
 * and where others want the processors ({@link Contention}) to give way costs milliseconds. There a
 * link for everybody is best as long as there are enough. And who takes or frees a lock does not
 * look: it has just given others reason to run.
 *
 * <p>The numbers were found by measuring; see docs/performance.md. Safe for any number of threads;
 * races on the measurements lose a sample, no more.
 */
final class Pace {
  /** How many calls must be queued for a near server before a second link is worth it. */
  private static final int CALLS_FOR_SECOND = 8;

  /** And how many for a third. */
  private static final int CALLS_FOR_THIRD = 256;

  /** After so many calls a caller is taken to be alone. */
  private static final int LONELY = 32;

  /** How long a lone caller looks for its reply, where some come as quickly. */
  static final long LOOK_NANOS =
      Runtime.getRuntime().availableProcessors() > 1 ? TimeUnit.MICROSECONDS.toNanos(50) : 0;

  /** A server whose replies take as long is not on this machine. */
  static final long FAR_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private static final int PROBES = 5;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final int maxLinks;
  private final int few;
  private final Contention contention = new Contention();
  private final AtomicInteger callers = new AtomicInteger();
  private volatile int lonely;
  private volatile boolean far;
  private volatile long look;
  private volatile long quickest = Long.MAX_VALUE;
  private volatile long windowStart = System.nanoTime();

  /**
   * Creates a pace that knows nothing yet.
   *
   * @param maxLinks how many links there may be
   * @param few more callers than that are a crowd
   */
  Pace(int maxLinks, int few) {
    this.maxLinks = maxLinks;
    this.few = few;
  }

  /** Counts a caller; {@link #leave} must follow. */
  void enter() {
    callers.incrementAndGet();
  }

  void leave() {
    callers.decrementAndGet();
  }

  boolean isAlone() {
    return callers.get() == 1;
  }

  /** Whether there are many callers of a near server. */
  boolean isCrowd() {
    return !far && callers.get() > few;
  }

  boolean isIdle() {
    return callers.get() == 0;
  }

  /**
   * How many links may be in use.
   *
   * @param queued how many calls wait for one
   */
  int links(int queued) {
    if (far || callers.get() <= (contention.isOn() ? maxLinks : few)) {
      return maxLinks;
    }
    if (queued < CALLS_FOR_SECOND) {
      return 1;
    }
    return Math.min(queued < CALLS_FOR_THIRD ? 2 : 3, maxLinks);
  }

  /** Lets other threads run before the caller sleeps, where that makes sense. */
  void giveWay(BooleanSupplier waiting) {
    if (isCrowd()) {
      contention.giveWay(waiting);
    }
  }

  /** How long the next caller looks for its reply before it sleeps, in nanoseconds. */
  long look() {
    lonely = isAlone() ? Math.min(lonely + 1, LONELY) : 0;
    return lonely == LONELY ? look : 0;
  }

  /** Measures how far the server is by asking it something a few times. */
  void probe(Runnable question) {
    for (int i = 0; i < PROBES; i++) {
      long start = System.nanoTime();
      question.run();
      measured(start);
    }
    choose();
  }

  /** Takes note of how long a small batch took. */
  void measured(long start) {
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
    look = quickest < LOOK_NANOS ? LOOK_NANOS : 0;
  }
}
