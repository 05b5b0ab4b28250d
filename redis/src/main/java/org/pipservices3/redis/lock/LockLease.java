package org.pipservices3.redis.lock;

import java.time.Duration;
import org.pipservices3.redis.RedisException;

/**
 * One acquisition of a lock, as an object that knows how long it still holds the lock.
 *
 * <pre>{@code
 * try (LockLease lease = lock.lease(correlationId, "invoice-17", ofSeconds(30), ofSeconds(5))) {
 *   lease.keepAlive().onLost(worker::cancel);
 *   storage.write(invoice, lease.fencingToken());
 * }
 * }</pre>
 *
 * <p>Redis ends a lease when its time to live is over, even if its holder was only stopped: by a
 * long garbage collection, a suspended machine, a slow network. Checking {@link #isHeld} right
 * before a write does not help, since the stop can come in between. The {@link #fencingToken} does:
 * send it with every write, and let the guarded resource remember the highest token that it has
 * seen and refuse a lower one. For example
 *
 * <pre>{@code
 * UPDATE invoices SET total = ?, fence = ? WHERE id = ? AND fence <= ?
 * }</pre>
 *
 * <p>which updates no row if a later holder has written before. Without such a check, a lock saves
 * double work but does not rule it out. See Martin Kleppmann, <a
 * href="https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html">How to do
 * distributed locking</a>, and Redis's page on <a
 * href="https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/">distributed
 * locks</a>.
 *
 * <p>Safe for any number of threads. A lease belongs to no thread: any may extend or release it,
 * and {@code releaseLock} does not touch it.
 */
public interface LockLease extends AutoCloseable {
  /** The key, as it was given. */
  String key();

  /**
   * A number that is higher than that of every earlier lease of this key, in any process.
   *
   * <p>It is the last one plus 1, or the server's time in microseconds if that is higher. Redis
   * keeps the last one under <code>{key}:fence</code>, until {@code options.fence_timeout} after
   * the last acquisition or renewal. If it has expired or Redis has lost it (flushed, evicted,
   * restarted without persistence, replaced by a replica that lagged), tokens go on rising on one
   * condition: the clocks of the servers of the last and the next token differ by less than the
   * time between the two leases. For one server: its clock was not set back by more than that.
   * Acquisitions by {@code acquireLock} or by other languages' modules get no token.
   */
  long fencingToken();

  /**
   * The time for which the lease is surely held; zero when it is over, and then for ever.
   *
   * <p>It is counted by the monotonic clock of this machine from before the request was sent, so it
   * ends here before it ends in Redis. Sends no command: a foreign {@code DEL} is noticed by the
   * next {@link #extend} or renewal.
   */
  Duration remaining();

  /** Whether {@link #remaining} is more than zero. */
  boolean isHeld();

  /**
   * Gives the lease this time to live, counted from now. It may be shorter than the time left.
   *
   * @return false if the lease was lost or released: it never revives
   * @throws RedisException WRONG_TTL for less than a millisecond, UNCONFIRMED if fewer replicas
   *     than {@code options.min_replicas} have confirmed it, or any failure of Redis; then the
   *     lease ends at its old or its new end, whichever is first
   */
  boolean extend(Duration ttl);

  /**
   * Renews the lease in the background until it is released or lost, whenever a third of its time
   * to live is over. A renewal that fails or gets no answer is retried over another connection
   * until the lease ends. Renewals to one server are sent together, and wait for no other server.
   *
   * <p>Work that hangs keeps its lock for as long as this process lives.
   *
   * @return this lease
   */
  LockLease keepAlive();

  /**
   * Runs an action if the lease is lost: its time is over, another client removed or overwrote the
   * key, or the component was closed. It runs once, on a background thread, at the latest when the
   * lease's time is over; at once if the lease was lost before; never if it was released or closed.
   * At most 32 actions of a component run at the same time; others wait for one to end, which is
   * logged. May be called several times, with several actions.
   *
   * @return this lease
   */
  LockLease onLost(Runnable action);

  /**
   * Releases the lock, so that others need not wait for its end.
   *
   * @return true if the key still held this lease, so that nobody else held the lock meanwhile;
   *     after a lost reply this is assumed
   * @throws RedisException if Redis refused or did not confirm it. The lease is over all the same,
   *     and the release is retried in the background until it succeeds or the ttl is over
   */
  boolean release();

  /** Releases the lock like {@link #release}, but logs a failure instead of throwing it. */
  @Override
  void close();
}
