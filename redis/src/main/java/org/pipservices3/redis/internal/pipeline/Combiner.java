package org.pipservices3.redis.internal.pipeline;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.threads.IoThreads;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Command combining for one server: many threads share few connections, and their commands are sent
 * together.
 *
 * <p>A caller that finds a free connection sends at once, on its own thread, as quickly as on a
 * connection of its own. If all are busy, the call is queued. The next caller that gets a
 * connection leads: it writes the queued commands as one pipeline, reads the replies in order and
 * wakes each caller with its own. So a command costs less the more there are, and no dispatcher
 * thread delays a command that need not wait.
 *
 * <p>A leader sends one batch with its own command, and a second one since the connection would be
 * idle while the next leader wakes up. Then it hands the connection to the oldest waiter: if it
 * went on until the queue is empty, its own caller would wait for everybody. The hand-over is in a
 * {@code finally}, since the queue would hang without it.
 *
 * <p>Virtual threads and callers with a timeout of their own never lead ({@link Call#isLed}): one
 * of the {@link IoThreads} leads as long as such a call is the oldest. Nor does a caller lead that
 * has waited for half of its timeout, since its own reply may take as long again.
 *
 * <p>{@link LatencyPolicy} decides how many connections are in use and how a caller waits. Redis's
 * error goes to the caller whose command it refused. A lost connection fails the calls that were in
 * flight on it, each with whether it may have run, and no others.
 *
 * <p>Who waits, who leads and who gets a connection next is one protocol, so it is in one class,
 * which is longer than others. Not final, so that the model checker can replace its threads.
 */
public class Combiner {
  /** More callers than that are a crowd; so few have a connection each, if there are as many. */
  public static final int FEW = 6;

  private static final int SMALL_BATCH = 4;

  private final PipelinedConnections connections;
  private final LatencyPolicy latencyPolicy;
  private final CallQueue queue;
  private final long timeoutNanos;
  private final TimeoutWatchdog watchdog;
  private final IoThreads ioThreads;
  private volatile boolean closed;

  /** Creates a combiner whose callers wait that long for a connection and its reply. */
  @SuppressWarnings("this-escape") // nothing is called back before the first call
  public Combiner(
      Supplier<? extends Wire> opener,
      ConnectionValidity validity,
      int maxConnections,
      long timeoutMillis,
      LatencyPolicy latencyPolicy,
      ReplySizes sizes) {
    this.latencyPolicy = latencyPolicy;
    this.queue = new CallQueue(sizes);
    this.connections =
        new PipelinedConnections(
            opener, validity, maxConnections, latencyPolicy, sizes, this::serveQueue);
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    this.ioThreads = new IoThreads(maxConnections);
    this.watchdog = new TimeoutWatchdog(timeoutMillis, latencyPolicy::isIdle, this::expire);
  }

  /** Runs a call; returns the reply as Jedis reads it, or throws why there is none. */
  public @Nullable Object execute(Call call) {
    latencyPolicy.enter();
    try {
      return run(call);
    } finally {
      latencyPolicy.leave();
    }
  }

  private @Nullable Object run(Call call) {
    PipelinedConnection connection =
        call.timeoutMillis() > 0 ? connections.takeAny() : connections.takeFree(queue.size());
    if (connection == null) {
      queue.add(call);
      serveQueue();
      connection = await(call);
    } else if (call.isLed()) {
      leadFor(connection, call);
      connection = await(call);
    } else {
      call.take();
    }
    while (connection != null) {
      lead(connection, call);
      connection = call.isDone() ? null : await(call);
    }
    return call.result();
  }

  /** Opens the first connection, checks that the server answers and measures how quickly. */
  public void verify() {
    latencyPolicy.probe(() -> execute(new Call(new CommandArguments(Protocol.Command.PING))));
  }

  /** Closes all connections; calls in flight and in the queue end with an error. Idempotent. */
  public void close() {
    closed = true;
    connections.forEach(PipelinedConnection::shutDown);
    serveQueue();
    watchdog.close();
    ioThreads.close();
  }

  /**
   * Closes the connections whose calls have all timed out, which frees their I/O threads for new
   * ones. {@link ConnectionValidity#distrust} must come first: no new batch goes over them then.
   */
  public void dropAbandoned() {
    connections.forEach(PipelinedConnection::dropAbandoned);
  }

  private @Nullable PipelinedConnection await(Call call) {
    if (call.isExpiring()) {
      watch();
      if (!call.wakesOthers()) {
        latencyPolicy.spinWhile(call::isUnsettled);
      }
      return call.await(Long.MAX_VALUE);
    }
    if (!call.isLed()) {
      latencyPolicy.yieldWhile(call::isUnsettled);
    }
    int own = call.timeoutMillis();
    PipelinedConnection connection =
        call.await(own > 0 ? TimeUnit.MILLISECONDS.toNanos(own) : timeoutNanos);
    if (connection != null && call.hasSlept(timeoutNanos / 2)) {
      handOver(connection);
      throw Call.late();
    }
    return connection;
  }

  private void expire() {
    long now = System.nanoTime();
    queue.expire(now, timeoutNanos);
    connections.forEach(each -> each.expire(now, timeoutNanos));
  }

  private void lead(PipelinedConnection connection, Call own) {
    Call last = null;
    try {
      last = leadOnce(connection, own);
      if (!queue.isEmpty() && connection.isOpen()) {
        wake(last);
        last = send(connection, queue.collect(null), 0);
      }
    } finally {
      handOver(connection);
      wake(last);
    }
  }

  private void leadFor(PipelinedConnection connection, Call first) {
    onIoThread(
        () -> {
          Call last = null;
          try {
            Call next = first;
            while (next != null) {
              wake(last);
              last = next.take() ? leadOnce(connection, next) : null;
              next = connections.areUsing(connection, queue.size()) ? queue.pollLed() : null;
            }
          } finally {
            handOver(connection);
            wake(last);
          }
        });
  }

  /** Has another thread do this; the model checker has its own. */
  void onIoThread(Runnable leading) {
    ioThreads.execute(leading);
  }

  /** Has the waits of callers without a timer end; in the model they need not. */
  void watch() {
    watchdog.watch();
  }

  private @Nullable Call leadOnce(PipelinedConnection connection, Call own) {
    if (!queue.isEmpty()) {
      return send(connection, queue.collect(own), 0);
    }
    long spin = own.isLed() ? 0 : latencyPolicy.spinNanos();
    return send(connection, List.of(own), own.wakesOthers() ? 0 : spin);
  }

  private static void wake(@Nullable Call call) {
    if (call != null) {
      call.wake();
    }
  }

  /** Sends a batch and returns its last call, whose caller is to be woken. */
  private @Nullable Call send(PipelinedConnection connection, List<Call> batch, long spin) {
    if (batch.isEmpty()) {
      return null;
    }
    long start = System.nanoTime();
    JedisException refusal =
        closed
            ? new JedisConnectionException("The connection was closed")
            : connection.prepare(batch, start);
    if (refusal != null) {
      queue.putBack(batch, !closed && connections.limit(), refusal);
      return null;
    }
    connection.run(batch, start, spin, latencyPolicy::isAlone);
    if (batch.size() <= SMALL_BATCH) {
      latencyPolicy.measured(start);
    }
    return batch.get(batch.size() - 1);
  }

  private @Nullable PipelinedConnection takeFreeForQueue() {
    return queue.isEmpty() ? null : connections.takeFree(queue.size());
  }

  /** Hands a free connection to the oldest waiter, if there are both. */
  private void serveQueue() {
    serve(takeFreeForQueue());
  }

  /** Gives the connection to the oldest waiter, or frees it if there is none or others will do. */
  private void handOver(PipelinedConnection connection) {
    if (connections.areUsing(connection, queue.size())) {
      serve(connection);
    } else {
      connection.release();
      serveQueue();
    }
  }

  private void serve(@Nullable PipelinedConnection connection) {
    PipelinedConnection free = connection;
    while (free != null) {
      Call next = queue.poll();
      if (next == null) {
        free.release();
        free = takeFreeForQueue();
      } else if (next.isLed()) {
        leadFor(free, next);
        return;
      } else if (next.grant(free)) {
        return;
      }
    }
  }
}
