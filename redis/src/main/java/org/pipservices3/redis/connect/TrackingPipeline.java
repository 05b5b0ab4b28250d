package org.pipservices3.redis.connect;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * What has been asked over a {@link TrackingLink} and is not answered yet, in the server's order.
 *
 * <p>To send costs a system call here and another in the server, as much as the rest of a read. So
 * in a crowd ({@link Pace}) only one batch is under way: what is asked meanwhile gathers, and who
 * takes the last reply of the batch sends it. Few callers send at once, since there a command would
 * only wait, or leave it to who already waits to send, too. None is left behind: who leaves a
 * command to gather has seen, under the lock, that a reply is still to come or that somebody comes
 * next, and whoever takes the last reply looks under the same lock.
 *
 * <p>Any thread sends; replies are taken by one thread at a time.
 */
final class TrackingPipeline {
  private final Link.Wire wire;
  private final Pace pace;
  private final ReentrantLock sending = new ReentrantLock();
  private final Queue<Reply> awaited = new ConcurrentLinkedQueue<>(); // added under sending
  private final AtomicInteger underWay = new AtomicInteger(); // raised under sending
  private volatile @Nullable JedisConnectionException failure; // written under sending
  private int gathered; // guarded by sending

  TrackingPipeline(Link.Wire wire, Pace pace) {
    this.wire = wire;
    this.pace = pace;
  }

  /**
   * Sends commands, now or with the next batch.
   *
   * @return whether they went at once and alone
   * @throws JedisConnectionException if the link is lost
   */
  boolean send(Reply reply, CommandArguments... commands) {
    sending.lock();
    try {
      JedisConnectionException lost = failure;
      if (lost != null) {
        throw new JedisConnectionException(lost.getMessage(), lost);
      }
      awaited.add(reply);
      for (CommandArguments command : commands) {
        wire.sendCommand(command);
      }
      gathered++;
      boolean idle = underWay.get() == 0;
      if (pace.isCrowd() ? idle : !sending.hasQueuedThreads()) {
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

  /** How many replies to what was sent are still to come. */
  int underWay() {
    return underWay.get();
  }

  /** The reply to which belongs what is read next. */
  Reply next() {
    Reply reply = awaited.peek();
    if (reply == null) {
      throw new JedisConnectionException("Redis sent a reply that nobody had asked for");
    }
    return reply;
  }

  /** Puts what was read into the {@link #next} reply; true if that is complete now. */
  boolean take(Reply reply, @Nullable Object result) {
    if (!reply.fill(result)) {
      return false;
    }
    awaited.remove(reply); // and no other, which may be failing just now
    if (underWay.decrementAndGet() == 0) {
      sendGathered();
    }
    return true;
  }

  /** Wakes the caller who would read next. */
  void wakeReader() {
    for (Reply next : awaited) {
      if (next.wakeReader()) {
        break;
      }
    }
  }

  boolean isLost() {
    return failure != null;
  }

  /** Why the link was lost. */
  JedisConnectionException failure() {
    JedisConnectionException lost = failure;
    return lost == null ? new JedisConnectionException("The link is not lost") : lost;
  }

  /** Ends the link: everything that is not answered fails. */
  void fail(JedisConnectionException cause) {
    sending.lock();
    try {
      if (failure == null) {
        failure = cause;
        wire.drop();
      }
      Reply reply;
      while ((reply = awaited.poll()) != null) {
        reply.fail(failure());
      }
    } finally {
      sending.unlock();
    }
  }

  private void sendGathered() {
    sending.lock();
    try {
      if (gathered > 0 && failure == null) {
        flush();
      }
    } finally {
      sending.unlock();
    }
  }

  private int flush() {
    int sent = gathered;
    underWay.addAndGet(sent);
    gathered = 0;
    wire.flush();
    return sent;
  }
}
