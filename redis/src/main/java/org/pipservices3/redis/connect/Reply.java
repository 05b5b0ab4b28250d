package org.pipservices3.redis.connect;

import java.net.SocketTimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * A reply that a {@link TrackingLink} waits for: completed by the thread that reads, in the order
 * in which replies were asked for, so that who wants several waits for the last of them only.
 */
final class Reply {
  private final boolean probe;
  private final boolean reader;
  private final Runnable onReply;
  private final long sent = System.nanoTime();
  private volatile @Nullable Thread waiter;
  private @Nullable Object result;
  private @Nullable RuntimeException error;
  private volatile boolean complete;

  /**
   * Creates a reply whose command is about to be sent.
   *
   * @param waiter who waits for it, if anybody
   * @param probe whether it was only asked for to see that the server answers
   * @param reader whether the waiter may read from the socket
   * @param onReply run by the thread that reads, before the waiter wakes
   */
  Reply(@Nullable Thread waiter, boolean probe, boolean reader, Runnable onReply) {
    this.waiter = waiter;
    this.probe = probe;
    this.reader = reader;
    this.onReply = onReply;
  }

  boolean isProbe() {
    return probe;
  }

  boolean isReader() {
    return reader;
  }

  /** The time at which it was asked for, by {@link System#nanoTime}. */
  long sent() {
    return sent;
  }

  boolean isComplete() {
    return complete;
  }

  void complete(@Nullable Object result, @Nullable RuntimeException error) {
    this.result = result;
    this.error = error;
    onReply.run();
    complete = true;
    Thread sleeper = waiter;
    if (sleeper != Thread.currentThread()) {
      LockSupport.unpark(sleeper);
    }
  }

  /** Wakes the waiter to take its turn at reading; false if there is none that would. */
  boolean wakeReader() {
    Thread sleeper = waiter;
    if (!reader || sleeper == null) {
      return false;
    }
    LockSupport.unpark(sleeper);
    return true;
  }

  /** Ends the wait; throws if that was in vain. */
  void leave() {
    waiter = null;
    if (!complete) {
      throw new JedisConnectionException("No reply in time", new SocketTimeoutException());
    }
  }

  @Nullable Object result() {
    if (error != null) {
      throw error;
    }
    return result;
  }
}
