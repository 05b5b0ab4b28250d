package org.pipservices3.redis.lock;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;

/**
 * A lease that Redis has granted.
 *
 * <p><b>State.</b> State and deadline are one immutable {@link LeaseState}. It changes by
 * compare-and-set only: from HELD to HELD with another deadline, to RELEASED or to LOST. So when an
 * extension, a release, a loss and the deadline meet, exactly one takes effect, and an end is
 * final. {@link LeaseExtension} moves the deadline.
 *
 * <p><b>Loss.</b> The thread that notices the passed deadline ends the lease: the caller of any
 * method, or the timer if the lease is renewed or has actions. That thread then reports the loss
 * and starts the {@link LossActions}. The timer leaves both to callback threads.
 *
 * <p>Longer than other classes, since every change of its state is made here.
 *
 * <p>Safe for any number of threads. Releasing and losing never wait for an extension.
 */
final class Lease implements LockLease, HeldLock {
  private static final String EXPIRED = "its time to live was over";
  private static final long FORGETTABLE_AFTER = TimeUnit.SECONDS.toNanos(1);

  private final LockEngine lockEngine;
  private final @Nullable String correlationId;
  private final String key;
  private final String token;
  private final long fencingToken;
  private final AtomicReference<LeaseState> state;
  private final LeaseExtension extension;
  private final LossActions actions;
  private final Alarm expiry;
  private final Renewal renewal;
  private volatile boolean mayRemain;
  private final AtomicBoolean expiryWatched = new AtomicBoolean();
  private final AtomicBoolean renewed = new AtomicBoolean();

  /**
   * Creates a held lease.
   *
   * @param ttl in milliseconds
   * @param sent when the acquisition was sent, by the monotonic clock
   */
  Lease(
      LockEngine lockEngine,
      @Nullable String correlationId,
      String key,
      String token,
      long fencingToken,
      long ttl,
      long sent) {
    this.lockEngine = lockEngine;
    this.correlationId = correlationId;
    this.key = key;
    this.token = token;
    this.fencingToken = fencingToken;
    this.state = new AtomicReference<>(LeaseState.held(sent + TimeUnit.MILLISECONDS.toNanos(ttl)));
    this.extension = new LeaseExtension(this, lockEngine, ttl);
    this.actions =
        new LossActions(correlationId, key, lockEngine.keeper.callbacks(), lockEngine.metrics);
    this.expiry = new Alarm(lockEngine.keeper, this::checkExpiry);
    this.renewal = new Renewal(this, extension, lockEngine);
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public long fencingToken() {
    return fencingToken;
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(left());
  }

  @Override
  public boolean isHeld() {
    return left() > 0;
  }

  @Override
  public boolean extend(Duration ttl) {
    long millis = Checks.ttl(correlationId, ttl);
    try {
      return extension.extend(millis);
    } finally {
      if (renewed.get()) {
        renewal.plan();
      }
    }
  }

  @Override
  public LockLease keepAlive() {
    if (isHeld() && renewed.compareAndSet(false, true)) {
      watchExpiry();
      renewal.plan();
    }
    return this;
  }

  @Override
  public LockLease onLost(Runnable action) {
    actions.add(action);
    if (isHeld()) {
      watchExpiry();
    }
    if (state.get().isLost()) {
      actions.start();
    }
    return this;
  }

  @Override
  public boolean release() {
    while (isHeld()) {
      if (end(state.get(), LeaseState.State.RELEASED)) {
        return lockEngine.release(correlationId, this);
      }
    }
    return false;
  }

  @Override
  public void close() {
    try {
      release();
    } catch (RedisException e) {
      lockEngine.metrics.releaseFailed(correlationId, key, e);
    }
  }

  @Override
  public String token() {
    return token;
  }

  @Override
  public long ttl() {
    return extension.longestTtl();
  }

  @Override
  public long left(long now) {
    LeaseState current = state.get();
    return current.isLost() ? 0 : current.deadline() - now;
  }

  @Override
  public boolean isForgettable(long now) {
    LeaseState current = state.get();
    return current.isLost() || now - current.deadline() > FORGETTABLE_AFTER;
  }

  /** Such as {@code lease of key 'orders:17', held for 2300 ms, at localhost:6379}. */
  @Override
  public String toString() {
    long left = state.get().left(lockEngine.clock.getAsLong());
    return "lease of key '"
        + lockEngine.metrics.name(key)
        + (left > 0
            ? "', held for " + TimeUnit.NANOSECONDS.toMillis(left) + " ms, at "
            : "', ended, at ")
        + lockEngine.store.serverOf(key);
  }

  @Nullable String correlationId() {
    return correlationId;
  }

  /** Records that the key may stay in Redis after the lease's end. It is released at a loss. */
  void keyMayRemain() {
    mayRemain = true;
    watchExpiry();
    if (state.get().isLost()) {
      lockEngine.backgroundReleases.addRelease(correlationId, this);
    }
  }

  boolean mayRemain() {
    return mayRemain;
  }

  LeaseState state() {
    return state.get();
  }

  /** The time left, in nanoseconds. Ends the lease as lost if none is. */
  long left() {
    LeaseState current = state.get();
    while (current.isHeld()) {
      long left = current.left(lockEngine.clock.getAsLong());
      if (left > 0) {
        return left;
      }
      if (lose(current, EXPIRED)) {
        return 0;
      }
      current = state.get();
    }
    return 0;
  }

  /** Ends the lease as lost; false if it had ended before. */
  boolean lose(String why) {
    LeaseState current = state.get();
    while (current.isHeld()) {
      if (lose(current, why)) {
        return true;
      }
      current = state.get();
    }
    return false;
  }

  /** Moves the deadline of a held lease; null if its state is not the given one any more. */
  @Nullable LeaseState move(LeaseState from, long deadline) {
    LeaseState moved = LeaseState.held(deadline);
    if (!state.compareAndSet(from, moved)) {
      return null;
    }
    if (deadline - from.deadline() < 0 && expiryWatched.get()) {
      expiry.set(left());
    }
    return moved;
  }

  private boolean lose(LeaseState current, String why) {
    boolean lost = end(current, LeaseState.State.LOST);
    if (lost) {
      lockEngine.metrics.lost(correlationId, /* lease= */ true, key, why);
      actions.start();
    }
    return lost;
  }

  private boolean end(LeaseState current, LeaseState.State end) {
    if (!current.isHeld() || !state.compareAndSet(current, current.ended(end))) {
      return false;
    }
    expiry.cancel();
    renewal.cancel();
    if (end == LeaseState.State.LOST) {
      lockEngine.onLost(correlationId, this);
    }
    return true;
  }

  private void watchExpiry() {
    long left = left();
    if (left > 0 && expiryWatched.compareAndSet(false, true)) {
      expiry.set(left);
    }
  }

  /** Runs on the timer thread, which must not run code of the service. */
  private void checkExpiry() {
    LeaseState current = state.get();
    long left = current.left(lockEngine.clock.getAsLong());
    if (left > 0) {
      expiry.set(left);
    } else if (end(current, LeaseState.State.LOST)) {
      actions.logAndStart(EXPIRED);
    } else if (state.get().isHeld()) {
      checkExpiry();
    }
  }
}
