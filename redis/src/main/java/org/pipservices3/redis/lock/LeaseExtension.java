package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The extensions of one lease: by {@link #extend}, or by a renewal with {@link #begin} and {@link
 * #end}.
 *
 * <p>The lease never outlives its key in Redis. Its new deadline is counted from before the request
 * was sent. A later deadline takes effect with Redis's answer, if the old one has not passed by
 * then. An earlier one takes effect before the request, since the reply may be lost. A late request
 * does not shorten a later extension: see {@link ExtensionToken}.
 *
 * <p>If Redis extends a lease that was lost meanwhile, or may have done so without an answer, the
 * token is released. If the lease was released meanwhile it is not: that release removes the token
 * itself, and must find it.
 *
 * <p>Safe for any number of threads: a lock admits one extension at a time.
 */
final class LeaseExtension {
  private final Lease lease;
  private final LockEngine lockEngine;
  private final ReentrantLock guard = new ReentrantLock();
  private final ExtensionToken token; // guarded
  private volatile long ttl; // in milliseconds, of the last answer; written under guard
  private volatile long longestTtl; // in milliseconds, of all requests; written under guard

  LeaseExtension(Lease lease, LockEngine lockEngine, long ttl) {
    this.lease = lease;
    this.lockEngine = lockEngine;
    this.ttl = ttl;
    this.longestTtl = ttl;
    this.token = new ExtensionToken(lease.token());
  }

  /** The present time to live, in nanoseconds. */
  long ttl() {
    return TimeUnit.MILLISECONDS.toNanos(ttl);
  }

  /** The longest time to live of all requests so far, in nanoseconds. */
  long longestTtl() {
    return TimeUnit.MILLISECONDS.toNanos(longestTtl);
  }

  /** Extends the lease by this many milliseconds from now; false if it has ended. */
  boolean extend(long millis) {
    guard.lock();
    try {
      LeaseState.Extension begun = prepare(millis);
      return begun != null && finish(begun, send(begun));
    } finally {
      guard.unlock();
    }
  }

  /**
   * Begins to extend by the present time to live. {@link #end} must follow on the same thread.
   *
   * @return null if the lease has ended or an extension is under way
   */
  LeaseState.@Nullable Extension begin() {
    if (!guard.tryLock()) {
      return null;
    }
    LeaseState.Extension begun = null;
    try {
      begun = prepare(ttl);
    } finally {
      if (begun == null) {
        guard.unlock();
      }
    }
    return begun;
  }

  /** Applies Redis's answer to what was begun. */
  void end(LeaseState.Extension begun, LockStore.Answer answer) {
    try {
      if (answer.failure() != null) {
        unanswered(begun);
      } else if (!answer.elsewhere()) {
        finish(begun, answer.ours());
      }
    } finally {
      guard.unlock();
    }
  }

  private LeaseState.@Nullable Extension prepare(long millis) {
    long deadline = lockEngine.clock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
    LeaseState before = shorten(deadline);
    if (before == null) {
      return null;
    }
    longestTtl = Math.max(longestTtl, millis);
    return new LeaseState.Extension(before, deadline, millis, token.next(millis));
  }

  /** The held state, with a deadline that is not after this one; null if the lease has ended. */
  private @Nullable LeaseState shorten(long deadline) {
    while (lease.left() > 0) {
      LeaseState current = lease.state();
      if (current.isHeld()) {
        boolean later = deadline - current.deadline() >= 0;
        LeaseState before = later ? current : lease.move(current, deadline);
        if (before != null) {
          return before;
        }
      }
    }
    return null;
  }

  /** Sends an extension; whether the key held the token. */
  private boolean send(LeaseState.Extension begun) {
    boolean settled = false;
    try {
      LockStore.Extended extended =
          lockEngine.store.extend(
              lease.correlationId(), lease.key(), begun.token(), begun.millis());
      settled = !extended.retried();
      return extended.ours();
    } finally {
      if (!settled) {
        unanswered(begun);
      }
    }
  }

  private void unanswered(LeaseState.Extension begun) {
    token.unanswered(begun.millis());
    lease.keyMayRemain();
  }

  private boolean finish(LeaseState.Extension begun, boolean ours) {
    if (!ours) {
      lease.lose("another holds it, or nobody");
      return false;
    }
    ttl = begun.millis();
    boolean inTime = begun.before().left(lockEngine.clock.getAsLong()) > 0;
    if (inTime && lease.move(begun.before(), begun.deadline()) != null) {
      return true;
    }
    lease.keyMayRemain();
    lease.lose("its time to live was over before it could be extended");
    return false;
  }
}
