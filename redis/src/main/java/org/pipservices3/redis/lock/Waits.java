package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.Errors;

/**
 * How threads wait for a key until one of their attempts succeeds.
 *
 * <p>They stand in a line, of which only the first asks Redis. It does so at once, then whenever
 * the {@link KeyWatch} lets it, and once more at its deadline. While this component itself is known
 * to hold the key, there is nothing to ask: the release wakes the first in line after Redis has
 * confirmed it. Only since a foreign {@code DEL} may free the key as well, it asks every {@value
 * #RECHECK_SECONDS} s all the same. After a release of its own the component may owe others a turn
 * (see {@link Courtesy}).
 *
 * <p>No wake-up is lost: a holder leaves the {@link Holdings} before the first in line is called, a
 * call is remembered, and who becomes first looks afresh. An attempt that does not wait may
 * overtake the line.
 *
 * <p>Safe for any number of threads. Everything runs on the callers'; reports of changes come on
 * the tracking thread and only wake.
 */
final class Waits {
  private static final int RECHECK_SECONDS = 15;
  private static final long RECHECK = TimeUnit.SECONDS.toNanos(RECHECK_SECONDS);

  interface Attempt<T> {
    /** Asks Redis once; null if refused. */
    @Nullable T run();
  }

  private final WaitingLines lines = new WaitingLines();
  private final KeyWatch watch;
  private final Holdings holdings;
  private final Courtesy courtesy;
  private final Journal journal;
  private final LongSupplier clock;
  private volatile boolean closed;

  Waits(KeyWatch watch, Holdings holdings, Journal journal, LongSupplier clock) {
    this.watch = watch;
    this.holdings = holdings;
    this.courtesy = new Courtesy(clock);
    this.journal = journal;
    this.clock = clock;
    watch.start(lines);
  }

  /**
   * Attempts until one succeeds.
   *
   * @param timeout how long, in nanoseconds; zero for one attempt without a place in the line
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
        throw timedOut(correlationId, key, timeout);
      }
      return result;
    }
    long start = clock.getAsLong();
    Waiter waiter = lines.enter(key);
    try {
      return inLine(correlationId, waiter, start, timeout, attempt);
    } catch (RedisException e) {
      if (Thread.interrupted()) {
        InterruptedException interrupted = new InterruptedException("Interrupted in a command");
        interrupted.initCause(e);
        throw interrupted;
      }
      throw e;
    } finally {
      lines.leave(waiter);
      if (waiter.hasWaited()) {
        journal.waited(clock.getAsLong() - start);
      }
    }
  }

  /** Tells waiters that this component no longer holds the key. */
  void freed(String key) {
    courtesy.released(key);
    lines.wake(key);
  }

  boolean any() {
    return !lines.isEmpty();
  }

  /** Has everybody fail with NOT_OPENED. */
  void close() {
    closed = true;
    watch.close();
    lines.endAll();
  }

  private <T> T inLine(
      @Nullable String correlationId, Waiter waiter, long start, long timeout, Attempt<T> attempt)
      throws InterruptedException, ApplicationException {
    String key = waiter.key;
    long asked = start;
    while (!closed) {
      long now = clock.getAsLong();
      long left = timeout - (now - start);
      long held = Math.min(holdings.left(key), RECHECK - (now - asked));
      if (!waiter.isFirst()) {
        if (left <= 0) {
          throw timedOut(correlationId, key, timeout);
        }
        waiter.await(left);
        asked = clock.getAsLong();
      } else if (held > 0 && left > 0) {
        waiter.await(Math.min(held, left));
      } else {
        T result = isTakenInTurn(waiter, left) ? null : attempt.run();
        if (result != null) {
          return result;
        }
        asked = clock.getAsLong();
        left = timeout - (asked - start);
        if (left <= 0) {
          throw timedOut(correlationId, key, timeout);
        }
        if (holdings.left(key) <= 0) {
          courtesy.refused(key);
          watch.await(waiter, left);
        }
      }
    }
    throw Errors.notOpened(correlationId, "lock");
  }

  /** Offers the key to another component if one is owed a turn; true if it was taken. */
  private boolean isTakenInTurn(Waiter waiter, long left) throws InterruptedException {
    long patience = courtesy.patience(waiter.key);
    if (left <= patience || !courtesy.isDue(waiter.key)) {
      return false;
    }
    long start = clock.getAsLong();
    boolean taken = watch.awaitTaken(waiter, patience);
    if (taken) {
      courtesy.taken(waiter.key, clock.getAsLong() - start);
    } else {
      courtesy.missed(waiter.key);
    }
    return taken;
  }

  private ApplicationException timedOut(@Nullable String correlationId, String key, long timeout) {
    journal.timedOut();
    return new ConflictException(
            correlationId,
            "LOCK_TIMEOUT",
            "The lock on key '"
                + key
                + "' was held by others for the whole "
                + TimeUnit.NANOSECONDS.toMillis(timeout)
                + " ms that the call could wait: wait longer, or try again later")
        .withDetails("key", key);
  }
}
