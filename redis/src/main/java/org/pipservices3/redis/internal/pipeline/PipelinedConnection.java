package org.pipservices3.redis.internal.pipeline;

import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.wire.OversizedReply;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection that sends batches, opened when it is first needed and again after it was lost.
 *
 * <p>{@link #prepare} opens it anew if {@link ConnectionValidity} does not allow it. Servers and
 * the network in between close idle connections: so one that was idle for a while must answer
 * first, if the batch has a command that could not be sent again. That costs such a command a round
 * trip, and others nothing.
 *
 * <p>Longer than others, since opening, sending and closing share one state.
 *
 * <p>Whoever {@link #tryTake takes} it owns it until {@link #release}; only {@link #shutDown} and
 * {@link #isOpen} come from other threads.
 */
final class PipelinedConnection {
  /** A connection that answered a shorter time ago is taken to work. */
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How long an idle connection may take to answer before it is opened anew. */
  private static final int PROOF_MILLIS = 500;

  private final Supplier<? extends Wire> opener;
  private final ConnectionValidity validity;
  private final ReplySizes sizes;
  private final Runnable onBusy;
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile @Nullable Wire connection; // written by the owner
  private volatile List<Call> running = List.of(); // written by the owner, then not changed
  private volatile boolean shutDown;
  private volatile boolean busy; // written by the owner
  private int opened; // in which epoch; this and what follows is owned by the owner
  private long proved; // when what was answered last was sent
  private int completed;

  /** Creates it closed; its owner runs {@code onBusy} when it becomes {@link #isBusy busy}. */
  PipelinedConnection(
      Supplier<? extends Wire> opener,
      ConnectionValidity validity,
      ReplySizes sizes,
      Runnable onBusy) {
    this.opener = opener;
    this.validity = validity;
    this.sizes = sizes;
    this.onBusy = onBusy;
  }

  /** Whether a large reply is coming, for which others should not wait. */
  boolean isBusy() {
    return busy;
  }

  /** Whether it is open, as far as that is known. */
  boolean isOpen() {
    return connection != null;
  }

  boolean tryTake() {
    return !taken.get() && taken.compareAndSet(false, true);
  }

  void release() {
    taken.set(false);
  }

  /**
   * Makes the connection ready for this batch; {@link #run} must follow.
   *
   * @param now the time by {@link System#nanoTime}
   * @return why it could not be opened, so that nothing was sent; null if it is ready
   */
  @Nullable JedisException prepare(List<Call> batch, long now) {
    running = batch;
    try {
      if (!isReady(batch, now)) {
        drop();
        open();
      }
      return null;
    } catch (JedisException e) {
      running = List.of();
      return e;
    } catch (RuntimeException | Error e) {
      fail(batch, new JedisConnectionException("The connection could not be opened"));
      throw e;
    }
  }

  /**
   * Sends the calls as one pipeline and completes each with its own reply or error. Only the caller
   * of the last still has to be woken, when the connection is free.
   *
   * @param start the time by {@link System#nanoTime}
   * @param spin how long to poll for the first reply before sleeping, in nanoseconds
   * @param alone whether there is still reason to poll
   */
  void run(List<Call> batch, long start, long spin, BooleanSupplier alone) {
    completed = 0;
    Wire open = Objects.requireNonNull(connection);
    try {
      for (Call call : batch) {
        send(open, call);
      }
      open.flush();
      open.spin(spin, alone);
      for (Call call : batch) {
        receive(open, call);
        if (completed < batch.size()) {
          call.wake();
        }
      }
      proved = start - proved > 0 ? start : proved;
    } catch (JedisException e) {
      lose(batch, start, e);
    } catch (RuntimeException | Error e) {
      lose(batch, start, new JedisConnectionException("The connection broke", e));
      throw e;
    } finally {
      running = List.of();
    }
  }

  private void lose(List<Call> batch, long start, JedisException failure) {
    drop();
    validity.lost(start, /* idle= */ start - proved >= IDLE_NANOS, failure);
    fail(batch.subList(completed, batch.size()), failure);
  }

  void dropAbandoned() {
    Wire open = connection; // before the calls: a later batch has another one
    List<Call> batch = running;
    if (!batch.isEmpty() && batch.stream().allMatch(Call::isGone)) {
      close(open);
    }
  }

  /** Ends the waits for the batch that is under way, of callers that sleep without a timer. */
  void expire(long now, long timeoutNanos) {
    running.forEach(call -> call.expire(now, timeoutNanos));
  }

  /** Closes the socket for good: the owner gets an error. */
  void shutDown() {
    shutDown = true;
    close(connection);
  }

  private void send(Wire open, Call call) {
    sizes.sending(call);
    call.markSent();
    open.sendCommand(call.command());
    call.following().forEach(open::sendCommand);
  }

  private void receive(Wire open, Call call) {
    try {
      if (!call.following().isEmpty()) {
        receiveAll(open, call);
      } else {
        Object reply = open.getUnflushedObject();
        sizes.received(call, reply);
        call.setOutcome(reply, null);
      }
    } catch (JedisDataException answer) {
      call.setOutcome(null, answer);
    } catch (OversizedReply reply) {
      sizes.note(call.keyHash(), reply.size());
      call.complete(null, reply.answer());
      completed++;
      throw unread();
    } finally {
      if (busy) {
        busy = false;
      }
    }
    completed++;
  }

  /** Of a call of several, one that is too large to be read costs only those behind it. */
  private void receiveAll(Wire open, Call call) {
    @Nullable Object[] replies = new Object[1 + call.following().size()];
    for (int i = 0; i < replies.length; i++) {
      try {
        replies[i] = open.getUnflushedObject();
      } catch (JedisDataException answer) {
        replies[i] = answer;
      } catch (OversizedReply reply) {
        CommandArguments command = i == 0 ? call.command() : call.following().get(i - 1);
        sizes.note(ReplySizes.hash(command), reply.size());
        replies[i] = reply.answer();
        Arrays.fill(replies, i + 1, replies.length, unread());
        call.complete(replies, null);
        completed++;
        throw unread();
      }
    }
    call.setOutcome(replies, null);
  }

  private static JedisConnectionException unread() {
    return new JedisConnectionException(
        "A reply before was too large to be read", new SocketTimeoutException());
  }

  private static void fail(List<Call> calls, JedisException error) {
    calls.forEach(call -> call.complete(null, error));
  }

  private boolean isReady(List<Call> batch, long now) {
    Wire open = connection;
    if (open == null || !validity.allows(opened, proved)) {
      return false;
    }
    if (now - proved < IDLE_NANOS || batch.stream().allMatch(Call::mayRunAgain)) {
      return true;
    }
    if (open.answers(PROOF_MILLIS)) {
      proved = now;
      return true;
    }
    validity.lost(
        now, /* idle= */ true, new JedisConnectionException("An idle connection was lost"));
    return false;
  }

  private void open() {
    opened = validity.epoch();
    proved = System.nanoTime();
    Wire fresh = opener.get();
    fresh.onLarge(
        () -> {
          busy = true;
          onBusy.run();
        });
    connection = fresh;
    if (shutDown) {
      drop();
      throw new JedisConnectionException("The connection was closed");
    }
  }

  private void drop() {
    close(connection);
    connection = null;
  }

  private static void close(@Nullable Wire open) {
    if (open != null) {
      open.drop();
    }
  }
}
