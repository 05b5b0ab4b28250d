package org.pipservices3.redis.internal.tracking;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.pipeline.LatencyPolicy;
import org.pipservices3.redis.internal.threads.IoThreads;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * What was sent over a {@link TrackingConnection} and is not answered yet, in the server's order.
 *
 * <p>In a crowd ({@link LatencyPolicy}) only one batch is under way, since each send is a system
 * call. Other commands gather. The thread that takes the batch's last reply sends them. Few callers
 * send at once, but leave the flush to a caller that waits for the lock.
 *
 * <p>No command is forgotten. It gathers only if its caller sees, under the lock, a reply that is
 * still to come or a caller that waits. Whoever takes the last reply looks under the same lock.
 *
 * <p>A virtual thread must not write, since an interrupt would close the connection for all. It
 * adds its commands to the outbox, which the next batch includes. If then no reply is to come, an
 * I/O thread sends that batch. Whoever takes the last reply looks into the outbox after that.
 *
 * <p>Any thread sends; replies are taken by one thread at a time.
 */
final class TrackingPipeline {
  private record Outgoing(Reply reply, List<CommandArguments> commands) {}

  private final Wire wire;
  private final LatencyPolicy latencyPolicy;
  private final ReentrantLock sending = new ReentrantLock();
  private final Queue<Reply> awaited = new ConcurrentLinkedQueue<>(); // added under sending
  private final AtomicInteger underWay = new AtomicInteger(); // raised under sending
  private final Queue<Outgoing> outbox = new ConcurrentLinkedQueue<>(); // emptied under sending
  private final IoThreads writers = new IoThreads(1);
  private volatile @Nullable JedisConnectionException failure; // written under sending
  private int gathered; // guarded by sending

  TrackingPipeline(Wire wire, LatencyPolicy latencyPolicy) {
    this.wire = wire;
    this.latencyPolicy = latencyPolicy;
  }

  /** Sends commands now or with the next batch, or throws; true if they went at once and alone. */
  boolean send(Reply reply, CommandArguments... commands) {
    sending.lock();
    try {
      JedisConnectionException lost = failure;
      if (lost != null) {
        throw new JedisConnectionException(lost.getMessage(), lost);
      }
      write(reply, commands);
      boolean idle = underWay.get() == 0;
      if (latencyPolicy.isCrowd() ? idle : !sending.hasQueuedThreads()) {
        return flush() == 1 && idle;
      }
      return false;
    } catch (JedisConnectionException e) {
      fail(e);
      throw e;
    } finally {
      sending.unlock();
    }
  }

  /** Has another thread send commands, now or with the next batch, or throws. */
  void delegate(Reply reply, CommandArguments... commands) {
    outbox.add(new Outgoing(reply, List.of(commands)));
    if (failure != null) {
      fail(failure());
    } else if (underWay.get() == 0 || !latencyPolicy.isCrowd()) {
      writers.execute(this::sendLeft);
    }
  }

  /** How many replies to what was sent are still to come. */
  int underWay() {
    return underWay.get();
  }

  /** The reply to which the next result belongs. */
  Reply next() {
    Reply reply = awaited.peek();
    if (reply == null) {
      throw new JedisConnectionException("Redis sent a reply that nobody had asked for");
    }
    return reply;
  }

  /** Adds a result to the {@link #next} reply; true if that is complete now. */
  boolean take(Reply reply, @Nullable Object result) {
    if (!reply.fill(result)) {
      return false;
    }
    awaited.remove(reply); // and no other, which may be failing
    if (underWay.decrementAndGet() == 0) {
      sendGathered();
    }
    return true;
  }

  /** Wakes the caller that may read next. */
  void wakeReader() {
    for (Reply next : awaited) {
      if (next.wakeReader()) {
        break;
      }
    }
  }

  /** Wakes all that wait, to see what has changed. */
  void wakeAll() {
    awaited.forEach(Reply::wake);
  }

  boolean isLost() {
    return failure != null;
  }

  JedisConnectionException failure() {
    JedisConnectionException lost = failure;
    return lost == null ? new JedisConnectionException("The connection is not lost") : lost;
  }

  /** Closes the connection: everything that is not answered fails. */
  void fail(JedisConnectionException cause) {
    sending.lock();
    try {
      if (failure == null) {
        failure = cause;
        wire.drop();
      }
      Outgoing left;
      while ((left = outbox.poll()) != null) {
        left.reply.fail(failure());
      }
      Reply reply;
      while ((reply = awaited.poll()) != null) {
        reply.fail(failure());
      }
    } finally {
      sending.unlock();
    }
  }

  /** Ends the thread that writes for others; after {@link #fail}. */
  void close() {
    writers.close();
  }

  private void sendLeft() {
    try {
      sendGathered();
    } catch (JedisConnectionException e) {
      fail(e);
    }
  }

  private void sendGathered() {
    sending.lock();
    try {
      if (failure == null) {
        writeLeft();
        if (gathered > 0) {
          flush();
        }
      }
    } finally {
      sending.unlock();
    }
  }

  private void writeLeft() {
    Outgoing left;
    while ((left = outbox.poll()) != null) {
      write(left.reply, left.commands.toArray(CommandArguments[]::new));
    }
  }

  private void write(Reply reply, CommandArguments... commands) {
    awaited.add(reply);
    for (CommandArguments command : commands) {
      wire.sendCommand(command);
    }
    gathered++;
  }

  private int flush() {
    int sent = gathered;
    underWay.addAndGet(sent);
    gathered = 0;
    wire.flush();
    return sent;
  }
}
