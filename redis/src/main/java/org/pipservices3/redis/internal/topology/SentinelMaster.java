package org.pipservices3.redis.internal.topology;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.TemporaryErrors;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The one server that the {@link Sentinels} call the master at the moment.
 *
 * <p>A named daemon thread subscribes to one sentinel, which reports a new master at once, even if
 * the old one only hangs and no command has failed yet. The old server's connections are then
 * closed, so that its callers go to the new one. A sentinel that is cut off from the others misses
 * their decision: so every {@value #ROUND_SECONDS} s, and as soon as a command fails or finds the
 * server to be a replica, the thread asks all of them. An older view than the known one counts only
 * if most of the sentinels share it.
 *
 * <p>A former master that comes back may still act as one. The sentinels demote it, which closes
 * its connections; and each new connection asks for its role first, so that nobody reads from it
 * for long.
 *
 * <p>Safe for any number of threads.
 */
final class SentinelMaster extends WatchedTopology {
  private static final int ROUND_SECONDS = 10;
  private static final long ROUND = TimeUnit.SECONDS.toNanos(ROUND_SECONDS);
  private static final int PAUSE = 200;

  private final Sentinels sentinels;
  private final NodeFactory factory;
  private long epoch; // guarded by the lock
  private volatile @Nullable Node current; // written under the lock

  private volatile boolean mustAsk;
  private volatile @Nullable SentinelSubscription subscription; // written by the watcher
  private long lastRound; // owned by the watcher

  SentinelMaster(Sentinels sentinels, NodeFactory factory, int patience) {
    super("redis-sentinel-watch", patience);
    this.sentinels = sentinels;
    this.factory = factory;
  }

  /** Waits for a master that answers as long as a command would. */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    long start = System.nanoTime();
    while (true) {
      Node master = findMaster(correlationId);
      try {
        master.verify();
        watcher.start();
        return;
      } catch (JedisException e) {
        boolean refused = TemporaryErrors.answerIn(e) != null && !TemporaryErrors.caused(e);
        if (isLate(start) || refused || !watcher.pause(PAUSE)) {
          throw Errors.cannotConnect(correlationId, name(), e);
        }
      }
    }
  }

  @Override
  public Node nodeOf(String key) {
    Node node = current;
    if (node == null) {
      throw new JedisConnectionException("The master is not known");
    }
    return node;
  }

  @Override
  public Collection<Node> masters() {
    Node node = current;
    return node == null ? List.of() : List.of(node);
  }

  @Override
  public @Nullable Node redirect(Node from, JedisDataException answer) {
    return null;
  }

  @Override
  public boolean isPassing(JedisDataException answer) {
    return Errors.code(answer).equals("READONLY");
  }

  @Override
  public void lost(@Nullable Node node, JedisException failure) {
    mustAsk = true;
    if (node != null && failure instanceof JedisDataException) {
      node.distrust();
    }
  }

  @Override
  public String name() {
    Node node = current;
    return "master '"
        + sentinels.masterName()
        + "' "
        + (node == null ? "of the sentinels " + sentinels : "at " + node);
  }

  @Override
  public void close() {
    watcher.stop();
    sentinels.close();
    SentinelSubscription open = subscription;
    if (open != null) {
      open.drop();
    }
    locked(this::masters).forEach(Node::close);
    watcher.join();
  }

  private Node findMaster(@Nullable String correlationId) throws ApplicationException {
    try {
      learn(sentinels.askAll());
    } catch (JedisException e) {
      throw Errors.cannotConnect(correlationId, "the sentinels " + sentinels, e);
    }
    Node master = current;
    if (master == null) {
      throw Errors.config(
          correlationId,
          "options.master_name",
          "is '"
              + Errors.shown(sentinels.masterName())
              + "', which the sentinels "
              + sentinels
              + " do not know");
    }
    return master;
  }

  private void learn(Sentinels.View view) {
    Node replaced = locked(() -> replace(view));
    if (replaced != null) {
      replaced.close();
    }
  }

  /** Takes over what sentinels say; returns the old master if there is a new one. */
  private @Nullable Node replace(Sentinels.View view) {
    HostAndPort address = view.master();
    boolean outdated = view.epoch() < epoch && !view.majority();
    if (address == null || outdated || !watcher.isOpen()) {
      return null;
    }
    epoch = view.epoch();
    Node old = current;
    if (old != null && old.address().equals(address)) {
      return null;
    }
    current = factory.create(address);
    announceChange();
    return old;
  }

  @Override
  void watch() {
    for (int attempt = 0; watcher.isOpen(); attempt++) {
      List<HostAndPort> addresses = sentinels.addresses();
      HostAndPort sentinel = addresses.get(attempt % addresses.size());
      try (SentinelSubscription subscribed = sentinels.subscribe(sentinel)) {
        subscription = subscribed;
        lastRound = System.nanoTime();
        learn(sentinels.ask(sentinel));
        subscribed.follow(() -> learn(sentinels.ask(sentinel)), this::reconsider);
      } catch (RuntimeException e) {
        mustAsk = true;
      } finally {
        subscription = null;
      }
      reconsider();
      watcher.pause(PAUSE);
    }
  }

  /** Asks all sentinels if there is reason to. */
  private void reconsider() {
    if (!mustAsk && System.nanoTime() - lastRound < ROUND) {
      return;
    }
    mustAsk = false;
    lastRound = System.nanoTime();
    try {
      learn(sentinels.askAll());
    } catch (RuntimeException e) {
      // None answers: what is known has to do until one is back.
    }
  }
}
