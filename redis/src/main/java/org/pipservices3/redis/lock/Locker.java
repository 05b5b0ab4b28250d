package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.Errors;

/**
 * The lock's engine, from one opening of the component to its closing.
 *
 * <p><b>Acquiring.</b> Every attempt has a token of its own. If it ends without a reply its outcome
 * is unknown: the caller gets the error, and the token is given back in the background. A reply
 * that took as long as the time to live confirms nothing any more: given back, and refused.
 *
 * <p><b>Waiting.</b> Threads that wait for a key stand in a line, of which only the first asks
 * Redis. It does so at once, then whenever the {@link KeyWatch} lets it, and once more at its
 * deadline. While this component itself is known to hold the key, there is nothing to ask: the
 * release wakes the first in line after Redis has confirmed it. Only since a foreign {@code DEL}
 * may free the key as well, it asks every {@value #RECHECK_SECONDS} s all the same. No wake-up is
 * lost: a holder leaves the {@link Holdings} before it frees the key in Redis and calls the first
 * in line after, a call is remembered, and who becomes first looks afresh. An attempt that does not
 * wait may overtake the line. Other components have their turn by {@link Courtesy}.
 *
 * <p><b>Closing.</b> Waiters fail, leases are lost and given back, plain locks stay until their
 * time to live is over. A lease whose acquisition overlaps with closing is seen either by {@link
 * #close} or by the thread that acquired it, since the one writes {@code closed} before it reads
 * the holdings and the other does the reverse.
 *
 * <p>Safe for any number of threads. Everything runs on the callers' threads but what the {@link
 * LeaseKeeper} does.
 */
final class Locker {
  private static final int RECHECK_SECONDS = 5;
  private static final long RECHECK = TimeUnit.SECONDS.toNanos(RECHECK_SECONDS);

  private interface Attempt<T> {
    /** Asks Redis once; null if refused. */
    @Nullable T run();
  }

  private interface Claim {
    @Nullable Long ask(String token);
  }

  private record Grant(String token, long fence, long sent) {}

  final LockStore store;
  final Holdings holdings;
  final Journal journal;
  final LongSupplier clock;
  final LeaseKeeper keeper = new LeaseKeeper();
  final GiveBacks giveBacks;

  private final Tokens tokens;
  private final KeyWatch watch;
  private final Courtesy courtesy;
  private final WaitingLines lines = new WaitingLines();
  private volatile boolean closed;

  Locker(
      LockStore store,
      KeyWatch watch,
      Tokens tokens,
      Holdings holdings,
      Journal journal,
      LongSupplier clock) {
    this.store = store;
    this.watch = watch;
    this.courtesy = new Courtesy(clock);
    this.tokens = tokens;
    this.holdings = holdings;
    this.journal = journal;
    this.clock = clock;
    watch.start(lines);
    this.giveBacks = new GiveBacks(store, keeper, clock, lines::wake);
  }

  boolean tryAcquire(@Nullable String correlationId, String key, long ttl) {
    Grant grant =
        claim(
            correlationId,
            key,
            ttl,
            token -> store.acquire(correlationId, key, token, ttl) ? 0L : null);
    if (grant == null) {
      return false;
    }
    long nanos = TimeUnit.MILLISECONDS.toNanos(ttl);
    long thread = Thread.currentThread().getId();
    holdings.add(
        new Holding.Plain(
            key, grant.token, thread, nanos, grant.sent + nanos, /* inDoubt= */ false));
    return true;
  }

  void acquire(@Nullable String correlationId, String key, long ttl, long timeout)
      throws InterruptedException, ApplicationException {
    await(correlationId, key, timeout, () -> tryAcquire(correlationId, key, ttl) ? true : null);
  }

  @Nullable Lease tryLease(@Nullable String correlationId, String key, long ttl) {
    Grant grant =
        claim(
            correlationId, key, ttl, token -> store.acquireFenced(correlationId, key, token, ttl));
    if (grant == null) {
      return null;
    }
    Lease lease = new Lease(this, correlationId, key, grant.token, grant.fence, ttl, grant.sent);
    holdings.add(lease);
    if (closed) {
      lease.close();
      throw Errors.notOpened(correlationId, "lock");
    }
    return lease;
  }

  Lease lease(@Nullable String correlationId, String key, long ttl, long timeout)
      throws InterruptedException, ApplicationException {
    return await(correlationId, key, timeout, () -> tryLease(correlationId, key, ttl));
  }

  /** Gives back what the calling thread's release of the key means, if anything. */
  void release(@Nullable String correlationId, String key) {
    Holding.Plain held = holdings.take(key, Thread.currentThread().getId());
    if (held == null) {
      return;
    }
    try {
      if (!store.release(correlationId, key, held.token()) && !held.inDoubt()) {
        journal.lost(correlationId, key, "it was gone when it was to be released");
      }
    } catch (RedisException e) {
      holdings.add(held.doubted());
      inDoubt(correlationId, key, held.token(), TimeUnit.NANOSECONDS.toMillis(held.ttl()), e);
      throw e;
    } finally {
      freed(key);
    }
  }

  /** Ends everything but plain locks. Called once; commands still work. */
  void close() {
    closed = true;
    watch.close();
    lines.wakeAll();
    boolean reachable = true;
    for (Lease lease : holdings.leases()) {
      if (lease.lose("its component was closed") && reachable) {
        try {
          store.release(lease.correlationId(), lease.key(), lease.token());
        } catch (RedisException e) {
          reachable = false;
        }
      }
    }
    keeper.close();
    if (reachable) {
      giveBacks.close();
    }
  }

  /** Tells local waiters that the key may be free. */
  void freed(String key) {
    courtesy.released(key);
    lines.wake(key);
  }

  /** Has a token given back if this failure leaves open whether it stands in Redis. */
  void inDoubt(
      @Nullable String correlationId, String key, String token, long ttl, RedisException failure) {
    if (failure.getCause() instanceof ConnectionException) {
      giveBacks.add(correlationId, key, token, TimeUnit.MILLISECONDS.toNanos(ttl));
    }
  }

  boolean hasWaiters() {
    return !lines.isEmpty();
  }

  private @Nullable Grant claim(@Nullable String correlationId, String key, long ttl, Claim claim) {
    String token = tokens.next();
    long sent = clock.getAsLong();
    Long fence;
    try {
      fence = claim.ask(token);
    } catch (RedisException e) {
      inDoubt(correlationId, key, token, ttl, e);
      throw e;
    }
    if (fence == null) {
      return null;
    }
    long nanos = TimeUnit.MILLISECONDS.toNanos(ttl);
    if (clock.getAsLong() - sent >= nanos) {
      giveBacks.add(correlationId, key, token, nanos);
      return null;
    }
    journal.acquired();
    return new Grant(token, fence, sent);
  }

  private <T> T await(@Nullable String correlationId, String key, long timeout, Attempt<T> attempt)
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
      return takeTurn(correlationId, waiter, start, timeout, attempt);
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

  private <T> T takeTurn(
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
        LockSupport.parkNanos(Math.min(left, courtesy.pause(key)));
        T result = attempt.run();
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
          watch.await(key, waiter, left);
        }
      }
    }
    throw Errors.notOpened(correlationId, "lock");
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
