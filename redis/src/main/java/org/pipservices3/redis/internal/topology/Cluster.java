package org.pipservices3.redis.internal.topology;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.TemporaryErrors;
import org.pipservices3.redis.internal.pipeline.Call;
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
 * <p>Callers read an immutable {@link SlotMap} and never wait for it. A MOVED is noted at once, on
 * the caller's thread, and makes a named daemon thread read the whole map, for slots seldom move
 * alone. The same thread reads it again while a node gives no answer, until another has taken its
 * place, and now and then without any reason. It asks nodes that answered lately first, so that
 * neither a dead one nor one that is cut off from the others delays it. A slot that is just moving
 * (ASK) stays where it is in the map. A change of the map counts as a change of every key: see
 * {@code KeyTracking}.
 *
 * <p>Longer than others, since the map is read for several reasons by one thread.
 *
 * <p>Safe for any number of threads. {@link ClusterNodes} holds what is known of the nodes.
 */
final class Cluster extends WatchedTopology {
  private static final long CALM = TimeUnit.SECONDS.toNanos(15);
  private static final int ALARMED_MILLIS = 200;
  private static final int PAUSE = 50;
  private static final Set<String> DOWN = Set.of("CLUSTERDOWN", "LOADING", "MASTERDOWN");

  private final List<HostAndPort> seeds;
  private final Semaphore refreshRequests = new Semaphore(0);
  private final ClusterNodes nodes; // guarded by the lock, but for failures
  private volatile SlotMap map = SlotMap.EMPTY; // written under the lock

  Cluster(List<HostAndPort> seeds, NodeFactory factory, int patience) {
    super("redis-cluster-watch", patience);
    this.seeds = List.copyOf(seeds);
    this.nodes = new ClusterNodes(factory);
  }

  /** Reads the map and connects to all nodes that answer; while all say "not now" it waits. */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    long start = System.nanoTime();
    for (JedisException e = reach(correlationId); e != null; e = reach(correlationId)) {
      if (isLate(start) || !TemporaryErrors.caused(e) || !watcher.pause(ALARMED_MILLIS)) {
        throw Errors.cannotConnect(correlationId, name(), e);
      }
    }
    watcher.start();
  }

  /** Why no master was reached; null if one was. */
  private @Nullable JedisException reach(@Nullable String correlationId)
      throws ApplicationException {
    JedisException failure = refresh();
    if (map.masters().isEmpty()) {
      return failure == null ? new JedisConnectionException("The map was lost") : failure;
    }
    boolean answering = false;
    for (Node node : masters()) {
      try {
        node.verify();
        answering = true;
      } catch (JedisException e) {
        if (e instanceof JedisDataException && !TemporaryErrors.caused(e)) {
          throw Errors.cannotConnect(correlationId, node.toString(), e);
        }
        nodes.lost(node);
        failure = e;
      }
    }
    return answering ? null : failure;
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
  public BitSet slotsOf(Node node) {
    return map.slotsOf(node);
  }

  @Override
  public void confirm() {
    refresh();
  }

  @Override
  public @Nullable Node redirect(Node from, JedisDataException answer) {
    if (!(answer instanceof JedisRedirectionException redirection)) {
      return null;
    }
    HostAndPort next = redirection.getTargetNode();
    Node target = at(new HostAndPort(SlotMap.host(next.getHost(), from.address()), next.getPort()));
    int slot = redirection.getSlot();
    if (answer instanceof JedisMovedDataException && map.owner(slot) != target) {
      change(known -> known.with(slot, target));
      refreshRequests.release();
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
    refreshRequests.release();
  }

  @Override
  public String name() {
    return "the cluster of "
        + String.join(", ", seeds.stream().map(HostAndPort::toString).toList());
  }

  @Override
  public void close() {
    watcher.stop();
    locked(nodes::all).forEach(Node::close);
    watcher.join();
  }

  private Node at(HostAndPort address) {
    Node node = locked(() -> nodes.at(address, map.masters()));
    if (!watcher.isOpen()) {
      node.close();
    }
    return node;
  }

  private void change(UnaryOperator<SlotMap> update) {
    locked(
        () -> {
          SlotMap old = map;
          map = update.apply(old);
          nodes.own(map.masters());
          if (!map.isSameAs(old) && watcher.isOpen()) {
            announceChange();
          }
          return map;
        });
  }

  /** Reads the map from any node; null, or why the last one asked had none. */
  private @Nullable JedisException refresh() {
    JedisException failure = refresh(/* queued= */ false);
    return failure == null || !watcher.isOpen() ? failure : refresh(/* queued= */ true);
  }

  private @Nullable JedisException refresh(boolean queued) {
    JedisException failure = new JedisConnectionException("No node owns any slot");
    for (HostAndPort candidate : locked(() -> nodes.candidates(seeds))) {
      Node asked = at(candidate);
      try {
        CommandArguments slots = new CommandArguments(Command.CLUSTER).add("SLOTS");
        Object reply = queued ? asked.execute(new Call(slots)) : asked.ask(slots);
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
          nodes.lost(asked);
        }
      }
    }
    return failure;
  }

  @Override
  void watch() {
    Set<Node> measured = new HashSet<>(masters());
    long read = System.nanoTime();
    try {
      while (watcher.isOpen()) {
        boolean requested = refreshRequests.tryAcquire(ALARMED_MILLIS, TimeUnit.MILLISECONDS);
        refreshRequests.drainPermits();
        if (requested || isAlarmed() || System.nanoTime() - read > CALM) {
          refresh();
          read = System.nanoTime();
        }
        locked(nodes::retire).forEach(Node::retire);
        measured.retainAll(masters());
        measure(measured);
        watcher.pause(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isAlarmed() {
    Collection<Node> known = masters();
    return known.isEmpty() || known.stream().anyMatch(nodes::failedLately);
  }

  /** Opens connections to new nodes, which measures how far these are. */
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
