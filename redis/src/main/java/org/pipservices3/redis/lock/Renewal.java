package org.pipservices3.redis.lock;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Renews one lease, until that has ended.
 *
 * <p>The next renewal is due when a third of the time to live is over, so that two may fail before
 * the lease is lost; after a failure it is tried again soon. Planned by any thread, kicked by the
 * timer, run on the keeper's I/O thread, which alone owns {@code failing}.
 */
final class Renewal {
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LATEST = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long BRIEF = TimeUnit.MILLISECONDS.toNanos(10);

  private final Lease lease;
  private final Journal journal;
  private final Alarm due;
  private volatile boolean failing;

  Renewal(Lease lease, LeaseKeeper keeper, Journal journal) {
    this.lease = lease;
    this.journal = journal;
    this.due = new Alarm(keeper, () -> keeper.io(this::run));
  }

  /** Sets the time of the next renewal by what the lease has left now. */
  void plan() {
    long left = lease.left();
    if (left > 0) {
      due.set(
          failing
              ? Math.min(
                  ThreadLocalRandom.current().nextLong(SOON, LATEST), Math.max(BRIEF, left / 4))
              : Math.min(lease.ttl() / 3, left / 2));
    }
  }

  void off() {
    due.off();
  }

  private void run() {
    try {
      lease.renew();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        failing = true;
        journal.renewalFails(lease.correlationId(), lease.key(), e);
      }
    }
    plan();
  }
}
