package org.pipservices3.redis.internal.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

/** Which node owns which slot, at the bounds of the ranges that a server reports. */
class SlotMapTest {
  private static final HostAndPort ASKED = new HostAndPort("asked", 1);
  private static final int LAST = 16_383;
  private final NodeFactory factory = Nodes.factory(NodeFactory.Role.CLUSTER);
  private final Map<HostAndPort, Node> nodes = new HashMap<>();

  @Test
  void read_ranges_includeBothEnds() {
    SlotMap map =
        read(range(0, 5_460, "a", 1), range(5_461, 5_461, "b", 2), range(5_463, LAST, "c", 3));

    assertThat(map.owner(0)).isSameAs(node("a", 1));
    assertThat(map.owner(5_460)).isSameAs(node("a", 1));
    assertThat(map.owner(5_461)).isSameAs(node("b", 2));
    assertThat(map.owner(5_462)).isNull();
    assertThat(map.owner(LAST)).isSameAs(node("c", 3));
    assertThat(map.masters()).containsExactlyInAnyOrder(node("a", 1), node("b", 2), node("c", 3));
  }

  @Test
  void read_gapBetweenRanges_hasNoOwner() {
    SlotMap map = read(range(0, 9, "a", 1), range(11, 11, "a", 1));

    assertThat(map.owner(9)).isSameAs(node("a", 1));
    assertThat(map.owner(10)).isNull();
    assertThat(map.owner(11)).isSameAs(node("a", 1));
    assertThat(map.owner(12)).isNull();
    assertThat(map.masters()).containsExactly(node("a", 1));
  }

  @Test
  void read_serverKnowsNoNameOfItsOwn_isTheOneThatWasAsked() {
    List<@Nullable Object> master = new ArrayList<>();
    master.add(null);
    master.add(6L);

    SlotMap map = read(List.of(0L, 1L, master), range(2, 3, "", 7), range(4, 5, "?", 8));

    for (int slot = 0; slot <= 5; slot++) {
      assertThat(map.owner(slot)).as("slot %d", slot).isSameAs(node("asked", 6 + slot / 2));
    }
  }

  @Test
  void owner_nothingIsKnown_isNull() {
    assertThat(SlotMap.EMPTY.owner(0)).isNull();
    assertThat(SlotMap.EMPTY.owner(LAST)).isNull();
    assertThat(SlotMap.EMPTY.masters()).isEmpty();
    assertThat(SlotMap.read(null, ASKED, this::node).owner(LAST)).isNull();
  }

  @Test
  void with_changesOneSlotOfACopy() {
    SlotMap map = read(range(0, LAST, "a", 1));
    SlotMap changed = map.with(9, node("b", 2));

    assertThat(changed.owner(8)).isSameAs(node("a", 1));
    assertThat(changed.owner(9)).isSameAs(node("b", 2));
    assertThat(changed.owner(10)).isSameAs(node("a", 1));
    assertThat(changed.masters()).containsExactlyInAnyOrder(node("a", 1), node("b", 2));
    assertThat(map.owner(9)).isSameAs(node("a", 1));
    assertThat(changed.isSameAs(map)).isFalse();
    assertThat(changed.with(9, node("a", 1)).isSameAs(map)).isTrue();
  }

  @Test
  void with_lastSlot_changesOnlyThatOne() {
    SlotMap map = read(range(0, LAST, "a", 1));
    SlotMap changed = map.with(LAST, node("b", 2));

    assertThat(changed.owner(LAST)).isSameAs(node("b", 2));
    assertThat(changed.owner(LAST - 1)).isSameAs(node("a", 1));
    assertThat(map.owner(LAST)).isSameAs(node("a", 1));
    assertThat(changed.masters()).containsExactlyInAnyOrder(node("a", 1), node("b", 2));
  }

  @Test
  void with_nothingKnown_knowsThatSlot() {
    assertThat(SlotMap.EMPTY.with(0, node("a", 1)).owner(0)).isSameAs(node("a", 1));
    assertThat(SlotMap.EMPTY.with(LAST, node("a", 1)).owner(LAST)).isSameAs(node("a", 1));
    assertThat(SlotMap.EMPTY.owner(LAST)).isNull();
  }

  @Test
  void with_lastSlotOfANode_isNoMasterAnyMore() {
    SlotMap map = read(range(0, 0, "a", 1), range(1, LAST, "b", 2));

    assertThat(map.with(0, node("b", 2)).masters()).containsExactly(node("b", 2));
  }

  @Test
  void isSameAs_oneSlotDiffers_isFalse() {
    SlotMap map = read(range(0, LAST, "a", 1));

    assertThat(map.isSameAs(read(range(0, LAST, "a", 1)))).isTrue();
    assertThat(map.isSameAs(map.with(0, node("b", 2)))).isFalse();
  }

  @Test
  void masters_cannotBeChanged() {
    SlotMap map = read(range(0, LAST, "a", 1));

    assertThatThrownBy(() -> map.masters().add(node("b", 2)))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private SlotMap read(Object... ranges) {
    return SlotMap.read(List.of(ranges), ASKED, this::node);
  }

  private Node node(String host, int port) {
    return node(new HostAndPort(host, port));
  }

  private Node node(HostAndPort address) {
    return nodes.computeIfAbsent(address, factory::create);
  }

  private static List<?> range(long from, long to, String host, long port) {
    return List.of(from, to, List.of(host.getBytes(UTF_8), port, "id".getBytes(UTF_8)));
  }
}
