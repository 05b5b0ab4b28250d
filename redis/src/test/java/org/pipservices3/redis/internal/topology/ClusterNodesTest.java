package org.pipservices3.redis.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

class ClusterNodesTest {
  private static final HostAndPort A = new HostAndPort("a", 1);
  private static final HostAndPort B = new HostAndPort("b", 2);
  private static final HostAndPort C = new HostAndPort("c", 3);

  private final ClusterNodes nodes =
      new ClusterNodes(Nodes.factory(NodeFactory.Role.CLUSTER)); // whose calls take 4 s at most
  private final ClusterNodes hasty =
      new ClusterNodes(
          Nodes.factory(
              NodeFactory.Role.CLUSTER,
              "options.connect_timeout",
              1,
              "options.command_timeout",
              1));

  @Test
  void at_sameAddress_isTheSameNode() {
    assertThat(at(A)).isSameAs(at(A)).isNotSameAs(at(B));
    assertThat(nodes.all()).containsExactlyInAnyOrder(at(A), at(B));
  }

  /** Calls under way to a node that gave its last slot away were cut off. */
  @Test
  void retire_slotsJustMovedAway_isKeptForItsCalls() {
    Node node = at(A);
    nodes.own(Set.of(node));
    nodes.own(Set.of());

    assertThat(nodes.retire()).isEmpty();
    assertThat(at(A)).isSameAs(node);
  }

  @Test
  void retire_withoutSlotsForLong_isForgotten() {
    Node node = hasty.at(A, Set.of());
    await().until(() -> hasty.retire().contains(node));

    assertThat(hasty.all()).isEmpty();
    assertThat(hasty.at(A, Set.of())).isNotSameAs(node);
  }

  @Test
  void retire_ownsSlotsAgain_isKept() throws Exception {
    Node node = hasty.at(A, Set.of());
    Node other = hasty.at(B, Set.of());
    hasty.own(Set.of(node));

    await().until(() -> hasty.retire().contains(other));

    assertThat(hasty.all()).containsExactly(node);
  }

  /** Callers hung at a dead master although its successor was known. */
  @Test
  void retire_failedAndWithoutSlots_isForgottenAtOnce() {
    Node dead = at(A);
    Node alive = at(B);
    nodes.lost(dead);
    nodes.own(Set.of(dead, alive));
    assertThat(nodes.retire()).isEmpty();

    nodes.own(Set.of(alive));

    assertThat(nodes.retire()).containsExactly(dead);
    assertThat(at(A)).isNotSameAs(dead);
    assertThat(nodes.failedLately(at(A))).isFalse();
  }

  @Test
  void retire_refusedAndWithoutSlots_isKeptForItsCalls() {
    nodes.refused(at(A));
    nodes.own(Set.of());

    assertThat(nodes.retire()).isEmpty();
    assertThat(nodes.failedLately(at(A))).isTrue();
  }

  @Test
  void candidates_failedOnesLateAndSeedsLast() {
    nodes.lost(at(A));
    nodes.refused(at(B));
    HostAndPort seed = new HostAndPort("seed", 9);
    at(C);

    assertThat(nodes.candidates(List.of(seed, A))).containsExactly(C, B, A, seed);
  }

  private Node at(HostAndPort address) {
    return nodes.at(address, Set.of());
  }
}
