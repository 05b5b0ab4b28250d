package org.pipservices3.redis.connect;

import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * One RESP3 connection on which Redis reports every change of a key that was read there: <a
 * href="https://redis.io/docs/latest/develop/reference/client-side-caching/">server-assisted
 * client-side caching</a> in its default mode.
 *
 * <p>Reading a key registers it for one report, in the same step as the reply is made, and reports
 * and replies arrive in the order in which the server made them. So no change can slip through
 * between reading a key and watching it. To keep that order one thread at a time takes everything
 * off the socket: it calls the listener for reports and hands replies to the threads that wait for
 * them. That is the reader thread, or, while there are some, a caller that waits for its own reply
 * (see {@link ReadingTurn}): so a lone caller need not be woken by another thread.
 *
 * <p>A silent link may be a dead one. After {@value #HEARTBEAT} ms without a reply the reader asks
 * for one, and after as long again it gives up. {@link #isLive} tells how old that knowledge is,
 * also to a process that was itself stopped meanwhile. A node of a cluster may be cut off from the
 * others, which then have another master, and would answer PING all the same: so there the reader
 * asks for the key that was read last, and gives up if the node does not answer for it any more.
 *
 * <p>What is told and what is replied comes from a {@link TrackingSocket}, what is asked goes
 * through a {@link TrackingPipeline}.
 */
final class TrackingLink implements KeyTracking.Source {
  static final int HEARTBEAT = 1_000;

  /** So many callers each send at once; more make batches. */
  private static final int FEW = 9;

  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(HEARTBEAT);
  private static final long BOUND_NANOS =
      TimeUnit.MILLISECONDS.toNanos(KeyTracking.STALENESS_BOUND);

  static final Runnable NOTHING = () -> {};

  private final TrackingSocket socket;
  private final long replyTimeoutNanos;
  private final Pace pace;
  private final TrackingPipeline pipeline;
  private final ReadingTurn turn = new ReadingTurn();
  private final boolean asksForKeys;
  private volatile @Nullable CommandArguments latest; // asks for the key that was read last
  private volatile long upToDate = System.nanoTime(); // written by who reads
  private boolean pinged; // this and what follows is owned by who reads
  private long pingSent;

  /**
   * Creates a link whose socket is open and has no command under way.
   *
   * @param pace one of its own, which knows how far the server is
   * @param asksForKeys whether the server may stop answering for keys and live on
   */
  TrackingLink(TrackingSocket socket, Pace pace, boolean asksForKeys) {
    this.socket = socket;
    this.pace = pace;
    this.asksForKeys = asksForKeys;
    this.replyTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(socket.replyTimeout());
    this.pipeline = new TrackingPipeline(socket, pace);
  }

  /** The pace of a link that is to be created. */
  static Pace pace() {
    return new Pace(1, FEW);
  }

  /**
   * Whether every change up to {@link KeyTracking#STALENESS_BOUND} ms ago has been told.
   *
   * <p>What counts is when the latest command was sent whose reply was taken, since reports of
   * earlier changes come before it. Bytes that merely arrive prove nothing: they may have lain in
   * the socket while the process stood still.
   */
  @Override
  public boolean isLive(long now) {
    return now - upToDate < BOUND_NANOS && !pipeline.isLost();
  }

  /** Reads until the link fails, except while callers do; the reader thread's work. */
  void readUntilFailure() {
    while (!pipeline.isLost()) {
      if (turn.tryTake()) {
        read(this::readUntilCallersCan);
      }
      turn.standBack(() -> !pipeline.isLost());
    }
  }

  /**
   * Sends commands together and waits for their replies.
   *
   * @param asking whether to say ASKING before each, to a node that is just getting the key
   * @param reading whether the caller may read, and reports come up to a moment later for that
   * @param onReply run by who reads when the last reply is there, after what was reported before it
   *     and before what is reported after it
   * @param commands about one key; the last changes nothing however often it is sent
   * @throws JedisDataException the first error among the replies
   * @throws JedisConnectionException if the link failed or did not reply in time
   */
  @Nullable Object[] exchange(
      boolean asking, boolean reading, Runnable onReply, CommandArguments... commands) {
    boolean reads = reading && !VirtualThreads.include(Thread.currentThread());
    CommandArguments[] sent = asking ? afterAsking(commands) : commands;
    Reply reply = Reply.to(sent.length, reads, onReply);
    pace.enter();
    try {
      boolean alone = pipeline.send(reply, sent);
      if (asksForKeys && !asking) {
        latest = commands[commands.length - 1];
      }
      await(reply, System.nanoTime() + replyTimeoutNanos);
      if (alone) {
        pace.measured(reply.asked());
      }
      return asking ? withoutAsking(reply.results()) : reply.results();
    } finally {
      pace.leave();
    }
  }

  private static CommandArguments[] afterAsking(CommandArguments[] commands) {
    return Arrays.stream(commands)
        .flatMap(command -> Stream.of(new CommandArguments(Protocol.Command.ASKING), command))
        .toArray(CommandArguments[]::new);
  }

  private static @Nullable Object[] withoutAsking(@Nullable Object[] replies) {
    @Nullable Object[] results = new Object[replies.length / 2];
    for (int i = 0; i < results.length; i++) {
      results[i] = replies[2 * i + 1];
    }
    return results;
  }

  /** Why the link failed; for the reader, after {@link #readUntilFailure}. */
  JedisConnectionException failure() {
    return pipeline.failure();
  }

  /** Ends the link; the reader notices. */
  void shutDown() {
    socket.drop(); // first, since a writer may be stuck and hold the lock
    pipeline.fail(new JedisConnectionException("The tracking connection was closed"));
  }

  private void await(Reply reply, long deadline) {
    boolean interrupted = false;
    while (!reply.isComplete() && deadline - System.nanoTime() > 0) {
      if (!reply.isReader()) {
        LockSupport.parkNanos(reply, deadline - System.nanoTime());
      } else if (turn.tryTake()) {
        read(() -> readUntil(reply, deadline));
      } else {
        pace.giveWay(() -> isInReading(reply));
        if (isInReading(reply)) {
          LockSupport.parkNanos(reply, deadline - System.nanoTime());
        }
      }
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    reply.leave();
  }

  /** Whether somebody else is reading what this caller waits for. */
  private boolean isInReading(Reply reply) {
    return !reply.isComplete() && turn.isTaken();
  }

  /** Reads in one's turn, and gives that to the caller whose reply comes next. */
  private void read(Runnable reading) {
    try {
      reading.run();
    } catch (JedisConnectionException e) {
      pipeline.fail(e);
    } catch (RuntimeException e) {
      pipeline.fail(new JedisConnectionException("The tracking connection broke", e));
    } finally {
      turn.give();
      pipeline.wakeReader();
    }
  }

  private void readUntilCallersCan() {
    Reply completed;
    do {
      completed = takeNext(HEARTBEAT);
    } while (completed == null || !completed.isReader());
  }

  /** Reads until the own reply is there, in a crowd also those that travel with it. */
  private void readUntil(Reply own, long deadline) {
    socket.look(pace.look(), pace::isAlone);
    while (!own.isComplete() && deadline - System.nanoTime() > 0) {
      takeNext(millisUntil(deadline));
    }
    int others = pace.isCrowd() ? pipeline.underWay() : 0;
    while (others > 0 && deadline - System.nanoTime() > 0) {
      others -= takeNext(millisUntil(deadline)) == null ? 0 : 1;
    }
  }

  private static int millisUntil(long deadline) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    return (int) Math.min(HEARTBEAT, 1 + Math.max(0, left));
  }

  /**
   * Takes what comes next off the socket: reports, or a reply to one command.
   *
   * @return whose last reply it was, if any
   */
  private @Nullable Reply takeNext(int millis) {
    if (!awaitData(millis) || socket.takeReports()) {
      return null;
    }
    @Nullable Object result;
    try {
      result = socket.getUnflushedObject();
    } catch (JedisDataException answer) {
      result = answer;
    }
    Reply reply = pipeline.next();
    upToDate = reply.asked();
    pinged = false;
    boolean complete = pipeline.take(reply, result);
    if (asksForKeys && isResignation(result, reply.isProbe())) {
      throw new JedisConnectionException(
          "The server does not answer for its keys", (JedisDataException) result);
    }
    return complete ? reply : null;
  }

  private boolean awaitData(int millis) {
    boolean there = socket.awaitData(millis);
    long now = System.nanoTime();
    if (!there && pinged && now - pingSent >= HEARTBEAT_NANOS) {
      throw new JedisConnectionException("The server is silent", new SocketTimeoutException());
    }
    if (!pinged && now - upToDate > HEARTBEAT_NANOS) {
      askForPong();
    }
    return there;
  }

  private void askForPong() {
    pinged = true;
    pingSent = System.nanoTime();
    CommandArguments known = latest;
    pipeline.send(
        Reply.toProbe(), known == null ? new CommandArguments(Protocol.Command.PING) : known);
  }

  private static boolean isResignation(@Nullable Object result, boolean probe) {
    return result instanceof JedisClusterException
        || (probe && result instanceof JedisMovedDataException);
  }
}
