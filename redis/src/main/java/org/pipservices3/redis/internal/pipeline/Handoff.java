package org.pipservices3.redis.internal.pipeline;

import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * How a call passes from its caller, which waits here, to the thread that sends it, and back.
 *
 * <p>A queued call goes one of three ways. A leader takes it into a batch and sets the outcome. Or
 * its caller is granted a connection and leads (never if it {@link Call#isLed is led}). Or its
 * caller withdraws it after the timeout.
 *
 * <p>Each step is one atomic change of the state, and the thread that made the change does the next
 * step. Reply, error and connection are written before the change and read after it. To wake a
 * thread costs more than all the rest, so only a caller that sleeps is woken: it sets {@code
 * asleep} before it reads the state for the last time, and the other thread changes the state
 * before it reads {@code asleep}.
 */
abstract sealed class Handoff permits Call {
  private enum State {
    /** In the queue, or not yet anywhere. */
    QUEUED,
    /** In a batch: it may run; back to the queue if that cannot be sent. */
    TAKEN,
    /** Its caller owns a connection and is to send for all. */
    LEADING,
    /** The reply or the error is there. */
    DONE,
    /** The caller left before the call was in a batch: it does not run. */
    WITHDRAWN,
    /** The caller left while the call was in a batch: it may run. */
    ABANDONED
  }

  private static final AtomicReferenceFieldUpdater<Handoff, State> STATE =
      AtomicReferenceFieldUpdater.newUpdater(Handoff.class, State.class, "state");

  private final Thread caller = Thread.currentThread();
  private volatile State state = State.QUEUED;
  private volatile boolean asleep;
  private volatile boolean sent;
  private long since; // written before asleep
  private @Nullable Object reply;
  private @Nullable JedisException error;
  private @Nullable PipelinedConnection connection;

  /** Whether the command may have reached the server. */
  public boolean mayHaveRun() {
    return sent || state == State.ABANDONED;
  }

  /** Takes the call into a batch; false if it is no longer queued. */
  boolean take() {
    return STATE.compareAndSet(this, State.QUEUED, State.TAKEN);
  }

  /** Notes on the leader's thread that the command is about to be written. */
  void markSent() {
    sent = true;
  }

  /** Makes the caller the leader of a connection; false if the call is no longer queued. */
  boolean grant(PipelinedConnection connection) {
    this.connection = connection;
    boolean granted = STATE.compareAndSet(this, State.QUEUED, State.LEADING);
    if (granted) {
      wake();
    }
    return granted;
  }

  /** Queues the call again before anything was sent; false if the caller has left. */
  boolean putBack() {
    return STATE.compareAndSet(this, State.TAKEN, State.QUEUED)
        || STATE.compareAndSet(this, State.LEADING, State.QUEUED);
  }

  /** Sets the outcome and wakes the caller. */
  void complete(@Nullable Object reply, @Nullable JedisException error) {
    setOutcome(reply, error);
    wake();
  }

  /** Sets the outcome; {@link #wake} must follow. */
  void setOutcome(@Nullable Object reply, @Nullable JedisException error) {
    this.reply = reply;
    this.error = error;
    State before = state;
    while (!isGone(before) && !STATE.compareAndSet(this, before, State.DONE)) {
      before = state;
    }
  }

  /** Wakes the caller if it sleeps. */
  void wake() {
    if (asleep) {
      LockSupport.unpark(caller);
    }
  }

  boolean isDone() {
    return state == State.DONE;
  }

  /** Whether its caller does not wait any more. */
  boolean isGone() {
    return isGone(state);
  }

  /** Whether there is neither an outcome nor a connection to lead so far. */
  boolean isUnsettled() {
    return isUnsettled(state);
  }

  /** Ends the wait of a caller that has slept for that long. */
  void expire(long now, long timeoutNanos) {
    if (asleep && now - since >= timeoutNanos && withdraw()) {
      LockSupport.unpark(caller);
    }
  }

  /**
   * Waits for the outcome or a connection to lead.
   *
   * @param timeoutNanos {@code Long.MAX_VALUE} to rely on {@link #expire}
   * @return the connection to lead, or null if the outcome is there
   * @throws JedisConnectionException if neither came in time
   */
  @Nullable PipelinedConnection await(long timeoutNanos) {
    if (isUnsettled(state)) {
      sleep(timeoutNanos);
    }
    if (isGone(state)) {
      throw late();
    }
    return state == State.LEADING ? connection : null;
  }

  private void sleep(long timeoutNanos) {
    boolean interrupted = false;
    since = System.nanoTime();
    asleep = true;
    while (isUnsettled(state)) {
      if (timeoutNanos == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        long left = timeoutNanos - (System.nanoTime() - since);
        if (left > 0) {
          LockSupport.parkNanos(this, left);
        } else {
          withdraw();
        }
      }
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean withdraw() {
    return STATE.compareAndSet(this, State.QUEUED, State.WITHDRAWN)
        || STATE.compareAndSet(this, State.TAKEN, State.ABANDONED);
  }

  /** The error of a caller whose time is over. */
  static JedisConnectionException late() {
    return new JedisConnectionException("No reply in time", new SocketTimeoutException());
  }

  /** Whether the calling thread, its caller, has slept for that long. */
  boolean hasSlept(long nanos) {
    return asleep && System.nanoTime() - since >= nanos;
  }

  private static boolean isUnsettled(State state) {
    return state == State.QUEUED || state == State.TAKEN;
  }

  private static boolean isGone(State state) {
    return state == State.WITHDRAWN || state == State.ABANDONED;
  }

  /** The reply; throws the error if there is one. */
  @Nullable Object result() {
    if (error != null) {
      throw error;
    }
    return reply;
  }
}
