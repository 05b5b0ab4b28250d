package org.pipservices3.redis.examples.recipes;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * A {@link Lock} on one key of a {@link RedisLock}, for code that expects the interface of the JDK.
 *
 * <p>The lock renews itself until {@link #unlock}; if the process dies, it is free after the ttl.
 * It belongs to the thread that acquired it and is not reentrant: a second acquisition by its owner
 * is an IllegalStateException. It has no conditions. Safe for any number of threads. Failures of
 * Redis are {@link RedisException}s; the thread does not hold the lock then.
 */
public final class LeaseLock implements Lock {
  private static final Duration WITHOUT_END = Duration.ofDays(365);

  private final RedisLock lock;
  private final String key;
  private final Duration ttl;

  @SuppressWarnings("ThreadLocalUsage") // a thread may hold several locks
  private final ThreadLocal<@Nullable LockLease> own = new ThreadLocal<>();

  /** Creates a view of an open lock. */
  public LeaseLock(RedisLock lock, String key, Duration ttl) {
    this.lock = lock;
    this.key = key;
    this.ttl = ttl;
  }

  /** Waits without end. An interrupt does not end the wait; the thread stays interrupted. */
  @Override
  public void lock() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          lockInterruptibly();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void lockInterruptibly() throws InterruptedException {
    boolean acquired = false;
    while (!acquired) {
      acquired = acquire(WITHOUT_END);
    }
  }

  @Override
  public boolean tryLock() {
    requireNotOwner();
    Optional<LockLease> lease = lock.tryLease(/* correlationId= */ null, key, ttl);
    lease.ifPresent(this::own);
    return lease.isPresent();
  }

  @Override
  public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
    long nanos = Math.max(0, unit.toNanos(time));
    return acquire(Duration.ofNanos(Math.min(nanos, WITHOUT_END.toNanos())));
  }

  /**
   * Releases the lock.
   *
   * @throws IllegalMonitorStateException if the calling thread does not hold it, or has lost it to
   *     a stop longer than the ttl: others may have held it meanwhile
   */
  @Override
  public void unlock() {
    LockLease lease = own.get();
    own.remove();
    if (lease == null || !lease.release()) {
      throw new IllegalMonitorStateException(
          "The lock on key '" + key + "' is not held by this thread, or was lost");
    }
  }

  @Override
  public Condition newCondition() {
    throw new UnsupportedOperationException("A lock in Redis has no conditions");
  }

  private boolean acquire(Duration timeout) throws InterruptedException {
    requireNotOwner();
    try {
      own(lock.lease(/* correlationId= */ null, key, ttl, timeout));
      return true;
    } catch (ConflictException e) { // LOCK_TIMEOUT
      return false;
    } catch (ApplicationException e) {
      throw new RedisException(e);
    }
  }

  private void own(LockLease lease) {
    own.set(lease.keepAlive());
  }

  private void requireNotOwner() {
    LockLease lease = own.get();
    if (lease != null && lease.isHeld()) {
      throw new IllegalStateException(
          "This thread holds the lock on key '" + key + "': it is not reentrant");
    }
  }
}
