package org.pipservices3.redis.connect;

import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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
 * <p>What is told and what is replied comes from a {@link TrackingSocket}.
 */
final class TrackingLink implements KeyTracking.Source {
  static final int HEARTBEAT = 1_000;

  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(HEARTBEAT);
  private static final long BOUND_NANOS =
      TimeUnit.MILLISECONDS.toNanos(KeyTracking.STALENESS_BOUND);

  static final Runnable NOTHING = () -> {};

  private final TrackingSocket socket;
  private final long replyTimeoutNanos;
  private final ReentrantLock sending = new ReentrantLock();
  private final Queue<Reply> awaited = new ConcurrentLinkedQueue<>(); // added under sending
  private final ReadingTurn turn = new ReadingTurn();
  private final AtomicInteger callers = new AtomicInteger();
  private @Nullable JedisConnectionException failure; // guarded by sending
  private final boolean asksForKeys;
  private volatile @Nullable CommandArguments latest; // asks for the key that was read last
  private volatile boolean failed;
  private volatile long upToDate = System.nanoTime(); // written by who reads
  private boolean near = true; // by the latest reply that its caller read; owned by who reads
  private boolean pinged; // this and what follows is owned by who reads
  private long pingSent;

  /**
   * Creates a link whose socket is open and has no command under way.
   *
   * @param asksForKeys whether the server may stop answering for keys and live on
   */
  TrackingLink(TrackingSocket socket, boolean asksForKeys) {
    this.socket = socket;
    this.asksForKeys = asksForKeys;
    this.replyTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(socket.replyTimeout());
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
    return now - upToDate < BOUND_NANOS && !failed;
  }

  /** Reads until the link fails, except while callers do; the reader thread's work. */
  void readUntilFailure() {
    while (!failed) {
      if (turn.tryTake()) {
        read(this::readUntilCallersCan);
      }
      turn.standBack(() -> !failed);
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
    callers.incrementAndGet();
    try {
      Reply[] replies =
          send(/* probe= */ false, reads, onReply, asking ? afterAsking(commands) : commands);
      if (asksForKeys && !asking) {
        latest = commands[commands.length - 1];
      }
      await(replies[replies.length - 1], System.nanoTime() + replyTimeoutNanos);
      return results(replies, commands.length);
    } finally {
      callers.decrementAndGet();
    }
  }

  private static @Nullable Object[] results(Reply[] replies, int count) {
    int each = replies.length / count;
    @Nullable Object[] results = new Object[count];
    for (int i = 0; i < count; i++) {
      results[i] = replies[each * (i + 1) - 1].result();
    }
    return results;
  }

  private static CommandArguments[] afterAsking(CommandArguments[] commands) {
    return Arrays.stream(commands)
        .flatMap(command -> Stream.of(new CommandArguments(Protocol.Command.ASKING), command))
        .toArray(CommandArguments[]::new);
  }

  /** Why the link failed; for the reader, after {@link #readUntilFailure}. */
  JedisConnectionException failure() {
    sending.lock();
    try {
      return failure == null ? new JedisConnectionException("The link is not lost") : failure;
    } finally {
      sending.unlock();
    }
  }

  /** Ends the link; the reader notices. */
  void shutDown() {
    socket.drop(); // first, since a writer may be stuck and hold the lock
    fail(new JedisConnectionException("The tracking connection was closed"));
  }

  private void await(Reply reply, long deadline) {
    boolean interrupted = false;
    while (!reply.isComplete() && deadline - System.nanoTime() > 0) {
      if (reply.isReader() && turn.tryTake()) {
        read(() -> readUntil(reply, deadline));
      } else {
        LockSupport.parkNanos(reply, deadline - System.nanoTime());
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    reply.leave();
  }

  /** Reads in one's turn, and gives that to the caller whose reply comes next. */
  private void read(Runnable reading) {
    try {
      reading.run();
    } catch (JedisConnectionException e) {
      fail(e);
    } catch (RuntimeException e) {
      fail(new JedisConnectionException("The tracking connection broke", e));
    } finally {
      turn.give();
      for (Reply next : awaited) {
        if (next.wakeReader()) {
          break;
        }
      }
    }
  }

  private void readUntilCallersCan() {
    Reply taken;
    do {
      taken = takeNext(HEARTBEAT);
    } while (taken == null || !taken.isReader());
  }

  private void readUntil(Reply own, long deadline) {
    socket.look(near ? Pace.LOOK_NANOS : 0, () -> callers.get() == 1);
    long left = deadline - System.nanoTime();
    while (!own.isComplete() && left > 0) {
      takeNext((int) Math.min(HEARTBEAT, 1 + TimeUnit.NANOSECONDS.toMillis(left)));
      left = deadline - System.nanoTime();
    }
    near = System.nanoTime() - own.sent() < Pace.FAR_NANOS;
  }

  /** Takes what comes next off the socket: a reply, or reports or nothing in time, then null. */
  private @Nullable Reply takeNext(int millis) {
    if (!awaitData(millis) || socket.takeReports()) {
      return null;
    }
    Reply reply;
    try {
      Object read = socket.getUnflushedObject();
      reply = next();
      reply.complete(read, null);
    } catch (JedisDataException answer) {
      reply = next();
      reply.complete(null, answer);
      if (asksForKeys && isResignation(answer, reply.isProbe())) {
        throw new JedisConnectionException("The server does not answer for its keys", answer);
      }
    }
    return reply;
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
    send(
        /* probe= */ true,
        /* reads= */ false,
        NOTHING,
        known == null ? new CommandArguments(Protocol.Command.PING) : known);
  }

  private Reply[] send(
      boolean probe, boolean reads, Runnable onReply, CommandArguments... commands) {
    Reply[] replies = new Reply[commands.length];
    sending.lock();
    try {
      if (failure != null) {
        throw new JedisConnectionException(failure.getMessage(), failure);
      }
      for (int i = 0; i < commands.length; i++) {
        boolean last = i == commands.length - 1;
        Thread waiter = last && !probe ? Thread.currentThread() : null;
        replies[i] = new Reply(waiter, probe, last && reads, last ? onReply : NOTHING);
        awaited.add(replies[i]);
        socket.sendCommand(commands[i]);
      }
      if (!sending.hasQueuedThreads()) {
        socket.flush(); // else those do, together with theirs
      }
      return replies;
    } catch (JedisConnectionException e) {
      fail(e);
      throw e;
    } finally {
      sending.unlock();
    }
  }

  private Reply next() {
    Reply reply = awaited.poll();
    if (reply == null) {
      throw new JedisConnectionException("Redis sent a reply that nobody had asked for");
    }
    upToDate = reply.sent();
    pinged = false;
    return reply;
  }

  private static boolean isResignation(JedisDataException answer, boolean probe) {
    return answer instanceof JedisClusterException
        || (probe && answer instanceof JedisMovedDataException);
  }

  private void fail(JedisConnectionException cause) {
    failed = true;
    sending.lock();
    try {
      if (failure == null) {
        failure = cause;
        socket.drop();
      }
      Reply reply;
      while ((reply = awaited.poll()) != null) {
        reply.complete(null, failure);
      }
    } finally {
      sending.unlock();
    }
  }
}
