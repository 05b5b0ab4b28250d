package org.pipservices3.redis.internal.tracking;

import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.TemporaryErrors;
import org.pipservices3.redis.internal.threads.Daemon;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisProtocolNotSupportedException;

/**
 * Keeps one {@link TrackingConnection} to one server.
 *
 * <p>A named daemon thread reads the connection and replaces it when it fails, with growing pauses.
 * A loss counts as a change of everything, and is passed to the {@link Topology}: another server
 * may have taken over. A new connection counts as one, too, so that callers that found no tracking
 * ask again. A server that refuses tracking (its version, its ACL, a proxy) is left alone, but for
 * an attempt every {@value #PROBE_MINUTES} minutes. Any answer but "not now" is a refusal; and so
 * is a connection closed {@value #BREAKS} times in a row while others work, as some proxies do.
 */
final class NodeTracking {

  /** What happens to the connection. */
  enum Event {
    LOST,
    BACK,
    REFUSED
  }

  private static final int FIRST_DELAY = 50;
  private static final int LONGEST_DELAY = 2_000;
  private static final int BREAKS = 3;
  private static final int PROBE_MINUTES = 5;
  private static final long PROBE = TimeUnit.MINUTES.toMillis(PROBE_MINUTES);

  private final Node node;
  private final Topology topology;
  private final TrackingSocket.Invalidations invalidations;
  private final BiConsumer<Node, Event> events;
  private final Daemon reader;
  private volatile @Nullable TrackingConnection connection; // written by the thread

  NodeTracking(
      String threadName,
      Node node,
      Topology topology,
      TrackingSocket.Invalidations invalidations,
      BiConsumer<Node, Event> events) {
    this.node = node;
    this.topology = topology;
    this.invalidations = invalidations;
    this.events = events;
    this.reader = new Daemon(threadName, this::track);
  }

  void start() {
    reader.start();
  }

  /** The connection, or null while there is none. */
  @Nullable TrackingConnection connection() {
    return connection;
  }

  /** Closes the connection and ends the thread. Idempotent. */
  void shutDown() {
    reader.stop();
    TrackingConnection current = connection;
    if (current != null) {
      current.shutDown();
    }
  }

  void join() {
    reader.join();
  }

  private void track() {
    int delay = FIRST_DELAY;
    int breaks = 0;
    boolean lost = false;
    while (reader.isOpen()) {
      boolean refused = false;
      try {
        TrackingConnection opened = TrackingConnection.open(node, invalidations);
        breaks = 0;
        connection = opened;
        invalidations.changed(null);
        if (lost) {
          events.accept(node, Event.BACK);
        }
        lost = true;
        delay = FIRST_DELAY;
        if (!reader.isOpen()) {
          opened.shutDown();
        }
        opened.readUntilFailure();
      } catch (JedisException e) {
        breaks = isBreak(e) ? breaks + 1 : 0;
        refused = isRefusal(e) || breaks >= BREAKS;
        if (refused) {
          events.accept(node, Event.REFUSED);
        } else if (reader.isOpen()) {
          topology.lost(node, e);
        }
      } finally {
        lose();
      }
      reader.pause(refused ? PROBE : delay);
      delay = Math.min(LONGEST_DELAY, delay * 2);
    }
  }

  private void lose() {
    TrackingConnection lost = connection;
    if (lost != null) {
      connection = null;
      invalidations.changed(null);
      if (reader.isOpen()) {
        topology.lost(node, lost.failure());
        events.accept(node, Event.LOST);
      }
    }
  }

  private static boolean isRefusal(JedisException e) {
    return e instanceof JedisProtocolNotSupportedException
        || (e instanceof JedisDataException answer
            && !TemporaryErrors.includes(answer)
            && !Errors.isUnauthenticated(answer));
  }

  /** Whether the server closed this connection but answers on others. */
  private boolean isBreak(JedisException e) {
    if (e instanceof JedisDataException || !reader.isOpen()) {
      return false;
    }
    try {
      node.ask(new CommandArguments(Protocol.Command.PING));
      return true;
    } catch (JedisException other) {
      return false;
    }
  }
}
