package org.pipservices3.redis.examples.recipes;

import java.time.Duration;
import java.util.Optional;
import net.javacrumbs.shedlock.core.AbstractSimpleLock;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * ShedLock's locks as leases of a {@link RedisLock}, which is opened and closed by its owner.
 *
 * <p>The key is the task's name, after the lock's {@code options.key_prefix}. Safe for any number
 * of threads. Failures of Redis are the lock's {@code RedisException}.
 */
public final class RedisLockProvider implements ExtensibleLockProvider {
  private final RedisLock lock;

  public RedisLockProvider(RedisLock lock) {
    this.lock = lock;
  }

  @Override
  public Optional<SimpleLock> lock(LockConfiguration task) {
    return lock.tryLease(/* correlationId= */ null, task.getName(), task.getLockAtMostFor())
        .map(lease -> new TaskLock(task, lease));
  }

  private static final class TaskLock extends AbstractSimpleLock {
    private final LockLease lease;

    TaskLock(LockConfiguration task, LockLease lease) {
      super(task);
      this.lease = lease;
    }

    // shedlock:unlock
    @Override
    protected void doUnlock() {
      Duration rest =
          Duration.between(ClockProvider.now(), lockConfiguration.getLockAtLeastUntil());
      if (rest.isNegative() || rest.isZero()) {
        lease.close();
      } else {
        lease.extend(rest.plusMillis(1)); // Redis counts whole milliseconds
      }
    }

    // end

    @Override
    protected Optional<SimpleLock> doExtend(LockConfiguration task) {
      return lease.extend(task.getLockAtMostFor())
          ? Optional.of(new TaskLock(task, lease))
          : Optional.empty();
    }
  }
}
