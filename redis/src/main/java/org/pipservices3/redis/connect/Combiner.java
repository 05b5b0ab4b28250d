package org.pipservices3.redis.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Lets many threads share few connections to one server by sending what they want together.
 *
 * <p>A caller that finds a link free sends at once, on its own thread: alone it is as fast as a
 * bare connection. Callers that come while all links are busy queue up, and the next one to get a
 * link leads: it writes what is queued as one pipeline, reads the replies in order and wakes each
 * caller with its own. So the busier it gets, the fewer system calls and server wake-ups a command
 * costs. There is no dispatcher thread and therefore no hand-off for a command that need not wait.
 *
 * <p>Whoever leads does so for the batch with its own command and for one more, since waking a
 * successor leaves the link idle for a moment; then it hands the link to the oldest waiter. A
 * leader that stayed until the queue is empty would make its own caller wait for everybody. The
 * hand-over is in a {@code finally}: were it skipped, the queue would hang.
 *
 * <p>How many links are in use, and how a caller waits, is a matter of {@link Pace}.
 *
 * <p>Batches are bounded in number and bytes so that one leader does not hold up the rest; a large
 * command goes alone. Errors belong to the command that Redis refused; a broken link fails the
 * calls that were in flight on it, each with whether it may have run, and nobody else.
 */
final class Combiner {
  /** So many callers have a link each, where there are as many links; more are a crowd. */
  private static final int FEW = 6;

  private static final int MAX_BATCH = 384;
  private static final int MAX_BATCH_BYTES = 64 * 1024;
  private static final int SMALL_BATCH = 4;

  private final Link[] links;
  private final Pace pace;
  private final long timeoutNanos;
  private final Overdue overdue;
  private final Queue<Call> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger epoch = new AtomicInteger();
  private volatile boolean closed;

  private final AtomicInteger queued = new AtomicInteger();

  /**
   * Creates a combiner that has no connection yet.
   *
   * @param maxLinks how many connections it may open
   * @param timeoutMillis how long a caller waits for its turn and its reply
   */
  Combiner(Supplier<? extends Link.Wire> opener, int maxLinks, long timeoutMillis) {
    this.pace = new Pace(maxLinks, FEW);
    this.links = new Link[maxLinks];
    for (int i = 0; i < maxLinks; i++) {
      links[i] = new Link(opener);
    }
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    this.overdue = new Overdue(timeoutMillis, pace::isIdle, this::expire);
  }

  /**
   * Runs one command and returns the reply as Jedis reads it.
   *
   * @throws redis.clients.jedis.exceptions.JedisException Redis's error, or why there is no reply
   */
  @Nullable Object execute(Call call) {
    pace.enter();
    try {
      return run(call);
    } finally {
      pace.leave();
    }
  }

  private @Nullable Object run(Call call) {
    Link link = takeFree();
    if (link == null) {
      enqueue(call);
      link = takeFree();
      if (link != null) {
        handOver(link);
      }
      link = await(call);
    } else {
      call.take();
    }
    if (link != null) {
      lead(link, call);
    }
    return call.result();
  }

  /** Opens the first connection, checks that the server answers and measures how quickly. */
  void verify() {
    pace.probe(() -> execute(new Call(new CommandArguments(Protocol.Command.PING))));
  }

  /** Has every connection opened anew before it is used again: the server may have gone. */
  void distrustConnections() {
    epoch.incrementAndGet();
  }

  /** Closes all connections; calls in flight and in the queue end with an error. Idempotent. */
  void close() {
    closed = true;
    for (Link link : links) {
      link.shutDown();
    }
    Link free = takeFree();
    if (free != null) {
      handOver(free);
    }
    overdue.close();
  }

  private @Nullable Link await(Call call) {
    if (!call.isVirtual()) {
      pace.giveWay(call::isUnsettled);
      return call.await(timeoutNanos);
    }
    overdue.watch();
    return call.awaitExpiry();
  }

  private void expire() {
    long now = System.nanoTime();
    queue.forEach(call -> call.expire(now, timeoutNanos));
    for (Link link : links) {
      link.running().forEach(call -> call.expire(now, timeoutNanos));
    }
  }

  private void lead(Link link, Call own) {
    try {
      if (queue.isEmpty()) {
        long look = pace.look();
        send(link, List.of(own), own.wakesOthers() ? 0 : look);
      } else {
        send(link, collect(own), 0);
      }
      if (!queue.isEmpty()) {
        send(link, collect(null), 0);
      }
    } finally {
      handOver(link);
    }
  }

  private void send(Link link, List<Call> batch, long look) {
    if (batch.isEmpty()) {
      return;
    }
    if (closed) {
      JedisConnectionException error = new JedisConnectionException("The connection was closed");
      batch.forEach(call -> call.complete(null, error));
      return;
    }
    long start = System.nanoTime();
    link.run(batch, epoch.get(), look, pace::isAlone);
    if (batch.size() <= SMALL_BATCH) {
      pace.measured(start);
    }
  }

  /** Makes a batch of waiting calls, up to its bounds, with the leader's own in front. */
  private List<Call> collect(@Nullable Call own) {
    List<Call> batch = new ArrayList<>();
    int bytes = 0;
    if (own != null) {
      batch.add(own);
      bytes = own.size();
    }
    Call next;
    while (batch.size() < MAX_BATCH && (next = queue.peek()) != null) {
      int size = next.size();
      if (!batch.isEmpty() && bytes + size > MAX_BATCH_BYTES) {
        break;
      }
      if (queue.remove(next)) {
        queued.decrementAndGet();
        if (next.take()) {
          batch.add(next);
          bytes += size;
        }
      }
    }
    return batch;
  }

  private @Nullable Link takeFree() {
    int usable = pace.links(queued.get());
    for (int i = 0; i < usable; i++) {
      if (links[i].tryTake()) {
        return links[i];
      }
    }
    return null;
  }

  private boolean isUsable(Link link) {
    int usable = pace.links(queued.get());
    for (int i = 0; i < usable; i++) {
      if (links[i] == link) {
        return true;
      }
    }
    return false;
  }

  private void enqueue(Call call) {
    queue.add(call);
    queued.incrementAndGet();
  }

  private @Nullable Call dequeue() {
    Call next = queue.poll();
    if (next != null) {
      queued.decrementAndGet();
    }
    return next;
  }

  /** Gives the link to the oldest waiter, or frees it if there is none or others will do. */
  private void handOver(Link link) {
    Link free = link;
    if (!isUsable(link)) {
      link.release();
      free = queue.isEmpty() ? null : takeFree();
    }
    while (free != null) {
      Call next = dequeue();
      if (next == null) {
        free.release();
        free = queue.isEmpty() ? null : takeFree();
      } else if (next.grant(free)) {
        return;
      }
    }
  }
}
