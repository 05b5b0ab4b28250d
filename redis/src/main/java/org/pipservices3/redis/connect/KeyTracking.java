package org.pipservices3.redis.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.log.CompositeLogger;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisProtocolNotSupportedException;

/**
 * Tells of changes to keys that were read through it, whoever makes them: the module's one source
 * for waking lock waiters and for keeping near copies coherent.
 *
 * <p>Internal to the module. A named daemon thread keeps one {@link TrackingLink} to the server,
 * calls the listeners, and replaces the link when it fails, with growing pauses. What happened in
 * between is unknown: so a loss counts as a change of everything, and until a new link stands
 * {@link #isLive} is false and nothing can be read here. A new link counts as a change as well, so
 * that who asked in vain meanwhile asks again. A server that refuses tracking (its version, its
 * ACL, a proxy) is left alone after one warning.
 *
 * <p>Safe for any number of threads. The thread starts with the first subscription. Listeners run
 * on it and must not block.
 */
public final class KeyTracking {
  /** How long a change may stay unnoticed on a link that died silently. */
  public static final int STALENESS_BOUND = 2 * TrackingLink.HEARTBEAT;

  /** What {@link #remaining} returns where nothing is tracked. */
  public static final long NOT_TRACKED = -3;

  private static final long BOUND_NANOS = TimeUnit.MILLISECONDS.toNanos(STALENESS_BOUND);
  private static final int FIRST_DELAY = 50;
  private static final int LONGEST_DELAY = 2_000;
  private static final Set<String> REFUSALS = Set.of("NOPERM", "NOPROTO");

  /** Hears of changes, on the tracking thread. */
  public interface Listener {
    /** This key was written, removed, evicted or has expired. */
    void changed(String key);

    /** Any key may have changed: all were flushed, or reports may have been lost. */
    void everythingChanged();
  }

  /** What was read: a value with the rest of its lifetime. */
  public static final class Reading {
    private final byte @Nullable [] value;
    private final long ttl;

    Reading(byte @Nullable [] value, long ttl) {
      this.value = value;
      this.ttl = ttl;
    }

    /** The value, not copied, or null if there is none. */
    public byte @Nullable [] value() {
      return value;
    }

    /** The rest of its lifetime in milliseconds; negative if it has no end. */
    public long ttl() {
      return ttl;
    }
  }

  private final String threadName;
  private final String address;
  private final Function<TrackingLink.Reports, TrackingLink> opener;
  private final CompositeLogger logger;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ReentrantLock starting = new ReentrantLock();
  private @Nullable Thread thread; // guarded by starting
  private volatile @Nullable TrackingLink link; // written by the tracking thread

  KeyTracking(
      String threadName,
      String address,
      Function<TrackingLink.Reports, TrackingLink> opener,
      CompositeLogger logger) {
    this.threadName = threadName;
    this.address = address;
    this.opener = opener;
    this.logger = logger;
  }

  /** Adds a listener, which hears of every key that anybody read here, and starts tracking. */
  public void subscribe(Listener listener) {
    listeners.add(listener);
    starting.lock();
    try {
      if (thread == null && closed.getCount() > 0) {
        Thread tracker = new Thread(this::track, threadName);
        tracker.setDaemon(true);
        tracker.start();
        thread = tracker;
      }
    } finally {
      starting.unlock();
    }
  }

  /** Removes a listener. */
  public void unsubscribe(Listener listener) {
    listeners.remove(listener);
  }

  /**
   * Whether every change up to {@link #STALENESS_BOUND} ms ago has been told.
   *
   * @param now the time by {@link System#nanoTime}
   */
  public boolean isLive(long now) {
    TrackingLink current = link;
    return current != null && now - current.upToDate() < BOUND_NANOS;
  }

  /**
   * Reads how long a key has still to live, and watches it: its next change will be told.
   *
   * @param onReply run on the tracking thread when the reply is there: changes that were told
   *     before are in the reply, those told after are not
   * @return milliseconds, -1 for ever, -2 if the key is missing, or {@link #NOT_TRACKED}
   */
  public long remaining(String key, Runnable onReply) {
    @Nullable Object[] replies = exchange(onReply, command(Command.PTTL, key));
    return replies != null && replies[0] instanceof Long millis ? millis : NOT_TRACKED;
  }

  /** Reads a value and watches its key; null where nothing is tracked or Redis answers an error. */
  public @Nullable Reading read(String key) {
    return read(key, TrackingLink.NOTHING);
  }

  /** The same, with something to run on the tracking thread when the replies are there. */
  public @Nullable Reading read(String key, Runnable onReply) {
    @Nullable Object[] replies =
        exchange(onReply, command(Command.GET, key), command(Command.PTTL, key));
    if (replies == null || !(replies[1] instanceof Long ttl)) {
      return null;
    }
    return new Reading((byte[]) replies[0], ttl);
  }

  /** Ends the link and waits for the thread. Idempotent. */
  void close() {
    closed.countDown();
    TrackingLink current = link;
    if (current != null) {
      current.shutDown();
    }
    starting.lock();
    try {
      if (thread != null && thread != Thread.currentThread()) {
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      starting.unlock();
    }
  }

  private @Nullable Object @Nullable [] exchange(Runnable onReply, CommandArguments... commands) {
    TrackingLink current = link;
    if (current == null) {
      return null;
    }
    try {
      return current.exchange(onReply, commands);
    } catch (JedisException e) {
      return null;
    }
  }

  private static CommandArguments command(Command verb, String key) {
    return new CommandArguments(verb).add(key.getBytes(UTF_8));
  }

  private void track() {
    int delay = FIRST_DELAY;
    while (closed.getCount() > 0) {
      try {
        TrackingLink opened = opener.apply(this::report);
        link = opened;
        report(null);
        delay = FIRST_DELAY;
        if (closed.getCount() == 0) {
          opened.shutDown();
        }
        opened.readUntilFailure();
      } catch (JedisException e) {
        if (isRefused(e)) {
          logger.warn(
              null,
              "Redis at %s does not allow key tracking (HELLO 3, CLIENT TRACKING):"
                  + " locks poll and near caches stay off",
              address);
          return;
        }
      } finally {
        lose();
      }
      delay = pause(delay);
    }
  }

  private void lose() {
    if (link != null) {
      link = null;
      report(null);
      if (closed.getCount() > 0) {
        logger.warn(null, "Lost the key tracking connection to %s, connecting again", address);
      }
    }
  }

  private int pause(int delay) {
    try {
      closed.await(delay, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Math.min(LONGEST_DELAY, delay * 2);
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

  private static boolean isRefused(JedisException e) {
    if (e instanceof JedisProtocolNotSupportedException) {
      return true;
    }
    return e instanceof JedisDataException answer
        && (REFUSALS.contains(Errors.code(answer))
            || String.valueOf(answer.getMessage()).toLowerCase(Locale.ROOT).contains("unknown"));
  }
}
