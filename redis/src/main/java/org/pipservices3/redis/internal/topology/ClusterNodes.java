package org.pipservices3.redis.internal.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * The nodes of a cluster that this process knows, from their first mention to their closing.
 *
 * <p>A node that owns no slots any more may still have calls under way, which end well. So it is
 * closed only after the time that these may take; but at once if it gave no answer lately, so that
 * its callers go to its successor.
 *
 * <p>Not thread-safe but for {@link #lost}, {@link #refused} and {@link #failedLately}: the {@link
 * Cluster} guards it.
 */
final class ClusterNodes {
  private static final long TROUBLE = TimeUnit.SECONDS.toNanos(10);

  private final NodeFactory factory;
  private final long grace;
  private final Map<HostAndPort, Node> nodes = new ConcurrentHashMap<>();
  private final Map<Node, Long> outside = new ConcurrentHashMap<>(); // since when without slots
  private final Map<Node, Long> losses = new ConcurrentHashMap<>(); // when it last did not answer
  private final Map<Node, Long> refusals = new ConcurrentHashMap<>(); // when it last was down

  ClusterNodes(NodeFactory factory) {
    this.factory = factory;
    this.grace =
        TimeUnit.MILLISECONDS.toNanos(
            2L * (factory.options().connectTimeout() + factory.options().commandTimeout()));
  }

  /** The node at an address, made if it is new, which has just been mentioned. */
  Node at(HostAndPort address, Set<Node> masters) {
    Node node = nodes.computeIfAbsent(address, factory::create);
    outside.put(node, System.nanoTime());
    own(masters);
    return node;
  }

  /** Notes the present owners of slots. */
  void own(Set<Node> masters) {
    for (Node node : nodes.values()) {
      if (masters.contains(node)) {
        outside.remove(node);
      } else {
        outside.putIfAbsent(node, System.nanoTime());
      }
    }
  }

  /** Takes out the nodes that are to be closed. */
  List<Node> retire() {
    long now = System.nanoTime();
    List<Node> retired = new ArrayList<>();
    outside.forEach(
        (node, since) -> {
          if (now - since > grace || isRecent(losses.get(node))) {
            retired.add(node);
          }
        });
    for (Node node : retired) {
      outside.remove(node);
      losses.remove(node);
      refusals.remove(node);
      nodes.remove(node.address(), node);
    }
    return retired;
  }

  /** Notes that a node gave no answer. */
  void lost(Node node) {
    losses.put(node, System.nanoTime());
  }

  /** Notes that a node answered that it or the cluster is down. */
  void refused(Node node) {
    refusals.put(node, System.nanoTime());
  }

  /** Whether a node was lost or refused lately. */
  boolean failedLately(Node node) {
    return rank(node) > 0;
  }

  /** Higher for a node that is less likely to answer. */
  private int rank(Node node) {
    return isRecent(losses.get(node)) ? 2 : isRecent(refusals.get(node)) ? 1 : 0;
  }

  private static boolean isRecent(@Nullable Long time) {
    return time != null && System.nanoTime() - time < TROUBLE;
  }

  /** Where to ask for the slots: known nodes in any order, failed ones late, seeds last. */
  List<HostAndPort> candidates(List<HostAndPort> seeds) {
    List<Node> known = new ArrayList<>(nodes.values());
    Collections.shuffle(known);
    known.sort(Comparator.comparing(this::rank));
    Set<HostAndPort> candidates = new LinkedHashSet<>();
    known.forEach(node -> candidates.add(node.address()));
    candidates.addAll(seeds);
    return List.copyOf(candidates);
  }

  List<Node> all() {
    return List.copyOf(nodes.values());
  }
}
