package org.pipservices3.redis.connect;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The one server that the {@link Sentinels} call the master, whichever that is at the moment.
 *
 * <p>A named daemon thread listens to one sentinel, which tells of a new master at once: also if
 * the old one merely hangs and no command has failed yet. The old server's connections are then
 * closed, so that whoever waits there goes to the new one. A sentinel that was cut off from the
 * others does not hear what they decide: so every {@value #ROUND_SECONDS} s, and as soon as a
 * command fails or finds the server to be a replica, the thread asks all of them. An older view
 * than the one that is known counts only if most of the sentinels share it.
 *
 * <p>A server that was the master and comes back may not have heard yet that it is a replica now.
 * It learns so from the sentinels, which then close its connections; and each new connection begins
 * with the question for its role, so that nobody reads from it for long.
 *
 * <p>Safe for any number of threads. The current node is replaced in one step; that and telling the
 * listeners happens under a lock, within which nothing waits.
 */
final class SentinelMaster implements Topology {
  private static final int ROUND_SECONDS = 10;
  private static final long ROUND = TimeUnit.SECONDS.toNanos(ROUND_SECONDS);
  private static final int PAUSE = 200;
  private static final Set<String> PASSING = Set.of("LOADING", "READONLY", "MASTERDOWN");

  private final Sentinels sentinels;
  private final NodeFactory factory;
  private final int patience;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Daemon watcher = new Daemon("redis-sentinel-watch", this::watch);

  private final ReentrantLock changing = new ReentrantLock();
  private long epoch; // guarded by changing
  private volatile @Nullable Node current; // written under changing

  private volatile boolean doubted;
  private volatile @Nullable SentinelSubscription subscription; // written by the watcher
  private long lastRound; // owned by the watcher

  SentinelMaster(Sentinels sentinels, NodeFactory factory, int patience) {
    this.sentinels = sentinels;
    this.factory = factory;
    this.patience = patience;
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
        boolean late = System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(patience);
        if (late || isRefusal(e) || !watcher.pause(PAUSE)) {
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
  public @Nullable Node redirect(JedisDataException answer) {
    return null;
  }

  @Override
  public boolean isPassing(JedisDataException answer) {
    return PASSING.contains(Errors.code(answer));
  }

  @Override
  public void lost(@Nullable Node node, JedisException failure) {
    doubted = true;
    if (node != null && failure instanceof JedisDataException) {
      node.distrust();
    }
  }

  @Override
  public long patience() {
    return patience;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
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
    changing.lock();
    try {
      Node node = current;
      if (node != null) {
        node.close();
      }
    } finally {
      changing.unlock();
    }
    watcher.join();
  }

  private Node findMaster(@Nullable String correlationId) throws ApplicationException {
    try {
      Sentinels.View view = sentinels.askAll();
      learn(view);
    } catch (JedisException e) {
      throw Errors.cannotConnect(correlationId, "the sentinels " + sentinels, e);
    }
    Node master = current;
    if (master == null) {
      throw Errors.config(
          correlationId,
          "options.master_name",
          "is '" + sentinels.masterName() + "', which the sentinels " + sentinels + " do not know");
    }
    return master;
  }

  private void learn(Sentinels.View view) {
    HostAndPort address = view.master();
    Node old;
    changing.lock();
    try {
      old = current;
      boolean outdated = view.epoch() < epoch && !view.majority();
      if (address == null || outdated || !watcher.isOpen()) {
        return;
      }
      epoch = view.epoch();
      if (old != null && old.address().equals(address)) {
        return;
      }
      current = factory.create(address);
      listeners.forEach(Runnable::run);
    } finally {
      changing.unlock();
    }
    if (old != null) {
      old.close();
    }
  }

  private void watch() {
    for (int turn = 0; watcher.isOpen(); turn++) {
      List<HostAndPort> addresses = sentinels.addresses();
      HostAndPort sentinel = addresses.get(turn % addresses.size());
      try (SentinelSubscription subscribed = sentinels.subscribe(sentinel)) {
        subscription = subscribed;
        lastRound = System.nanoTime();
        learn(sentinels.ask(sentinel));
        subscribed.follow(() -> learn(sentinels.ask(sentinel)), this::reconsider);
      } catch (RuntimeException e) {
        doubted = true;
      } finally {
        subscription = null;
      }
      reconsider();
      watcher.pause(PAUSE);
    }
  }

  /** Asks all sentinels if there is reason to. */
  private void reconsider() {
    if (!doubted && System.nanoTime() - lastRound < ROUND) {
      return;
    }
    doubted = false;
    lastRound = System.nanoTime();
    try {
      learn(sentinels.askAll());
    } catch (RuntimeException e) {
      // None answers: what is known has to do until one is back.
    }
  }

  private static boolean isRefusal(JedisException failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof JedisDataException) {
        return true;
      }
    }
    return false;
  }
}
