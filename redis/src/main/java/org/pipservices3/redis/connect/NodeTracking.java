package org.pipservices3.redis.connect;

import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisProtocolNotSupportedException;

/**
 * Keeps one {@link TrackingLink} to one server.
 *
 * <p>A named daemon thread reads the link and replaces it when it fails, with growing pauses. A
 * loss is reported as a change of everything, and the {@link Topology} hears of it: perhaps another
 * server has taken over. A new link is reported so as well, so that who asked in vain meanwhile
 * asks again. A server that refuses tracking (its version, its ACL, a proxy) is left alone.
 */
final class NodeTracking {
  private static final int FIRST_DELAY = 50;
  private static final int LONGEST_DELAY = 2_000;
  private static final Set<String> REFUSALS = Set.of("NOPERM", "NOPROTO");

  private final Node node;
  private final Topology topology;
  private final TrackingSocket.Reports reports;
  private final BiConsumer<Node, Boolean> warnings;
  private final Daemon reader;
  private volatile @Nullable TrackingLink link; // written by the thread

  /**
   * Creates a tracking that is to be started.
   *
   * @param warnings told that the link was lost, or (true) that tracking is refused
   */
  NodeTracking(
      String threadName,
      Node node,
      Topology topology,
      TrackingSocket.Reports reports,
      BiConsumer<Node, Boolean> warnings) {
    this.node = node;
    this.topology = topology;
    this.reports = reports;
    this.warnings = warnings;
    this.reader = new Daemon(threadName, this::track);
  }

  void start() {
    reader.start();
  }

  /** The link, or null while there is none. */
  @Nullable TrackingLink link() {
    return link;
  }

  /** Ends the link and the thread. Idempotent. */
  void shutDown() {
    reader.stop();
    TrackingLink current = link;
    if (current != null) {
      current.shutDown();
    }
  }

  /** Waits until the thread has ended. */
  void join() {
    reader.join();
  }

  private void track() {
    int delay = FIRST_DELAY;
    while (reader.isOpen()) {
      try {
        TrackingLink opened = node.track(reports);
        link = opened;
        reports.changed(null);
        delay = FIRST_DELAY;
        if (!reader.isOpen()) {
          opened.shutDown();
        }
        opened.readUntilFailure();
      } catch (JedisException e) {
        if (isRefused(e)) {
          warnings.accept(node, true);
          return;
        }
        if (reader.isOpen()) {
          topology.lost(node, e);
        }
      } finally {
        lose();
      }
      reader.pause(delay);
      delay = Math.min(LONGEST_DELAY, delay * 2);
    }
  }

  private void lose() {
    TrackingLink lost = link;
    if (lost != null) {
      link = null;
      reports.changed(null);
      if (reader.isOpen()) {
        topology.lost(node, lost.failure());
        warnings.accept(node, false);
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
