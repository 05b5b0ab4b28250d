package org.pipservices3.redis.connect;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
  private final Supplier<SingleUseConnection> opener;
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile @Nullable SingleUseConnection connection; // written by the owner
  private volatile boolean shutDown;
  private int epoch; // owned by the owner

  Link(Supplier<SingleUseConnection> opener) {
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
    try {
      SingleUseConnection open = connection(epoch);
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
      if (completed < batch.size()) {
        drop();
        JedisException told =
            failure == null ? new JedisConnectionException("The connection broke") : failure;
        fail(batch.subList(completed, batch.size()), told);
      }
    }
  }

  /** Closes the socket for good; who owns the link is told by the error. */
  void shutDown() {
    shutDown = true;
    close(connection);
  }

  private static void receive(SingleUseConnection open, Call call) {
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

  private static @Nullable Object[] replies(SingleUseConnection open, int count) {
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

  private SingleUseConnection connection(int currentEpoch) {
    SingleUseConnection open = connection;
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
    SingleUseConnection open = connection;
    connection = null;
    close(open);
  }

  private static void close(@Nullable SingleUseConnection open) {
    if (open != null) {
      open.drop();
    }
  }
}
