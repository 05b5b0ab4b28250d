package org.pipservices3.redis.connect;

import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One attempt to run a command: the place where the caller waits and where the thread that sends
 * for it leaves the reply.
 *
 * <p>A queued call is either taken into a batch by a leader, or granted a link and told to lead, or
 * withdrawn by its own caller whose time is up. The state says which, and whoever moves it on owns
 * the next step; result, error and link are written before the move and read after it. Waking a
 * thread costs more than all the rest, so only one that has really gone to sleep is woken: it says
 * so before it looks at the state for the last time, and whoever moves the state on looks after.
 */
final class Call {
  private enum State {
    /** In the queue, or not yet anywhere. */
    QUEUED,
    /** In a batch: it may run. */
    TAKEN,
    /** Its caller holds a link and is to send for all. */
    LEADING,
    /** The reply or the error is there. */
    DONE,
    /** The caller has gone before anybody took it: it does not run. */
    WITHDRAWN,
    /** The caller has gone while it was in a batch: it may run. */
    ABANDONED
  }

  private static final AtomicReferenceFieldUpdater<Call, State> STATE =
      AtomicReferenceFieldUpdater.newUpdater(Call.class, State.class, "state");

  private final CommandArguments command;
  private final List<CommandArguments> following;
  private final int size;
  private final boolean wakesOthers;
  private final Thread caller = Thread.currentThread();
  private volatile State state = State.QUEUED;
  private volatile boolean asleep;
  private volatile boolean sent;
  private long since; // written before asleep
  private @Nullable Object reply;
  private @Nullable JedisException error;
  private @Nullable Link link;

  Call(CommandArguments command) {
    this(command, List.of(), /* wakesOthers= */ false);
  }

  /**
   * A call of several commands that go over one connection, one right behind the other. Its result
   * is an array of their replies, in which an error of Redis is the {@code JedisDataException}.
   *
   * @param wakesOthers whether others are likely to wait for what it does
   */
  Call(CommandArguments command, List<CommandArguments> following, boolean wakesOthers) {
    this.command = command;
    this.following = following;
    this.wakesOthers = wakesOthers;
    int bytes = size(command);
    for (CommandArguments next : following) {
      bytes += size(next);
    }
    this.size = bytes;
  }

  CommandArguments command() {
    return command;
  }

  /** The other commands of a call of several. */
  List<CommandArguments> following() {
    return following;
  }

  /** How many bytes the arguments have. */
  int size() {
    return size;
  }

  /** Whether others are likely to wait for what it does: they want the processors at once. */
  boolean wakesOthers() {
    return wakesOthers;
  }

  private static int size(CommandArguments command) {
    int size = 0;
    for (int i = 0; i < command.size(); i++) {
      size += command.get(i).getRaw().length;
    }
    return size;
  }

  /** Whether the command may have reached the server. */
  boolean mayHaveRun() {
    return sent || state == State.ABANDONED;
  }

  /** Takes the call into a batch; false if it is no longer waiting. */
  boolean take() {
    return STATE.compareAndSet(this, State.QUEUED, State.TAKEN);
  }

  /** Notes that the command is about to be written, on the thread that leads. */
  void markSent() {
    sent = true;
  }

  /** Makes the caller the leader of a link; false if it is no longer waiting. */
  boolean grant(Link link) {
    this.link = link;
    boolean granted = STATE.compareAndSet(this, State.QUEUED, State.LEADING);
    if (granted && asleep) {
      LockSupport.unpark(caller);
    }
    return granted;
  }

  /** Leaves the outcome and wakes the caller. */
  void complete(@Nullable Object reply, @Nullable JedisException error) {
    this.reply = reply;
    this.error = error;
    State before = state;
    while (!isGone(before) && !STATE.compareAndSet(this, before, State.DONE)) {
      before = state;
    }
    if (before == State.TAKEN && asleep) {
      LockSupport.unpark(caller);
    }
  }

  /**
   * Waits for the outcome or the lead.
   *
   * @return the link to lead, or null if the outcome is there
   * @throws JedisConnectionException if neither came in time
   */
  @Nullable Link await(long timeoutNanos) {
    if (isUnsettled(state)) {
      sleep(timeoutNanos);
    }
    return outcome();
  }

  /** Whether there is neither an outcome nor a lead so far. */
  boolean isUnsettled() {
    return isUnsettled(state);
  }

  /**
   * Waits for the outcome or the lead without looking at the clock.
   *
   * @return the link to lead, or null if the outcome is there
   * @throws JedisConnectionException if somebody {@link #expire expired} it
   */
  @Nullable Link awaitExpiry() {
    sleep(Long.MAX_VALUE);
    return outcome();
  }

  /** Whether the caller is a virtual thread. */
  boolean isVirtual() {
    return VirtualThreads.include(caller);
  }

  /** Ends the wait of a caller that has slept for that long. */
  void expire(long now, long timeoutNanos) {
    if (asleep && now - since >= timeoutNanos && withdraw()) {
      LockSupport.unpark(caller);
    }
  }

  private void sleep(long timeoutNanos) {
    boolean interrupted = false;
    since = System.nanoTime();
    asleep = true;
    while (isUnsettled(state)) {
      if (timeoutNanos == Long.MAX_VALUE) {
        LockSupport.park(this);
      } else {
        nap(timeoutNanos);
      }
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void nap(long timeoutNanos) {
    long left = timeoutNanos - (System.nanoTime() - since);
    if (left > 0) {
      LockSupport.parkNanos(this, left);
    } else {
      withdraw();
    }
  }

  private boolean withdraw() {
    return STATE.compareAndSet(this, State.QUEUED, State.WITHDRAWN)
        || STATE.compareAndSet(this, State.TAKEN, State.ABANDONED);
  }

  private @Nullable Link outcome() {
    if (isGone(state)) {
      throw new JedisConnectionException("No reply in time", new SocketTimeoutException());
    }
    return state == State.LEADING ? link : null;
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
