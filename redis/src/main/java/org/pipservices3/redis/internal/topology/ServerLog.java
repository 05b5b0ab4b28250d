package org.pipservices3.redis.internal.topology;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.Throttle;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Logs when a server can no longer be connected to, and when a server that was lost is back.
 *
 * <p>A loss begins when a connection breaks or cannot be opened, and ends when one is opened: so
 * there is at most one warning and one line for its end, however many calls meet it. A server that
 * comes and goes is told of every {@value #PAUSE_SECONDS} s. Nothing is logged before {@link
 * #begin}: until then a failure is an exception of the component's {@code open}.
 *
 * <p>Safe for any number of threads.
 */
public final class ServerLog {
  private static final int PAUSE_SECONDS = 10;
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(PAUSE_SECONDS);

  private final CompositeLogger logger;
  private final Server master = new Server();
  private volatile boolean begun;

  public ServerLog(CompositeLogger logger) {
    this.logger = logger;
  }

  /** Logs from now on. */
  public void begin() {
    begun = true;
  }

  /** For the only master, wherever it is. */
  Server master() {
    return master;
  }

  /** For one of several servers. */
  Server server() {
    return new Server();
  }

  private static final class Loss {
    final long start = System.nanoTime();
    final AtomicBoolean told = new AtomicBoolean();
  }

  /** What was told of one server. */
  final class Server {
    private final AtomicReference<@Nullable Loss> loss = new AtomicReference<>();
    private final Throttle lines = new Throttle(System::nanoTime, PAUSE);

    /** Notes that a connection broke. */
    void lost() {
      if (begun && loss.get() == null) {
        loss.compareAndSet(null, new Loss());
      }
    }

    /** Notes that a connection could not be opened. */
    void failed(HostAndPort address, JedisException cause) {
      lost();
      Loss current = loss.get();
      if (current != null && !current.told.get() && lines.admit() > 0) {
        current.told.set(true);
        logger.warn(
            null,
            "%s. Every call tries again",
            Errors.cannotConnect(null, address.toString(), cause).getMessage());
      }
    }

    /** Notes that a connection was opened. */
    void reached(HostAndPort address) {
      end(address, "Redis at %s is back, connected again after %d ms");
    }

    /** Notes that others have taken its place. */
    void replaced(HostAndPort address) {
      end(address, "Redis at %s was lost for %d ms, now others answer for its keys");
    }

    private void end(HostAndPort address, String message) {
      Loss ended = loss.get() == null ? null : loss.getAndSet(null);
      if (ended != null && (ended.told.get() || lines.admit() > 0)) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ended.start);
        logger.info(null, message, address, millis);
      }
    }
  }
}
