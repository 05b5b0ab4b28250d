package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.waiting.KeyWatch;

/**
 * The lock's engine, from one opening of the component to its closing.
 *
 * <p><b>Acquiring.</b> Every attempt has its own token. An attempt that fails, or is refused after
 * a retry, may still have a request under way: its token is released in the background. So is a
 * lock whose reply took as long as its time to live; that attempt counts as refused.
 *
 * <p><b>Clocks.</b> A deadline is counted by this process's monotonic clock from before the request
 * was sent. Redis counts the ttl by its wall clock from when it runs the command, which is later.
 * Redis's roundings are on the safe side, and a clock that it reads once for several commands can
 * only be behind. So two holders overlap only if the server's wall clock is set forward in between,
 * for instance after its machine was paused. A process that was stopped finds its deadline passed.
 *
 * <p><b>Waiting.</b> Done by {@link WaitLoop}. A lock stays recorded as held until Redis has
 * confirmed its release, so that nobody asks for the key too early.
 *
 * <p><b>Closing.</b> Waiters fail. Leases are lost and released, each on its own, together with all
 * other background releases. Plain locks stay until their time to live is over. A lease acquired
 * during {@link #close} is released by it or by the acquiring thread: the one writes {@code closed}
 * before it reads the held locks, the other does the reverse.
 *
 * <p>Safe for any number of threads. Only the {@link LeaseKeeper} has its own threads.
 */
final class LockEngine {
  private record Grant(String token, long fence, long sent) {
    /** Without the token. */
    @Override
    public String toString() {
      return "fence " + fence;
    }
  }

  final LockStore store;
  final HeldLocks heldLocks;
  final LockMetrics metrics;
  final LongSupplier clock;
  final LeaseKeeper keeper;
  final Lanes lanes;
  final WaitLoop waitLoop;
  final BackgroundReleases backgroundReleases;

  private final Tokens tokens;
  private volatile boolean closed;

  LockEngine(
      LockStore store,
      KeyWatch watch,
      Tokens tokens,
      HeldLocks heldLocks,
      LockMetrics metrics,
      LeaseKeeper keeper,
      LongSupplier clock) {
    this.store = store;
    this.tokens = tokens;
    this.heldLocks = heldLocks;
    this.metrics = metrics;
    this.clock = clock;
    this.waitLoop = new WaitLoop(store, watch, heldLocks, metrics, clock);
    this.keeper = keeper;
    this.lanes = new Lanes(store, keeper);
    this.backgroundReleases =
        new BackgroundReleases(store, lanes, keeper, clock, waitLoop::onReleased);
  }

  boolean tryAcquire(@Nullable String correlationId, String key, long ttl) {
    return once(key, () -> attempt(correlationId, key, ttl)) != null;
  }

  void acquire(@Nullable String correlationId, String key, long ttl, long timeout)
      throws InterruptedException, ApplicationException {
    await(correlationId, key, timeout, () -> attempt(correlationId, key, ttl));
  }

  @Nullable Lease tryLease(@Nullable String correlationId, String key, long ttl) {
    return once(key, () -> attemptLease(correlationId, key, ttl));
  }

  Lease lease(@Nullable String correlationId, String key, long ttl, long timeout)
      throws InterruptedException, ApplicationException {
    return await(correlationId, key, timeout, () -> attemptLease(correlationId, key, ttl));
  }

  /** Releases what {@code releaseLock} on the calling thread means, if anything. */
  void release(@Nullable String correlationId, String key) {
    long thread = Thread.currentThread().getId();
    boolean failed = heldLocks.forgetFailure(key, thread);
    HeldLock.Plain held = heldLocks.beginReleaseOfOwn(key, thread);
    if (held == null && !failed) {
      held = heldLocks.beginReleaseOfAny(key);
    }
    if (held != null) {
      release(correlationId, held);
    } else if (failed && heldLocks.left(key) > 0) {
      metrics.releaseIgnored(correlationId, key);
    }
  }

  /** Releases a lock, in the background if that fails. Whether the key held its token. */
  boolean release(@Nullable String correlationId, HeldLock held) {
    String key = held.key();
    HeldLock.Plain plain = held instanceof HeldLock.Plain each ? each : null;
    try {
      boolean ours = store.release(correlationId, key, held.token());
      if (!ours && (plain == null || !plain.inDoubt())) {
        metrics.goneAtRelease(correlationId, /* lease= */ plain == null, key);
      }
      backgroundReleases.onEnded(correlationId, held);
      return ours;
    } catch (RuntimeException | Error e) {
      if (plain != null) {
        heldLocks.add(plain.afterFailedRelease());
      }
      if (!(e instanceof RedisException failure && BackgroundReleases.isFinal(failure))) {
        backgroundReleases.addRelease(correlationId, held);
      }
      throw e;
    } finally {
      heldLocks.remove(held);
      waitLoop.onReleased(key);
    }
  }

  /** Forgets a lost lease, wakes the key's waiters and releases what may remain. */
  void onLost(@Nullable String correlationId, Lease lease) {
    heldLocks.remove(lease);
    waitLoop.onReleased(lease.key());
    if (lease.mayRemain()) {
      backgroundReleases.addRelease(correlationId, lease);
    } else {
      backgroundReleases.onEnded(correlationId, lease);
    }
  }

  /** Ends everything but plain locks. Called once, while commands still work. */
  void close() {
    closed = true;
    waitLoop.close();
    for (Lease lease : heldLocks.leases()) {
      lease.keyMayRemain();
      lease.lose("its component was closed");
    }
    int left = backgroundReleases.close();
    keeper.close();
    if (left > 0) {
      metrics.notReleasedAtClose(left);
    }
  }

  private <T> @Nullable T once(String key, WaitLoop.Attempt<T> attempt) {
    T result = null;
    try {
      result = attempt.run();
      return result;
    } finally {
      recordFailure(key, result);
    }
  }

  private <T> T await(
      @Nullable String correlationId, String key, long timeout, WaitLoop.Attempt<T> attempt)
      throws InterruptedException, ApplicationException {
    T result = null;
    try {
      result = waitLoop.await(correlationId, key, timeout, attempt);
      return result;
    } finally {
      recordFailure(key, result);
    }
  }

  /** Records a failure of the calling thread if there is no result: see {@link FailedAttempts}. */
  private void recordFailure(String key, @Nullable Object result) {
    if (result == null) {
      heldLocks.addFailure(key, Thread.currentThread().getId());
    }
  }

  private HeldLock.@Nullable Plain attempt(@Nullable String correlationId, String key, long ttl) {
    Grant grant =
        request(correlationId, key, ttl, token -> store.acquire(correlationId, key, token, ttl));
    if (grant == null) {
      return null;
    }
    long nanos = TimeUnit.MILLISECONDS.toNanos(ttl);
    long thread = Thread.currentThread().getId();
    HeldLock.Plain held =
        HeldLock.Plain.acquired(key, grant.token, thread, nanos, grant.sent + nanos);
    heldLocks.add(held);
    heldLocks.forgetFailure(key, thread);
    return held;
  }

  private @Nullable Lease attemptLease(@Nullable String correlationId, String key, long ttl) {
    Grant grant =
        request(
            correlationId, key, ttl, token -> store.acquireFenced(correlationId, key, token, ttl));
    if (grant == null) {
      return null;
    }
    Lease lease = new Lease(this, correlationId, key, grant.token, grant.fence, ttl, grant.sent);
    heldLocks.add(lease);
    if (closed) {
      lease.close();
      throw Errors.notOpened(correlationId, "lock");
    }
    return lease;
  }

  private @Nullable Grant request(
      @Nullable String correlationId,
      String key,
      long ttl,
      Function<String, LockStore.Acquired> request) {
    String token = tokens.next();
    long nanos = TimeUnit.MILLISECONDS.toNanos(ttl);
    long sent = clock.getAsLong();
    LockStore.Acquired acquired;
    try {
      acquired = request.apply(token);
    } catch (RuntimeException | Error e) {
      if (!(e instanceof RedisException failure) || Errors.mayHaveRun(failure)) {
        backgroundReleases.addAcquisition(correlationId, key, token, nanos);
      }
      throw e;
    }
    boolean late = clock.getAsLong() - sent >= nanos;
    if (acquired.granted() && !late) {
      if (acquired.retried()) {
        backgroundReleases.addRetried(token);
      }
      metrics.acquired();
      return new Grant(token, acquired.fence(), sent);
    }
    if (acquired.granted() || acquired.retried()) {
      backgroundReleases.addAcquisition(correlationId, key, token, nanos);
    }
    return null;
  }
}
