package org.pipservices3.redis.lock;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;

/**
 * The renewal of one lease, repeated until the lease has ended.
 *
 * <p>It is due when a third of the time to live is over. An attempt without an answer ends after a
 * third of the lease's remaining time (at least {@value #SHORTEST_ATTEMPT} ms, at most the command
 * timeout), and the next follows at once over another connection. So there is time for several.
 * After an error it is tried again within half a second.
 *
 * <p>Any thread may plan it. The timer submits it, and its server's lane runs it. {@code begun}
 * belongs to the thread that sends it, which holds that lock; {@code retries} and {@code redirects}
 * to the holder of the lease's lock for extensions.
 */
final class Renewal implements Lanes.Task {
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LATEST = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long BRIEF = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int SHORTEST_ATTEMPT = 50;
  private static final int SHARE = 3;
  private static final int MAX_REDIRECTS = 5;

  private final Lease lease;
  private final LeaseExtension extension;
  private final LockEngine lockEngine;
  private final Alarm due;
  private final AtomicBoolean queued = new AtomicBoolean();
  private LeaseState.@Nullable Extension begun;
  private volatile int retries;
  private int redirects;

  Renewal(Lease lease, LeaseExtension extension, LockEngine lockEngine) {
    this.lease = lease;
    this.extension = extension;
    this.lockEngine = lockEngine;
    this.due = new Alarm(lockEngine.keeper, this::submit);
  }

  /** Sets the time of the next renewal from the time that the lease has left. */
  void plan() {
    long left = lease.left();
    if (left > 0) {
      due.set(
          retries > 0
              ? Math.min(
                  ThreadLocalRandom.current().nextLong(SOON, LATEST), Math.max(BRIEF, left / 4))
              : Math.min(extension.ttl() / 3, left / 2));
    }
  }

  void cancel() {
    due.cancel();
  }

  @Override
  public String key() {
    return lease.key();
  }

  @Override
  public int timeout() {
    long left = lease.left(lockEngine.clock.getAsLong());
    long share = TimeUnit.NANOSECONDS.toMillis(left / SHARE);
    int most = lockEngine.store.commandTimeout();
    return (int) Math.min(most, Math.max(SHORTEST_ATTEMPT, share));
  }

  @Override
  public LockStore.@Nullable Ask ask() {
    queued.set(false);
    LeaseState.Extension next = extension.begin();
    if (next == null) {
      return null;
    }
    begun = next;
    return new LockStore.Ask(
        lease.correlationId(), lease.key(), next.token(), next.millis(), retries > 0);
  }

  @Override
  public void answered(LockStore.Answer answer) {
    LeaseState.Extension sent = begun;
    begun = null;
    if (sent == null) {
      return;
    }
    RedisException failure = answer.failure();
    boolean atOnce = answer.elsewhere() && redirects++ < MAX_REDIRECTS;
    if (failure == null && !answer.elsewhere()) {
      retries = 0;
      redirects = 0;
    } else if (failure != null && isFirstFailure()) {
      lockEngine.metrics.renewalFailed(lease.correlationId(), lease.key(), failure);
    }
    atOnce |= failure != null && failure.code().equals("TIMEOUT");
    extension.end(sent, answer);
    if (atOnce && lease.isHeld()) {
      submit();
    } else {
      plan();
    }
  }

  private boolean isFirstFailure() {
    int before = retries;
    retries = before + 1;
    return before == 0;
  }

  private void submit() {
    if (queued.compareAndSet(false, true)) {
      lockEngine.lanes.submit(this);
    }
  }
}
