package org.pipservices3.redis.internal.tracking;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.pipeline.LatencyPolicy;
import org.pipservices3.redis.internal.threads.VirtualThreads;
import org.pipservices3.redis.internal.topology.Node;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * One RESP3 connection on which Redis pushes an invalidation for every change of a key that was
 * read there: <a
 * href="https://redis.io/docs/latest/develop/reference/client-side-caching/">server-assisted
 * client-side caching</a> in its default mode.
 *
 * <p>Reading a key registers it for one invalidation, in the same step as the reply is made, and
 * both arrive in the order in which the server made them. So no change is missed between reading a
 * key and watching it. To keep that order one thread at a time takes everything off the socket: it
 * passes invalidations to the listener and replies to the threads that wait. That is the reader
 * thread or, while there are some, a caller that waits for its own reply (see {@link
 * ReaderHandoff}): so a lone caller need not be woken by another thread.
 *
 * <p>A silent connection may be a dead one. After {@value Heartbeat#PERIOD} ms without a reply the
 * reader asks for one, and after as long again it gives up (see {@link Heartbeat}). A cluster node
 * that is cut off, and replaced by another master, would still answer PING: so there the reader
 * asks for the key that was read last, and gives up if the node does not answer for it any more.
 *
 * <p>While a large reply comes nothing else does. So other waiting callers then leave, and none
 * sends here until it is there: they read without tracking. The caller of the large one waits for
 * as long as it keeps coming.
 *
 * <p>{@link TrackingSocket} reads, {@link TrackingPipeline} sends. This class decides which thread
 * reads and how long one waits, which depend on each other: so the class is longer than others.
 */
final class TrackingConnection implements KeyTracking.Source, Node.Dependent {
  /** More callers than that send in batches. */
  private static final int FEW = 9;

  static final Runnable NOTHING = () -> {};

  private final TrackingSocket socket;
  private final long replyTimeoutNanos;
  private final LatencyPolicy latencyPolicy;
  private final TrackingPipeline pipeline;
  private final ReaderHandoff reading = new ReaderHandoff();
  private final boolean asksForKeys;
  private volatile @Nullable CommandArguments latest; // asks for the key that was read last
  private volatile @Nullable Reply coming; // is large; written by the reader
  private volatile long largeEnd = System.nanoTime(); // when the last of these was there
  private final Heartbeat heartbeat = new Heartbeat(largeEnd);

  /**
   * Creates one over an open socket without a command under way.
   *
   * @param asksForKeys whether the server may stop answering for keys and live on
   */
  TrackingConnection(TrackingSocket socket, LatencyPolicy latencyPolicy, boolean asksForKeys) {
    this.socket = socket;
    this.latencyPolicy = latencyPolicy;
    this.asksForKeys = asksForKeys;
    this.replyTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(socket.replyTimeout());
    this.pipeline = new TrackingPipeline(socket, latencyPolicy);
    socket.onLarge(this::noteLarge);
  }

  static TrackingConnection open(Node node, TrackingSocket.Invalidations invalidations) {
    LatencyPolicy latencyPolicy = new LatencyPolicy(1, FEW);
    return node.open(
        (sockets, config) -> {
          TrackingSocket socket =
              new TrackingSocket(
                  sockets,
                  config,
                  connection -> {
                    node.admit(connection);
                    latencyPolicy.probe(connection::ping);
                  },
                  invalidations);
          return new TrackingConnection(socket, latencyPolicy, node.isOfCluster());
        });
  }

  @Override
  public boolean isLive(long now) {
    return heartbeat.isLive(now) && !pipeline.isLost();
  }

  @Override
  public boolean isLost() {
    return pipeline.isLost();
  }

  /** Reads until the connection fails, except while callers do; for the reader thread. */
  void readUntilFailure() {
    while (!pipeline.isLost()) {
      if (reading.tryTake()) {
        read(this::readUntilCallersCan);
      }
      reading.pause(() -> !pipeline.isLost());
    }
    pipeline.close();
  }

  /**
   * Sends commands together and waits for their replies.
   *
   * @param asking whether to send ASKING before each, to a node that is just getting the key
   * @param mayRead whether the caller may read, which may delay invalidations by a moment
   * @param onReply run by the thread that reads at the last reply, in order with invalidations
   * @param commands about one key; the last changes nothing however often it is sent
   * @throws JedisDataException the first error among the replies
   * @throws JedisConnectionException if the connection failed or did not reply in time
   */
  @Nullable Object[] exchange(
      boolean asking, boolean mayRead, Runnable onReply, CommandArguments... commands) {
    requireNothingLarge();
    boolean virtual = VirtualThreads.include(Thread.currentThread());
    CommandArguments[] sent = asking ? afterAsking(commands) : commands;
    Reply reply = Reply.to(sent.length, /* reader= */ mayRead && !virtual, onReply);
    latencyPolicy.enter();
    try {
      boolean alone = send(reply, virtual, sent);
      if (asksForKeys && !asking) {
        latest = commands[commands.length - 1];
      }
      await(reply, System.nanoTime() + replyTimeoutNanos);
      if (alone) {
        latencyPolicy.measured(reply.asked());
      }
      return asking ? withoutAsking(reply.results()) : reply.results();
    } finally {
      latencyPolicy.leave();
    }
  }

  /**
   * Sends reads of one or more keys together, for a caller that sends elsewhere before it waits;
   * {@link #receive} must follow, by the same thread.
   *
   * @throws JedisConnectionException if the connection failed, and nothing must follow
   */
  Reply send(CommandArguments... commands) {
    requireNothingLarge();
    boolean virtual = VirtualThreads.include(Thread.currentThread());
    Reply reply = Reply.to(commands.length, /* reader= */ !virtual, NOTHING);
    latencyPolicy.enter();
    try {
      send(reply, virtual, commands);
    } catch (RuntimeException | Error e) {
      latencyPolicy.leave();
      throw e;
    }
    if (asksForKeys) {
      latest = commands[commands.length - 1];
    }
    return reply;
  }

  /**
   * Waits for the replies to what was sent; an error of Redis is among them as its exception.
   *
   * @throws JedisConnectionException if the connection failed or did not reply in time
   */
  @Nullable Object[] receive(Reply reply) {
    try {
      await(reply, reply.asked() + replyTimeoutNanos);
      return reply.outcomes();
    } finally {
      latencyPolicy.leave();
    }
  }

  private void requireNothingLarge() {
    if (coming != null) {
      throw new JedisConnectionException("A large reply is coming");
    }
  }

  /** Sends on this thread, or has another send; true if it went at once and alone. */
  private boolean send(Reply reply, boolean virtual, CommandArguments... commands) {
    if (!virtual) {
      return pipeline.send(reply, commands);
    }
    pipeline.delegate(reply, commands);
    return false;
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

  /** Why the connection failed; after {@link #readUntilFailure}. */
  JedisConnectionException failure() {
    return pipeline.failure();
  }

  @Override
  public void shutDown() {
    socket.drop(); // first, since a writer may be stuck and hold the lock
    pipeline.fail(new JedisConnectionException("The tracking connection was closed"));
    pipeline.close();
  }

  /** The time to wait: longer for a large reply that is coming, none for others meanwhile. */
  private long left(Reply reply, long deadline) {
    Reply large = coming;
    if (large != null) {
      return large == reply ? replyTimeoutNanos : 0;
    }
    long now = System.nanoTime();
    return Math.max(deadline - now, largeEnd + replyTimeoutNanos - now);
  }

  private void noteLarge() {
    coming = pipeline.next();
    pipeline.wakeAll();
  }

  private void await(Reply reply, long deadline) {
    boolean interrupted = false;
    long left;
    while (!reply.isComplete() && (left = left(reply, deadline)) > 0) {
      if (!reply.isReader()) {
        LockSupport.parkNanos(reply, left);
      } else if (reading.tryTake()) {
        read(() -> readUntil(reply, deadline));
      } else {
        latencyPolicy.yieldWhile(() -> isInReading(reply));
        if (isInReading(reply)) {
          LockSupport.parkNanos(reply, left(reply, deadline));
        }
      }
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    reply.leave();
  }

  /** Whether another thread is reading what this caller waits for. */
  private boolean isInReading(Reply reply) {
    return !reply.isComplete() && reading.isTaken();
  }

  /** Reads, then releases the reading to the caller whose reply comes next. */
  private void read(Runnable action) {
    try {
      action.run();
    } catch (JedisConnectionException e) {
      pipeline.fail(e);
    } catch (RuntimeException e) {
      pipeline.fail(new JedisConnectionException("The tracking connection broke", e));
    } finally {
      reading.release();
      pipeline.wakeReader();
    }
  }

  private void readUntilCallersCan() {
    Reply completed;
    do {
      completed = takeNext(Heartbeat.PERIOD);
    } while (completed == null || !completed.isReader());
  }

  /** Reads until the own reply is there, in a crowd also those of the same batch. */
  private void readUntil(Reply own, long deadline) {
    socket.spin(latencyPolicy.spinNanos(), latencyPolicy::isAlone);
    long left;
    while (!own.isComplete() && (left = left(own, deadline)) > 0) {
      takeNext(millis(left));
    }
    int others = latencyPolicy.isCrowd() ? pipeline.underWay() : 0;
    while (others > 0 && (left = left(own, deadline)) > 0) {
      others -= takeNext(millis(left)) == null ? 0 : 1;
    }
  }

  private static int millis(long nanos) {
    return (int) Math.min(Heartbeat.PERIOD, 1 + TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  /** Takes invalidations or a reply to one command; returns whose last reply it was, if any. */
  private @Nullable Reply takeNext(int millis) {
    boolean there = socket.awaitData(millis);
    if (heartbeat.isDue(System.nanoTime(), /* silent= */ !there)) {
      CommandArguments known = latest;
      pipeline.send(
          Reply.toProbe(), known == null ? new CommandArguments(Protocol.Command.PING) : known);
    }
    if (!there || socket.takeInvalidations()) {
      return null;
    }
    @Nullable Object result;
    try {
      result = socket.getUnflushedObject();
    } catch (JedisDataException answer) {
      result = answer;
    }
    if (coming != null) {
      largeEnd = System.nanoTime();
      coming = null;
    }
    Reply reply = pipeline.next();
    heartbeat.replied(reply.asked());
    boolean complete = pipeline.take(reply, result);
    if (asksForKeys && isResignation(result, reply.isProbe())) {
      throw new JedisConnectionException(
          "The server does not answer for its keys", (JedisDataException) result);
    }
    return complete ? reply : null;
  }

  private static boolean isResignation(@Nullable Object result, boolean probe) {
    return result instanceof JedisClusterException
        || (probe && result instanceof JedisMovedDataException);
  }
}
