package org.pipservices3.redis.connect;

import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushConsumerContext;
import redis.clients.jedis.exceptions.JedisClusterException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * One RESP3 connection on which Redis reports every change of a key that was read there: <a
 * href="https://redis.io/docs/latest/develop/reference/client-side-caching/">server-assisted
 * client-side caching</a> in its default mode.
 *
 * <p>Reading a key registers it for one report, in the same step as the reply is made, and reports
 * and replies arrive in the order in which the server made them. So no change can slip through
 * between reading a key and watching it. To keep that order one thread, the reader, takes
 * everything off the socket: it calls the listener for reports and hands replies to the threads
 * that wait for them. Callers only write.
 *
 * <p>A silent link may be a dead one. After {@value #HEARTBEAT} ms without a reply the reader asks
 * for one, and after as long again it gives up. {@link #isLive} tells how old that knowledge is,
 * also to a process that was itself stopped meanwhile. A node of a cluster may be cut off from the
 * others, which then have another master, and would answer PING all the same: so there the reader
 * asks for the key that was read last, and gives up if the node does not answer for it any more.
 *
 * <p>All hooks into the driver that its authors call experimental are in this class.
 */
final class TrackingLink extends SingleUseConnection implements KeyTracking.Source {
  static final int HEARTBEAT = 1_000;

  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(HEARTBEAT);
  private static final long BOUND_NANOS =
      TimeUnit.MILLISECONDS.toNanos(KeyTracking.STALENESS_BOUND);

  /** Told of changes by the reader thread. */
  interface Reports {
    /** The keys that have changed, or null if any key may have. */
    void changed(@Nullable List<byte[]> keys);
  }

  static final Runnable NOTHING = () -> {};

  private static final byte[] INVALIDATE = "invalidate".getBytes(StandardCharsets.US_ASCII);

  private final Reports reports;
  private final long replyTimeoutNanos;
  private final ReentrantLock sending = new ReentrantLock();
  private final Queue<Reply> awaited = new ConcurrentLinkedQueue<>(); // added under sending
  private @Nullable JedisConnectionException failure; // guarded by sending
  private final boolean asksForKeys;
  private volatile @Nullable CommandArguments latest; // asks for the key that was read last
  private volatile boolean failed;
  private volatile long upToDate = System.nanoTime(); // written by the reader
  private boolean live; // owned by the opening thread, then by the reader
  private boolean pinged; // owned by the reader

  /**
   * Connects, authenticates and turns tracking on.
   *
   * @param admission throws if the server is not to be used
   * @param asksForKeys whether the server may stop answering for keys and live on
   */
  TrackingLink(
      JedisSocketFactory sockets,
      JedisClientConfig config,
      Consumer<? super TrackingLink> admission,
      boolean asksForKeys,
      Reports reports) {
    super(sockets, config);
    this.reports = reports;
    this.asksForKeys = asksForKeys;
    this.replyTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(config.getSocketTimeoutMillis());
    establish(config);
    try {
      admission.accept(this);
      executeCommand(new CommandArguments(Protocol.Command.CLIENT).add("TRACKING").add("ON"));
      setSoTimeout(HEARTBEAT);
      live = true;
      upToDate = System.nanoTime();
    } catch (RuntimeException e) {
      drop();
      throw e;
    }
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

  /** Takes replies and reports off the socket until the link fails; the reader thread's work. */
  void readUntilFailure() {
    try {
      while (true) {
        Reply reply;
        try {
          Object read = getUnflushedObject();
          reply = next();
          reply.complete(read, null);
        } catch (JedisDataException answer) {
          reply = next();
          reply.complete(null, answer);
          if (asksForKeys && isResignation(answer, reply.probe)) {
            throw new JedisConnectionException("The server does not answer for its keys", answer);
          }
        }
      }
    } catch (JedisConnectionException e) {
      fail(e);
    } catch (RuntimeException e) {
      fail(new JedisConnectionException("The tracking connection broke", e));
    }
  }

  /**
   * Sends commands together and waits for their replies.
   *
   * @param asking whether to say ASKING before each, to a node that is just getting the key
   * @param onReply run by the reader thread when the last reply is there, after what was reported
   *     before it and before what is reported after it
   * @param commands about one key; the last changes nothing however often it is sent
   * @throws JedisDataException the first error among the replies
   * @throws JedisConnectionException if the link failed or did not reply in time
   */
  @Nullable Object[] exchange(boolean asking, Runnable onReply, CommandArguments... commands) {
    Reply[] replies = send(/* probe= */ false, onReply, asking ? afterAsking(commands) : commands);
    if (asksForKeys && !asking) {
      latest = commands[commands.length - 1];
    }
    replies[replies.length - 1].await(replyTimeoutNanos);
    int each = replies.length / commands.length;
    @Nullable Object[] results = new Object[commands.length];
    for (int i = 0; i < commands.length; i++) {
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
    drop(); // first, since a writer may be stuck and hold the lock
    fail(new JedisConnectionException("The tracking connection was closed"));
  }

  @Override
  protected void initPushConsumers(JedisClientConfig config) {
    super.initPushConsumers(config);
    addPushConsumer(this::take);
  }

  @Override
  protected Object protocolRead(RedisInputStream in, PushConsumerChain consumers) {
    while (live && awaitByte(in)) {
      Protocol.readPushes(in, consumers);
    }
    return super.protocolRead(in, consumers);
  }

  /** Waits for the next byte; true if it starts a report, false if it starts a reply. */
  private boolean awaitByte(RedisInputStream in) {
    while (true) {
      try {
        boolean report = in.peek(Protocol.GREATER_THAN_BYTE);
        if (!pinged && System.nanoTime() - upToDate > HEARTBEAT_NANOS) {
          askForPong();
        }
        return report;
      } catch (JedisConnectionException e) {
        if (!(e.getCause() instanceof SocketTimeoutException) || pinged) {
          throw e;
        }
        askForPong();
      }
    }
  }

  private void askForPong() {
    pinged = true;
    CommandArguments known = latest;
    send(
        /* probe= */ true,
        NOTHING,
        known == null ? new CommandArguments(Protocol.Command.PING) : known);
  }

  private PushConsumerContext take(PushConsumerContext push) {
    if (Arrays.equals(push.getMessage().getType(), INVALIDATE)) {
      @SuppressWarnings("unchecked")
      List<byte[]> keys = (List<byte[]>) push.getMessage().getContent().get(1);
      reports.changed(keys);
      push.drop();
    }
    return push;
  }

  private Reply[] send(boolean probe, Runnable onReply, CommandArguments... commands) {
    Reply[] replies = new Reply[commands.length];
    sending.lock();
    try {
      if (failure != null) {
        throw new JedisConnectionException(failure.getMessage(), failure);
      }
      for (int i = 0; i < commands.length; i++) {
        boolean last = i == commands.length - 1;
        replies[i] =
            new Reply(last ? Thread.currentThread() : null, probe, last ? onReply : NOTHING);
        awaited.add(replies[i]);
        sendCommand(commands[i]);
      }
      flush();
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
    upToDate = reply.sent;
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
        drop();
      }
      Reply reply;
      while ((reply = awaited.poll()) != null) {
        reply.complete(null, failure);
      }
    } finally {
      sending.unlock();
    }
  }

  /**
   * A reply on its way: completed by the reader thread, in the order in which they were asked for,
   * so that who wants several waits for the last of them only.
   */
  private static final class Reply {
    private final @Nullable Thread waiter;
    private final boolean probe;
    private final Runnable onReply;
    private final long sent = System.nanoTime();
    private @Nullable Object result;
    private @Nullable RuntimeException error;
    private volatile boolean complete;

    Reply(@Nullable Thread waiter, boolean probe, Runnable onReply) {
      this.waiter = waiter;
      this.probe = probe;
      this.onReply = onReply;
    }

    void complete(@Nullable Object result, @Nullable RuntimeException error) {
      this.result = result;
      this.error = error;
      onReply.run();
      complete = true;
      LockSupport.unpark(waiter);
    }

    void await(long timeoutNanos) {
      long start = System.nanoTime();
      boolean interrupted = false;
      while (!complete) {
        long left = timeoutNanos - (System.nanoTime() - start);
        if (left <= 0) {
          break;
        }
        LockSupport.parkNanos(this, left);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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
}
