package org.pipservices3.redis.internal.pipeline;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.wire.Wire;

/**
 * The connections of one {@link Combiner}, as many of them in use as its {@link LatencyPolicy}
 * says. One on which a large reply comes does not count, so that another is used in its place. If
 * one cannot be opened, because the server accepts no more, its calls go to those that are open.
 *
 * <p>Safe for any number of threads.
 */
final class PipelinedConnections {
  static final int LIMIT_MILLIS = 2_000;
  private static final long LIMIT = TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);

  private final PipelinedConnection[] connections;
  private final LatencyPolicy latencyPolicy;
  private volatile boolean limited;
  private volatile long limitedSince; // written before limited

  /** Creates them closed; the owner of one runs {@code onBusy} when it becomes busy. */
  PipelinedConnections(
      Supplier<? extends Wire> opener,
      ConnectionValidity validity,
      int number,
      LatencyPolicy latencyPolicy,
      ReplySizes sizes,
      Runnable onBusy) {
    this.latencyPolicy = latencyPolicy;
    this.connections = new PipelinedConnection[number];
    for (int i = 0; i < number; i++) {
      connections[i] = new PipelinedConnection(opener, validity, sizes, onBusy);
    }
  }

  /**
   * Notes that one could not be opened: for {@value #LIMIT_MILLIS} ms only open ones are in use.
   *
   * @return whether there are some
   */
  boolean limit() {
    limitedSince = System.nanoTime();
    limited = true;
    return isLimited();
  }

  /** Takes a connection that is in use and free. */
  @Nullable PipelinedConnection takeFree(int queued) {
    return take(latencyPolicy.connections(queued));
  }

  /** Takes any free one: those in use may be held up by a silent server. */
  @Nullable PipelinedConnection takeAny() {
    return take(connections.length);
  }

  private @Nullable PipelinedConnection take(int most) {
    boolean onlyOpen = isLimited();
    int usable = onlyOpen ? connections.length : most;
    for (int i = 0; i < connections.length && usable > 0; i++) {
      if ((!onlyOpen || connections[i].isOpen()) && connections[i].tryTake()) {
        return connections[i];
      }
      usable -= connections[i].isBusy() ? 0 : 1;
    }
    return null;
  }

  boolean areUsing(PipelinedConnection connection, int queued) {
    if (isLimited()) {
      return connection.isOpen();
    }
    int usable = latencyPolicy.connections(queued);
    for (int i = 0; i < connections.length && usable > 0; i++) {
      if (connections[i] == connection) {
        return true;
      }
      usable -= connections[i].isBusy() ? 0 : 1;
    }
    return false;
  }

  private boolean isLimited() {
    if (!limited) {
      return false;
    }
    if (System.nanoTime() - limitedSince > LIMIT) {
      limited = false;
      return false;
    }
    return Arrays.stream(connections).anyMatch(PipelinedConnection::isOpen);
  }

  void forEach(Consumer<? super PipelinedConnection> action) {
    for (PipelinedConnection connection : connections) {
      action.accept(connection);
    }
  }
}
