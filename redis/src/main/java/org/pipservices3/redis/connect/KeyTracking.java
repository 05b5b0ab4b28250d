package org.pipservices3.redis.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
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
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Tells of changes to keys that were read through it, whoever makes them: the module's one source
 * for waking lock waiters and for keeping near copies coherent.
 *
 * <p>Internal to the module. There is one {@link NodeTracking} with a thread of its own to every
 * server that answers for keys, and a key is read on that of its server. What happens while a
 * connection is lost, or while another server takes over, is unknown: so either counts as a change
 * of everything. Then near copies are dropped, and waiters look again, and thereby register where
 * their keys are by now.
 *
 * <p>Safe for any number of threads. Threads start with the first subscription. Listeners run on
 * them, or on a thread that reads a value here, and must not block.
 */
public class KeyTracking {
  /** How long a change may stay unnoticed on a link that died silently. */
  public static final int STALENESS_BOUND = 2 * TrackingLink.HEARTBEAT;

  /** What {@link #remaining} returns where nothing is tracked. */
  public static final long NOT_TRACKED = -3;

  /** What PTTL says of a key that is not there, perhaps since just after its value was read. */
  private static final long MISSING = -2;

  /** How often a reading follows answers that send it elsewhere. */
  private static final int MOST_HOPS = 3;

  private record Exchange(TrackingLink link, List<@Nullable Object> replies) {}

  /** Hears of changes, on a thread that reads here or on that which learns of other servers. */
  public interface Listener {
    /** This key was written, removed, evicted or has expired. */
    void changed(String key);

    /** Any key may have changed: all were flushed, or reports may have been lost. */
    void everythingChanged();
  }

  /** Where a value was read, and whence changes of its key are told. */
  public interface Source {
    /**
     * Whether every change up to {@link #STALENESS_BOUND} ms ago has been told.
     *
     * @param now the time by {@link System#nanoTime}
     */
    boolean isLive(long now);
  }

  /** What was read: a value with the rest of its lifetime. */
  public static final class Reading {
    private final byte @Nullable [] value;
    private final long ttl;
    private final Source source;

    Reading(byte @Nullable [] value, long ttl, Source source) {
      this.value = value;
      this.ttl = ttl;
      this.source = source;
    }

    /** The value, not copied, or null if there is none. */
    public byte @Nullable [] value() {
      return value;
    }

    /** The rest of its lifetime in milliseconds; -1 if it has no end, -2 if there is no value. */
    public long ttl() {
      return ttl;
    }

    /** Where it was read. */
    public Source source() {
      return source;
    }
  }

  private final String threadName;
  private final Topology topology;
  private final CompositeLogger logger;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Map<Node, NodeTracking> trackings = new ConcurrentHashMap<>();
  private final AtomicBoolean warned = new AtomicBoolean();
  private final ReentrantLock changing = new ReentrantLock();
  private boolean started; // guarded by changing
  private boolean closed; // guarded by changing

  KeyTracking(String threadName, Topology topology, CompositeLogger logger) {
    this.threadName = threadName;
    this.topology = topology;
    this.logger = logger;
    topology.onChange(this::follow);
  }

  /** Adds a listener, which hears of every key that anybody read here, and starts tracking. */
  public void subscribe(Listener listener) {
    listeners.add(listener);
    changing.lock();
    try {
      if (!started) {
        started = true;
        trackMasters();
      }
    } finally {
      changing.unlock();
    }
  }

  /** Removes a listener. */
  public void unsubscribe(Listener listener) {
    listeners.remove(listener);
  }

  /**
   * Reads how long a key has still to live, and watches it: its next change will be told.
   *
   * @param onReply run on the thread that reads when the reply is there: changes that were told
   *     before are in the reply, those told after are not
   * @return milliseconds, -1 for ever, -2 if the key is missing, or {@link #NOT_TRACKED}
   */
  public long remaining(String key, Runnable onReply) {
    Exchange exchange = exchange(key, /* reading= */ false, onReply, command(Command.PTTL, key));
    return exchange != null && exchange.replies.get(0) instanceof Long millis
        ? millis
        : NOT_TRACKED;
  }

  /**
   * Reads a value and watches its key; null where nothing is tracked or Redis answers an error. The
   * calling thread takes reports, too, and others may hear of them a millisecond later for that.
   */
  public @Nullable Reading read(String key) {
    return read(key, /* reading= */ true, TrackingLink.NOTHING);
  }

  /**
   * The same, but on the tracking thread, and with something to run there when the replies are in.
   */
  public @Nullable Reading read(String key, Runnable onReply) {
    return read(key, /* reading= */ false, onReply);
  }

  private @Nullable Reading read(String key, boolean reading, Runnable onReply) {
    Exchange exchange =
        exchange(key, reading, onReply, command(Command.GET, key), command(Command.PTTL, key));
    if (exchange == null || !(exchange.replies.get(1) instanceof Long ttl)) {
      return null;
    }
    byte[] value = ttl == MISSING ? null : (byte[]) exchange.replies.get(0);
    return new Reading(value, ttl, exchange.link);
  }

  /** Ends the links and waits for the threads. Idempotent. */
  void close() {
    List<NodeTracking> ended = new ArrayList<>();
    changing.lock();
    try {
      closed = true;
      ended.addAll(trackings.values());
      trackings.clear();
    } finally {
      changing.unlock();
    }
    ended.forEach(NodeTracking::shutDown);
    ended.forEach(NodeTracking::join);
  }

  /** Tracks the servers that answer for keys by now. */
  private void follow() {
    changing.lock();
    try {
      if (started) {
        trackMasters();
      }
    } finally {
      changing.unlock();
    }
    report(null);
  }

  private void trackMasters() {
    if (closed) {
      return;
    }
    Collection<Node> masters = topology.masters();
    for (Node node : List.copyOf(trackings.keySet())) {
      if (!masters.contains(node)) {
        NodeTracking gone = trackings.remove(node);
        if (gone != null) {
          gone.shutDown();
        }
      }
    }
    for (Node node : masters) {
      if (!trackings.containsKey(node)) {
        NodeTracking added = new NodeTracking(threadName, node, topology, this::report, this::warn);
        trackings.put(node, added);
        added.start();
      }
    }
  }

  private @Nullable Exchange exchange(
      String key, boolean reading, Runnable onReply, CommandArguments... commands) {
    boolean asking = false;
    try {
      Node node = topology.nodeOf(key);
      for (int hop = 0; hop < MOST_HOPS && node != null; hop++) {
        NodeTracking tracking = trackings.get(node);
        TrackingLink link = tracking == null ? null : tracking.link();
        if (link == null) {
          return null;
        }
        try {
          return new Exchange(
              link, Arrays.asList(link.exchange(asking, reading, onReply, commands)));
        } catch (JedisDataException answer) {
          if (Errors.code(answer).equals("NOPERM")) {
            warn(node, /* refused= */ true);
          }
          node = topology.redirect(answer);
          asking = answer instanceof JedisAskDataException;
        }
      }
    } catch (JedisConnectionException e) {
      // Nobody is known to have the key, or the link was lost, which its own thread sees to.
    }
    return null;
  }

  private static CommandArguments command(Command verb, String key) {
    return new CommandArguments(verb).add(key.getBytes(UTF_8));
  }

  private void report(@Nullable List<byte[]> keys) {
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

  private void warn(Node node, boolean refused) {
    if (!refused) {
      logger.warn(null, "Lost the key tracking connection to %s, connecting again", node);
    } else if (warned.compareAndSet(false, true)) {
      logger.warn(
          null,
          "Redis at %s does not allow key tracking (HELLO 3, CLIENT TRACKING, GET, PTTL):"
              + " locks poll and near caches stay off",
          node);
    }
  }
}
