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
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.PushConsumerContext;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
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
 * <p>A silent link may be a dead one. After {@value #HEARTBEAT} ms without a byte the reader asks
 * for a PONG, and after as long again it gives up. {@link #upToDate} tells how old that knowledge
 * is, also to a process that was itself stopped meanwhile.
 *
 * <p>All hooks into the driver that its authors call experimental are in this class.
 */
final class TrackingLink extends SingleUseConnection {
  static final int HEARTBEAT = 1_000;

  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(HEARTBEAT);

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
  private volatile long upToDate = System.nanoTime(); // written by the reader
  private boolean live; // owned by the opening thread, then by the reader
  private boolean pinged; // owned by the reader

  /** Connects, authenticates and turns tracking on. */
  TrackingLink(JedisSocketFactory sockets, JedisClientConfig config, Reports reports) {
    super(sockets, config);
    this.reports = reports;
    this.replyTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(config.getSocketTimeoutMillis());
    establish(config);
    try {
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
   * The time, by {@link System#nanoTime}, up to which every change has been told: when the latest
   * command was sent whose reply was taken, since reports of earlier changes come before it. Bytes
   * that merely arrive prove nothing: they may have lain in the socket while the process stood
   * still.
   */
  long upToDate() {
    return upToDate;
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
   * @param onReply run by the reader thread when the last reply is there, after what was reported
   *     before it and before what is reported after it
   * @throws JedisDataException the first error among the replies
   * @throws JedisConnectionException if the link failed or did not reply in time
   */
  @Nullable Object[] exchange(Runnable onReply, CommandArguments... commands) {
    Reply[] replies = send(onReply, commands);
    @Nullable Object[] results = new Object[replies.length];
    for (int i = 0; i < replies.length; i++) {
      results[i] = replies[i].await(replyTimeoutNanos);
    }
    return results;
  }

  /** Ends the link; the reader notices. */
  void shutDown() {
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
    send(NOTHING, new CommandArguments(Protocol.Command.PING));
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

  private Reply[] send(Runnable onReply, CommandArguments... commands) {
    Reply[] replies = new Reply[commands.length];
    sending.lock();
    try {
      if (failure != null) {
        throw new JedisConnectionException(failure.getMessage(), failure);
      }
      for (int i = 0; i < commands.length; i++) {
        boolean last = i == commands.length - 1;
        replies[i] = new Reply(Thread.currentThread(), last ? onReply : NOTHING);
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

  private void fail(JedisConnectionException cause) {
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

  /** A reply on its way: completed by the reader thread, awaited by the one that sent. */
  private static final class Reply {
    private final Thread sender;
    private final Runnable onReply;
    private final long sent = System.nanoTime();
    private @Nullable Object result;
    private @Nullable RuntimeException error;
    private volatile boolean complete;

    Reply(Thread sender, Runnable onReply) {
      this.sender = sender;
      this.onReply = onReply;
    }

    void complete(@Nullable Object result, @Nullable RuntimeException error) {
      this.result = result;
      this.error = error;
      onReply.run();
      complete = true;
      LockSupport.unpark(sender);
    }

    @Nullable Object await(long timeoutNanos) {
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
      if (error != null) {
        throw error;
      }
      return result;
    }
  }
}
