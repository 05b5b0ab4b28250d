package org.pipservices3.redis.internal.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Reports changes, by any client, of keys that were read through it: the module's one source for
 * waking lock waiters and for invalidating near-cache entries.
 *
 * <p>Every server that answers for keys has a {@link NodeTracking} with a thread of its own, and a
 * key is read on that of its server. What happens while a connection is lost, or while another
 * server takes over, is unknown: so either counts as a change of everything. Then near caches drop
 * all entries, and waiters ask again, which registers their keys anew.
 *
 * <p>Longer than others, since it is the port of its package, with every way to read.
 *
 * <p>Safe for any number of threads. Threads start with the first subscription. Listeners run on
 * them, or on a thread that reads a value here, and must not block.
 */
public class KeyTracking {
  /** How long a change may stay unnoticed on a connection that was lost silently, in ms. */
  public static final int STALENESS_BOUND = 2 * Heartbeat.PERIOD;

  /** What {@link #remaining} returns where nothing is tracked. */
  public static final long NOT_TRACKED = -3;

  /** PTTL of a key that is not there, perhaps since just after its value was read. */
  private static final long MISSING = -2;

  private static final int MAX_REDIRECTS = 3;

  private record Exchange(TrackingConnection connection, List<@Nullable Object> replies) {}

  /** Called on a thread that reads here, or on the one that learns of other servers. */
  public interface Listener {
    /** This key was written, removed, evicted or has expired. */
    void changed(String key);

    /** Any key may have changed: all were flushed, or invalidations may have been lost. */
    void everythingChanged();
  }

  /** The connection on which a value was read, and changes of its key are reported. */
  public interface Source {
    /** Whether every change up to {@link #STALENESS_BOUND} ms before {@code now} was reported. */
    boolean isLive(long now);
  }

  /**
   * A value as it was read.
   *
   * @param value not copied; null if there is none
   * @param ttl the rest of its lifetime in milliseconds; -1 if it has no end, -2 without a value
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Reading(byte @Nullable [] value, long ttl, Source source) {}

  private final String threadName;
  private final Topology topology;
  private final CompositeLogger logger;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Map<Node, NodeTracking> trackings = new ConcurrentHashMap<>();
  private final AtomicBoolean warned = new AtomicBoolean();
  private final ReentrantLock changing = new ReentrantLock();
  private boolean started; // guarded by changing
  private boolean closed; // guarded by changing

  public KeyTracking(String threadName, Topology topology, CompositeLogger logger) {
    this.threadName = threadName;
    this.topology = topology;
    this.logger = logger;
    topology.onChange(this::follow);
  }

  /** Adds a listener for all keys that any caller reads here, and starts tracking. */
  public void subscribe(Listener listener) {
    listeners.add(listener);
    changing.lock();
    try {
      if (!started && !closed) {
        started = true;
        trackMasters();
      }
    } finally {
      changing.unlock();
    }
  }

  public void unsubscribe(Listener listener) {
    listeners.remove(listener);
  }

  /**
   * Reads the rest of a key's lifetime, and registers it: its next change is reported.
   *
   * @param onReply run on the thread that reads, between the invalidations of changes that are in
   *     the reply and those that are not
   * @return milliseconds, -1 for ever, -2 if the key is missing, or {@link #NOT_TRACKED}
   */
  public long remaining(String key, Runnable onReply) {
    Exchange exchange = exchange(key, /* mayRead= */ false, onReply, command(Command.PTTL, key));
    return exchange != null && exchange.replies.get(0) instanceof Long millis
        ? millis
        : NOT_TRACKED;
  }

  /**
   * Reads a value and watches its key; null where nothing is tracked or Redis answers an error. The
   * calling thread takes invalidations, too, which may reach others a millisecond later.
   */
  public @Nullable Reading read(String key) {
    return read(key, /* mayRead= */ true, TrackingConnection.NOTHING);
  }

  /** The same on the tracking thread, which runs {@code onReply} when the replies are there. */
  public @Nullable Reading read(String key, Runnable onReply) {
    return read(key, /* mayRead= */ false, onReply);
  }

  /**
   * Reads many values like {@link #read(String)}, those of one server together.
   *
   * @return the readings in the order of the keys, null for each that could not be read here
   */
  public @Nullable Reading[] readAll(List<String> keys) {
    return new TrackedReads(topology, this::connectionTo).read(keys);
  }

  private @Nullable Reading read(String key, boolean mayRead, Runnable onReply) {
    Exchange exchange =
        exchange(key, mayRead, onReply, command(Command.GET, key), command(Command.PTTL, key));
    return exchange == null
        ? null
        : reading(exchange.replies.get(0), exchange.replies.get(1), exchange.connection);
  }

  /** What the replies to GET and PTTL say; null where one of them is an error. */
  static @Nullable Reading reading(@Nullable Object value, @Nullable Object ttl, Source source) {
    if (!(ttl instanceof Long millis) || value instanceof JedisDataException) {
      return null;
    }
    return new Reading(millis == MISSING ? null : (byte[]) value, millis, source);
  }

  /** Closes the connections and waits for the threads. Idempotent. */
  public void close() {
    List<NodeTracking> ended;
    changing.lock();
    try {
      closed = true;
      ended = List.copyOf(trackings.values());
      trackings.clear();
    } finally {
      changing.unlock();
    }
    ended.forEach(NodeTracking::shutDown);
    ended.forEach(NodeTracking::join);
  }

  private void follow() {
    changing.lock();
    try {
      if (started && !closed) {
        trackMasters();
      }
    } finally {
      changing.unlock();
    }
    emit(null);
  }

  private void trackMasters() {
    Collection<Node> masters = topology.masters();
    trackings.forEach(
        (node, tracking) -> {
          if (!masters.contains(node)) {
            trackings.remove(node);
            tracking.shutDown();
          }
        });
    for (Node node : masters) {
      if (!trackings.containsKey(node)) {
        NodeTracking added = new NodeTracking(threadName, node, topology, this::emit, this::log);
        trackings.put(node, added);
        added.start();
      }
    }
  }

  private @Nullable Exchange exchange(
      String key, boolean mayRead, Runnable onReply, CommandArguments... commands) {
    boolean asking = false;
    try {
      Node node = topology.nodeOf(key);
      for (int hop = 0; hop < MAX_REDIRECTS && node != null; hop++) {
        TrackingConnection connection = connectionTo(node);
        if (connection == null || node.isTooLarge(commands[0])) {
          return null;
        }
        try {
          return new Exchange(
              connection, Arrays.asList(connection.exchange(asking, mayRead, onReply, commands)));
        } catch (JedisDataException answer) {
          if (Errors.code(answer).equals("NOPERM")) {
            log(node, NodeTracking.Event.REFUSED);
          }
          node = topology.redirect(node, answer);
          asking = answer instanceof JedisAskDataException;
        }
      }
    } catch (JedisConnectionException e) {
      // No server is known for the key, or the connection was lost, which its own thread handles.
    }
    return null;
  }

  private @Nullable TrackingConnection connectionTo(Node node) {
    NodeTracking tracking = trackings.get(node);
    return tracking == null ? null : tracking.connection();
  }

  private static CommandArguments command(Command verb, String key) {
    return new CommandArguments(verb).add(key.getBytes(UTF_8));
  }

  private void emit(@Nullable List<byte[]> keys) {
    for (Listener listener : listeners) {
      if (keys == null) {
        listener.everythingChanged();
      } else {
        for (byte[] key : keys) {
          listener.changed(new String(key, UTF_8));
        }
      }
    }
  }

  private void log(Node node, NodeTracking.Event event) {
    switch (event) {
      case LOST ->
          logger.warn(null, "Lost the key tracking connection to %s, connecting again", node);
      case BACK -> logger.info(null, "The key tracking connection to %s is back", node);
      case REFUSED -> {
        if (warned.compareAndSet(false, true)) {
          logger.warn(
              null,
              "Redis at %s does not allow key tracking (HELLO 3, CLIENT TRACKING, GET, PTTL):"
                  + " locks poll and near caches stay off",
              node);
        }
      }
    }
  }
}
