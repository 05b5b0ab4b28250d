package org.pipservices3.redis.internal.tracking;

import java.net.SocketTimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The replies to commands that were sent together over a {@link TrackingConnection}, filled by the
 * thread that reads, in the order in which they were sent.
 */
final class Reply {
  private final boolean probe;
  private final boolean reader;
  private final Runnable onComplete;
  private final long asked = System.nanoTime();
  private final @Nullable Object[] results;
  private int filled; // the reader's
  private @Nullable JedisConnectionException loss;
  private volatile @Nullable Thread waiter;
  private volatile boolean complete; // written after all of the above

  private Reply(@Nullable Thread waiter, int commands, boolean reader, Runnable onComplete) {
    this.waiter = waiter;
    this.probe = waiter == null;
    this.results = new @Nullable Object[commands];
    this.reader = reader;
    this.onComplete = onComplete;
  }

  /**
   * A reply to commands that the calling thread is about to send and will wait for.
   *
   * @param reader whether it may read from the socket itself
   * @param onComplete run by the thread that reads, before the waiter wakes
   */
  static Reply to(int commands, boolean reader, Runnable onComplete) {
    return new Reply(Thread.currentThread(), commands, reader, onComplete);
  }

  /** A reply that only proves that the server answers: nobody waits for it. */
  static Reply toProbe() {
    return new Reply(null, 1, /* reader= */ false, TrackingConnection.NOTHING);
  }

  boolean isProbe() {
    return probe;
  }

  boolean isReader() {
    return reader;
  }

  /** A time before the commands were sent, by {@link System#nanoTime}. */
  long asked() {
    return asked;
  }

  boolean isComplete() {
    return complete;
  }

  /** Takes the next result, an error of Redis as the exception; true if it was the last. */
  boolean fill(@Nullable Object result) {
    results[filled++] = result;
    if (filled < results.length) {
      return false;
    }
    complete();
    return true;
  }

  /** Ends the wait, since the rest will not come. */
  void fail(JedisConnectionException cause) {
    loss = cause;
    complete();
  }

  private void complete() {
    onComplete.run();
    complete = true;
    Thread sleeper = waiter;
    if (sleeper != Thread.currentThread()) {
      LockSupport.unpark(sleeper);
    }
  }

  /** Wakes the waiter, if there is one. */
  void wake() {
    LockSupport.unpark(waiter);
  }

  /** Wakes the waiter to read; false if there is none that may. */
  boolean wakeReader() {
    Thread sleeper = waiter;
    if (!reader || sleeper == null) {
      return false;
    }
    LockSupport.unpark(sleeper);
    return true;
  }

  /** Ends the wait; throws if it timed out. */
  void leave() {
    waiter = null;
    if (!complete) {
      throw new JedisConnectionException("No reply in time", new SocketTimeoutException());
    }
  }

  /** The results in order, Redis's errors among them; throws why the connection was lost. */
  @Nullable Object[] outcomes() {
    if (loss != null) {
      throw loss;
    }
    return results;
  }

  /** The results in order; throws the first error among them, or why the connection was lost. */
  @Nullable Object[] results() {
    for (Object result : outcomes()) {
      if (result instanceof JedisDataException error) {
        throw error;
      }
    }
    return results;
  }
}
