package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.waiting.FairnessBackoff;
import org.pipservices3.redis.internal.waiting.KeyWatch;
import org.pipservices3.redis.internal.waiting.WaitQueues;
import org.pipservices3.redis.internal.waiting.Waiter;

/**
 * Waits for a key until an attempt to acquire it succeeds.
 *
 * <p>The threads that wait for a key form a queue, of which only the first asks Redis: at once,
 * then whenever the {@link KeyWatch} allows it, and once more at its deadline. While this component
 * itself holds the key, no one asks: the release wakes the first in the queue after Redis has
 * confirmed it. Since a foreign {@code DEL} may also free the key, the first in the queue watches
 * it after {@value #BRIEF_MILLIS} ms. After a release, the component may offer others a turn: see
 * {@link FairnessBackoff}.
 *
 * <p>No wake-up is lost: a lock leaves the {@link HeldLocks} before the first in the queue is
 * woken, a wake-up is remembered, and a thread that becomes the first reads the key again. An
 * attempt that does not wait may overtake the queue.
 *
 * <p>Safe for any number of threads. All runs on the callers' threads; the tracking thread only
 * wakes them. Times are in nanoseconds.
 */
final class WaitLoop {
  private static final int BRIEF_MILLIS = 10;
  private static final long BRIEF = TimeUnit.MILLISECONDS.toNanos(BRIEF_MILLIS);

  interface Attempt<T> {
    /** Asks Redis once; null if refused. */
    @Nullable T run();
  }

  private static final long FOR_EVER = -1; // in the answer to PTTL

  private final WaitQueues queues = new WaitQueues();
  private final LockStore store;
  private final KeyWatch watch;
  private final HeldLocks heldLocks;
  private final FairnessBackoff fairness;
  private final LockMetrics metrics;
  private final LongSupplier clock;
  private volatile boolean closed;

  WaitLoop(
      LockStore store,
      KeyWatch watch,
      HeldLocks heldLocks,
      LockMetrics metrics,
      LongSupplier clock) {
    this.store = store;
    this.watch = watch;
    this.heldLocks = heldLocks;
    this.fairness = new FairnessBackoff(clock);
    this.metrics = metrics;
    this.clock = clock;
    watch.start(queues);
  }

  /**
   * Attempts until one succeeds.
   *
   * @param timeout the longest time to wait; zero for one attempt outside the queue
   * @throws ApplicationException LOCK_TIMEOUT
   * @throws InterruptedException also if an attempt failed because of an interrupt
   */
  <T> T await(@Nullable String correlationId, String key, long timeout, Attempt<T> attempt)
      throws InterruptedException, ApplicationException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (timeout == 0) {
      T result = attempt.run();
      if (result == null) {
        throw timedOut(correlationId, key, timeout, /* refused= */ true);
      }
      return result;
    }
    long start = clock.getAsLong();
    Waiter waiter = queues.enter(key);
    try {
      return awaitInQueue(correlationId, waiter, start, timeout, attempt);
    } catch (RedisException e) {
      if (Thread.interrupted()) {
        InterruptedException interrupted = new InterruptedException("Interrupted in a command");
        interrupted.initCause(e);
        throw interrupted;
      }
      throw e;
    } finally {
      queues.leave(waiter);
      if (waiter.hasWaited()) {
        metrics.waited(correlationId, clock.getAsLong() - start);
      }
    }
  }

  /** Wakes the first waiter for a key that this component has released. */
  void onReleased(String key) {
    fairness.released(key);
    queues.wake(key);
  }

  /** Ends all waiting with NOT_OPENED. */
  void close() {
    closed = true;
    watch.close();
    queues.endAll();
  }

  private <T> T awaitInQueue(
      @Nullable String correlationId, Waiter waiter, long start, long timeout, Attempt<T> attempt)
      throws InterruptedException, ApplicationException {
    String key = waiter.key;
    boolean changed = false;
    while (!closed) {
      long left = timeout - (clock.getAsLong() - start);
      long held = changed ? 0 : heldLocks.left(key);
      if (!waiter.isFirst()) {
        if (left <= 0) {
          throw timedOut(correlationId, key, timeout, /* refused= */ false);
        }
        waiter.await(left);
      } else if (held > 0 && left > 0) {
        changed = awaitOwnRelease(waiter, Math.min(held, left));
      } else {
        changed = false;
        T result = offerTurn(waiter, left) ? null : attempt.run();
        if (result != null) {
          return result;
        }
        left = timeout - (clock.getAsLong() - start);
        if (left <= 0) {
          throw timedOut(correlationId, key, timeout, /* refused= */ true);
        }
        if (heldLocks.left(key) <= 0) {
          fairness.refused(key);
          watch.await(waiter, left);
        }
      }
    }
    throw Errors.closedMeanwhile(
        correlationId, "lock", "waited for key '" + metrics.name(key) + "'");
  }

  /** Waits for a key that this component holds; true if others may have changed it. */
  private boolean awaitOwnRelease(Waiter waiter, long nanos) throws InterruptedException {
    boolean woken = waiter.await(Math.min(BRIEF, nanos));
    if (woken || nanos <= BRIEF) {
      return false;
    }
    watch.awaitHeld(waiter, nanos - BRIEF);
    return true;
  }

  /** Offers another component a turn if one is due; true if it has acquired the key. */
  private boolean offerTurn(Waiter waiter, long left) throws InterruptedException {
    long longest = fairness.offerNanos(waiter.key);
    if (left <= longest || !fairness.isDue(waiter.key)) {
      return false;
    }
    long start = clock.getAsLong();
    boolean used = watch.awaitOtherHolder(waiter, longest);
    if (used) {
      fairness.used(waiter.key, clock.getAsLong() - start);
    } else {
      fairness.missed(waiter.key);
    }
    return used;
  }

  /** The error of a call that has waited in vain, with how long the lock will still be held. */
  private ApplicationException timedOut(
      @Nullable String correlationId, String key, long timeout, boolean refused) {
    metrics.timedOut();
    long held = stillHeld(correlationId, key, refused);
    ApplicationException error =
        new ConflictException(
                correlationId,
                "LOCK_TIMEOUT",
                "The lock on key '"
                    + metrics.name(key)
                    + "' was held by others for the whole "
                    + TimeUnit.NANOSECONDS.toMillis(timeout)
                    + " ms that the call could wait"
                    + (held > 0 ? ", and is still held for " + held + " ms" : "")
                    + (held == FOR_EVER ? ", and has no end: who wrote the key?" : "")
                    + ": wait longer, or try again later")
            .withDetails("key", metrics.name(key));
    return held > 0 ? error.withDetails("remaining", held) : error;
  }

  /**
   * For how many milliseconds the key will still be held; zero if that is not known.
   *
   * @param refused whether Redis has answered just now, and so may be asked once more
   */
  private long stillHeld(@Nullable String correlationId, String key, boolean refused) {
    long own = heldLocks.left(key);
    if (own > 0 || !refused) {
      return TimeUnit.NANOSECONDS.toMillis(Math.max(0, own));
    }
    try {
      return store.remaining(correlationId, key);
    } catch (RedisException e) {
      return 0;
    }
  }
}
