package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
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
 * <p><b>Waiting.</b> Done by {@link Waits}, which is told whenever this component frees a key. A
 * holding stays until Redis has confirmed the release: so nobody asks for a key in vain that is
 * only about to be free.
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
  private interface Claim {
    @Nullable Long ask(String token);
  }

  private record Grant(String token, long fence, long sent) {
    /** Does not tell the token. */
    @Override
    public String toString() {
      return "fence " + fence;
    }
  }

  final LockStore store;
  final Holdings holdings;
  final Journal journal;
  final LongSupplier clock;
  final LeaseKeeper keeper = new LeaseKeeper();
  final GiveBacks giveBacks;

  private final Tokens tokens;
  private final Waits waits;
  private volatile boolean closed;

  Locker(
      LockStore store,
      KeyWatch watch,
      Tokens tokens,
      Holdings holdings,
      Journal journal,
      LongSupplier clock) {
    this.store = store;
    this.tokens = tokens;
    this.holdings = holdings;
    this.journal = journal;
    this.clock = clock;
    this.waits = new Waits(watch, holdings, journal, clock);
    this.giveBacks = new GiveBacks(store, keeper, clock, waits::freed);
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
    waits.await(
        correlationId, key, timeout, () -> tryAcquire(correlationId, key, ttl) ? true : null);
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
    return waits.await(correlationId, key, timeout, () -> tryLease(correlationId, key, ttl));
  }

  /** Gives back what the calling thread's release of the key means, if anything. */
  void release(@Nullable String correlationId, String key) {
    Holding.Leaving leaving = holdings.take(key, Thread.currentThread().getId());
    if (leaving == null) {
      return;
    }
    Holding.Plain held = leaving.held();
    try {
      if (!store.release(correlationId, key, held.token()) && !held.inDoubt()) {
        journal.lost(correlationId, key, "it was gone when it was to be released");
      }
    } catch (RedisException e) {
      holdings.add(held.doubted());
      inDoubt(correlationId, key, held.token(), TimeUnit.NANOSECONDS.toMillis(held.ttl()), e);
      throw e;
    } finally {
      holdings.remove(leaving);
      freed(key);
    }
  }

  /** Ends everything but plain locks. Called once; commands still work. */
  void close() {
    closed = true;
    waits.close();
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
    waits.freed(key);
  }

  /** Has a token given back if this failure leaves open whether it stands in Redis. */
  void inDoubt(
      @Nullable String correlationId, String key, String token, long ttl, RedisException failure) {
    if (failure.getCause() instanceof ConnectionException) {
      giveBacks.add(correlationId, key, token, TimeUnit.MILLISECONDS.toNanos(ttl));
    }
  }

  boolean hasWaiters() {
    return waits.any();
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
}
