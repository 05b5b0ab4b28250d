package org.pipservices3.redis.connect;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The masters of a <a
 * href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">Redis
 * Cluster</a>, each of which answers for the keys of its slots.
 *
 * <p>Callers read an immutable {@link SlotMap} and never wait for it. A node that has given a slot
 * away says to whom (MOVED): that is noted at once, on the caller's thread, and makes a named
 * daemon thread read the whole map, for slots seldom move alone. The same thread reads it again and
 * again while a node gives no answer, until another has taken its place, and now and then without
 * any reason. It asks nodes that answered lately first, so that neither a dead one nor one that is
 * cut off from the others is in the way. A slot that is just moving (ASK) stays where it is in the
 * map.
 *
 * <p>Whatever changes the map, also counts as a change of every key: see {@link KeyTracking}.
 *
 * <p>Safe for any number of threads. The map is replaced in one step; that and telling the
 * listeners happens under a lock, within which nothing waits.
 */
final class Cluster implements Topology {
  private static final long CALM = TimeUnit.SECONDS.toNanos(15);
  private static final int ALARMED_MILLIS = 200;
  private static final int PAUSE = 50;
  private static final Set<String> DOWN = Set.of("CLUSTERDOWN", "LOADING", "MASTERDOWN");

  private final List<HostAndPort> seeds;
  private final int patience;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Semaphore calls = new Semaphore(0);
  private final Daemon watcher = new Daemon("redis-cluster-watch", this::watch);

  private final ReentrantLock changing = new ReentrantLock();
  private final ClusterNodes nodes; // guarded by changing, but for troubles
  private volatile SlotMap map = SlotMap.EMPTY; // written under changing

  Cluster(List<HostAndPort> seeds, NodeFactory factory, int patience) {
    this.seeds = List.copyOf(seeds);
    this.nodes = new ClusterNodes(factory);
    this.patience = patience;
  }

  /** Reads the map from the first seed that has one, and connects to all nodes that answer. */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    JedisException failure = refresh();
    if (map.masters().isEmpty()) {
      throw Errors.cannotConnect(
          correlationId,
          name(),
          failure == null ? new JedisConnectionException("The map was lost") : failure);
    }
    int answering = 0;
    for (Node node : masters()) {
      try {
        node.verify();
        answering++;
      } catch (JedisDataException e) {
        throw Errors.cannotConnect(correlationId, node.toString(), e);
      } catch (JedisException e) {
        nodes.lost(node);
        failure = e;
      }
    }
    if (answering == 0 && failure != null) {
      throw Errors.cannotConnect(correlationId, name(), failure);
    }
    watcher.start();
  }

  @Override
  public Node nodeOf(String key) {
    int slot = JedisClusterCRC16.getSlot(key);
    Node node = map.owner(slot);
    if (node == null) {
      throw new JedisConnectionException("No node is known to own slot " + slot);
    }
    return node;
  }

  @Override
  public Collection<Node> masters() {
    return map.masters();
  }

  @Override
  public boolean isPartitioned() {
    return true;
  }

  @Override
  public @Nullable Node redirect(JedisDataException answer) {
    if (!(answer instanceof JedisRedirectionException redirection)) {
      return null;
    }
    Node target = at(redirection.getTargetNode());
    int slot = redirection.getSlot();
    if (answer instanceof JedisMovedDataException && map.owner(slot) != target) {
      change(known -> known.with(slot, target));
      calls.release();
    }
    return target;
  }

  @Override
  public boolean isPassing(JedisDataException answer) {
    String code = Errors.code(answer);
    return code.equals("TRYAGAIN") || DOWN.contains(code);
  }

  @Override
  public void lost(@Nullable Node node, JedisException failure) {
    if (failure instanceof JedisDataException answer) {
      if (node == null || !DOWN.contains(Errors.code(answer))) {
        return;
      }
      nodes.refused(node);
    } else if (node != null) {
      nodes.lost(node);
    }
    calls.release();
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
    return "the cluster of "
        + String.join(", ", seeds.stream().map(HostAndPort::toString).toList());
  }

  @Override
  public void close() {
    watcher.stop();
    changing.lock();
    try {
      nodes.close();
    } finally {
      changing.unlock();
    }
    watcher.join();
  }

  private Node at(HostAndPort address) {
    changing.lock();
    try {
      Node node = nodes.at(address);
      nodes.own(map.masters());
      if (!watcher.isOpen()) {
        node.close();
      }
      return node;
    } finally {
      changing.unlock();
    }
  }

  private void change(UnaryOperator<SlotMap> update) {
    changing.lock();
    try {
      SlotMap updated = update.apply(map);
      boolean same = updated.isSameAs(map);
      map = updated;
      nodes.own(updated.masters());
      if (!same && watcher.isOpen()) {
        listeners.forEach(Runnable::run);
      }
    } finally {
      changing.unlock();
    }
  }

  /** Reads the map from whoever has one; why the last one asked had none. */
  private @Nullable JedisException refresh() {
    JedisException failure = refresh(/* patiently= */ false);
    return failure == null || !watcher.isOpen() ? failure : refresh(/* patiently= */ true);
  }

  private @Nullable JedisException refresh(boolean patiently) {
    JedisException failure = new JedisConnectionException("No node owns any slot");
    for (HostAndPort candidate : candidates()) {
      Node asked = at(candidate);
      try {
        CommandArguments slots = new CommandArguments(Command.CLUSTER).add("SLOTS");
        Object reply = patiently ? asked.execute(new Call(slots)) : asked.ask(slots);
        SlotMap read = SlotMap.read(reply, candidate, this::at);
        if (!read.masters().isEmpty()) {
          change(known -> read);
          return null;
        }
      } catch (JedisException e) {
        failure = e;
        if (!watcher.isOpen()) {
          return failure;
        }
        if (!(e instanceof JedisDataException)) {
          asked.distrustAfter(e);
          nodes.lost(asked);
        }
      }
    }
    return failure;
  }

  private List<HostAndPort> candidates() {
    changing.lock();
    try {
      return nodes.candidates(seeds);
    } finally {
      changing.unlock();
    }
  }

  private void watch() {
    Set<Node> measured = new HashSet<>(masters());
    long read = System.nanoTime();
    try {
      while (watcher.isOpen()) {
        boolean called = calls.tryAcquire(ALARMED_MILLIS, TimeUnit.MILLISECONDS);
        calls.drainPermits();
        if (called || isAlarmed() || System.nanoTime() - read > CALM) {
          refresh();
          read = System.nanoTime();
        }
        retire();
        measured.retainAll(masters());
        measure(measured);
        watcher.pause(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isAlarmed() {
    return masters().stream().anyMatch(nodes::isTroubled);
  }

  private void retire() {
    List<Node> retired;
    changing.lock();
    try {
      retired = nodes.retire();
    } finally {
      changing.unlock();
    }
    retired.forEach(Node::close);
  }

  /** Opens connections to new nodes, and thereby measures how far these are. */
  private void measure(Set<Node> measured) {
    for (Node node : masters()) {
      if (measured.add(node)) {
        try {
          node.verify();
        } catch (JedisException e) {
          nodes.lost(node);
        }
      }
    }
  }
}
