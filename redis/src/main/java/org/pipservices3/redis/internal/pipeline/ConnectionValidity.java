package org.pipservices3.redis.internal.pipeline;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.pipservices3.redis.internal.errors.Errors;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Which of the connections to one server may be used as they are, and which must be opened anew.
 *
 * <p>After one was lost the others may be lost, too: the server may have restarted, or the network
 * may have forgotten all of them. Those that have answered since are known to work. So a connection
 * is opened anew if its latest reply is older than the loss; and after a timeout, if it is older
 * than the command that was not answered. Then a network that silently drops idle connections costs
 * one caller its time, not one for each connection.
 *
 * <p>A former master still answers, but its connections are of no use if another has taken its
 * address: then no connection that was opened before may be used again.
 *
 * <p>Safe for any number of threads. Both rules are read before each use, so each is one volatile.
 */
public final class ConnectionValidity {
  private final Runnable onLoss;
  private final AtomicInteger epoch = new AtomicInteger();
  private final AtomicLong silentSince = new AtomicLong(System.nanoTime());

  /** Runs {@code onLoss}, which must not wait, whenever a connection in use was lost. */
  public ConnectionValidity(Runnable onLoss) {
    this.onLoss = onLoss;
  }

  /** How often {@link #distrust} was called. */
  public int epoch() {
    return epoch.get();
  }

  /** Invalidates every connection that is open now. */
  public void distrust() {
    epoch.incrementAndGet();
  }

  /**
   * Invalidates the connections that have not answered since one was lost.
   *
   * @param sent when the command was sent that got no reply
   * @param idle whether it was not in use before, as one that the server or the network closed
   */
  void lost(long sent, boolean idle, JedisException failure) {
    long since = Errors.isTimeout(failure) ? sent : System.nanoTime();
    silentSince.accumulateAndGet(since, (known, next) -> next - known > 0 ? next : known);
    if (!idle) {
      onLoss.run();
    }
  }

  /**
   * Whether a connection may be used as it is.
   *
   * @param opened the epoch in which it was opened
   * @param proved when the latest command was sent to which it got a reply
   */
  boolean allows(int opened, long proved) {
    return opened == epoch.get() && proved - silentSince.get() >= 0;
  }
}
