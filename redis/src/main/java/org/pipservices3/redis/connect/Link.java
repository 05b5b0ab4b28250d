package org.pipservices3.redis.connect;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection that sends batches, opened when it is first needed and again after it broke.
 *
 * <p>Whoever {@link #tryTake takes} a link owns it until {@link #release}; only {@link #shutDown}
 * comes from other threads.
 */
final class Link {

  /** What it asks of a connection, whose errors are a {@code JedisException} each. */
  interface Wire {
    void sendCommand(CommandArguments command);

    /** Sends what was written. */
    void flush();

    /**
     * Looks for a reply again and again without sleeping, until some of it is there, the time is
     * over or the caller is no longer alone.
     */
    void look(long nanos, BooleanSupplier alone);

    /** Waits for the next reply, and returns it or throws what Redis answers instead. */
    @Nullable Object getUnflushedObject();

    /** Closes it at once; also from other threads. */
    void drop();
  }

  private final Supplier<? extends Wire> opener;
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile @Nullable Wire connection; // written by the owner
  private volatile List<Call> running = List.of(); // written by the owner, then not changed
  private volatile boolean shutDown;
  private int epoch; // owned by the owner

  Link(Supplier<? extends Wire> opener) {
    this.opener = opener;
  }

  boolean tryTake() {
    return !taken.get() && taken.compareAndSet(false, true);
  }

  void release() {
    taken.set(false);
  }

  /**
   * Sends the calls as one pipeline and completes every one of them with its own reply or error.
   *
   * @param epoch a connection that was opened in an earlier epoch is replaced first
   * @param look how long to look for the first reply before sleeping, in nanoseconds
   * @param alone whether there is still reason to look
   */
  void run(List<Call> batch, int epoch, long look, BooleanSupplier alone) {
    JedisException failure = null;
    int completed = 0;
    running = batch;
    try {
      Wire open = connection(epoch);
      for (Call call : batch) {
        call.markSent();
        open.sendCommand(call.command());
        call.following().forEach(open::sendCommand);
      }
      open.flush();
      open.look(look, alone);
      for (; completed < batch.size(); completed++) {
        receive(open, batch.get(completed));
      }
    } catch (JedisException e) {
      failure = e;
    } finally {
      running = List.of();
      if (completed < batch.size()) {
        drop();
        JedisException told =
            failure == null ? new JedisConnectionException("The connection broke") : failure;
        fail(batch.subList(completed, batch.size()), told);
      }
    }
  }

  /** The calls that it is sending or has sent, without those that wait. */
  List<Call> running() {
    return running;
  }

  /** Closes the socket for good; who owns the link is told by the error. */
  void shutDown() {
    shutDown = true;
    close(connection);
  }

  private static void receive(Wire open, Call call) {
    if (!call.following().isEmpty()) {
      call.complete(replies(open, 1 + call.following().size()), null);
      return;
    }
    try {
      call.complete(open.getUnflushedObject(), null);
    } catch (JedisDataException answer) {
      call.complete(null, answer);
    }
  }

  private static @Nullable Object[] replies(Wire open, int count) {
    @Nullable Object[] replies = new Object[count];
    for (int i = 0; i < count; i++) {
      try {
        replies[i] = open.getUnflushedObject();
      } catch (JedisDataException answer) {
        replies[i] = answer;
      }
    }
    return replies;
  }

  private static void fail(List<Call> calls, JedisException error) {
    for (Call call : calls) {
      call.complete(null, error);
    }
  }

  private Wire connection(int currentEpoch) {
    Wire open = connection;
    if (open != null && epoch == currentEpoch) {
      return open;
    }
    drop();
    open = opener.get();
    connection = open;
    epoch = currentEpoch;
    if (shutDown) {
      drop();
      throw new JedisConnectionException("The connection was closed");
    }
    return open;
  }

  private void drop() {
    Wire open = connection;
    connection = null;
    close(open);
  }

  private static void close(@Nullable Wire open) {
    if (open != null) {
      open.drop();
    }
  }
}
