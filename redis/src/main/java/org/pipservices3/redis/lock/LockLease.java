package org.pipservices3.redis.lock;

import java.time.Duration;
import org.pipservices3.redis.RedisException;

/**
 * One acquisition of a lock, as an object that knows how long it is still ours.
 *
 * <pre>{@code
 * try (LockLease lease = lock.lease(correlationId, "invoice-17", ofSeconds(30), ofSeconds(5))) {
 *   lease.keepAlive().onLost(worker::cancel);
 *   storage.write(invoice, lease.fencingToken());
 * }
 * }</pre>
 *
 * <p>Redis ends a lease when its time to live is over, whether its holder has finished or was
 * merely stopped: by a long garbage collection, a suspended machine, a network that delays its
 * packets. A check of {@link #isHeld} right before a write does not help, for the stop can come in
 * between. What helps is the {@link #fencingToken}: send it with every write, and let the guarded
 * resource remember the highest that it has seen and refuse a lower one. For example
 *
 * <pre>{@code
 * UPDATE invoices SET total = ?, fence = ? WHERE id = ? AND fence <= ?
 * }</pre>
 *
 * <p>and no updated row means that a later holder was there before. A lock whose resource does not
 * check is a good way to save double work and no guarantee against it. See Martin Kleppmann, <a
 * href="https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html">How to do
 * distributed locking</a>, and Redis's own page on <a
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
   * <p>Redis counts it under <code>{key}:fence</code>, which never expires. It starts again from 1
   * if Redis loses that key: flushed, evicted, restarted without persistence, or replaced by a
   * replica that had not heard of the last acquisitions. Acquisitions by {@code acquireLock} or by
   * other languages' modules do not count.
   */
  long fencingToken();

  /**
   * How long the lease is still surely ours; zero when it is over.
   *
   * <p>By the monotonic clock of this machine, counted from before the request was sent, so it ends
   * here before it ends in Redis. Once zero, it stays zero. Asks nobody: a foreign {@code DEL} is
   * noticed by the next {@link #extend} or renewal.
   */
  Duration remaining();

  /** Whether {@link #remaining} is more than zero. */
  boolean isHeld();

  /**
   * Gives the lease this time to live, counted from now. It may be shorter than what is left.
   *
   * @return false if the lease was lost or released: it never revives
   * @throws RedisException if the time is less than a millisecond (WRONG_TTL), or if Redis did not
   *     confirm; then the lease goes on until its old end or the new one, whichever is first
   */
  boolean extend(Duration ttl);

  /**
   * Has the lease renewed in the background, whenever a third of its time to live is over, until it
   * is released or lost. A renewal that fails is tried again until the lease's end.
   *
   * <p>Beware of work that hangs: it keeps its lock for as long as this process lives.
   *
   * @return this lease
   */
  LockLease keepAlive();

  /**
   * Has an action run if the lease is lost: its time is over, somebody removed or overwrote the
   * key, or the component was closed. It runs once, on a thread of its own, at the latest when the
   * lease's time is over; at once if that has happened already; never if the lease was released or
   * closed before. May be called several times with several actions.
   *
   * @return this lease
   */
  LockLease onLost(Runnable action);

  /**
   * Gives the lock back, so that others need not wait for its end.
   *
   * @return true if it was still ours, so nobody else can have held the lock meanwhile; after a
   *     lost reply this is assumed
   * @throws RedisException if Redis did not confirm. The lease is over all the same, and giving the
   *     lock back is tried again in the background until its end
   */
  boolean release();

  /** Gives the lock back like {@link #release}, but never throws: a failure is logged. */
  @Override
  void close();
}
