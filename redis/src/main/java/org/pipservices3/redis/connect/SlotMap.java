package org.pipservices3.redis.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/** Which node of a cluster owns which slot, as far as that is known. Immutable. */
final class SlotMap {
  static final SlotMap EMPTY = new SlotMap(new Node[0]);

  private static final int SLOTS = 16_384;

  private final @Nullable Node[] owners;
  private final Set<Node> masters = Collections.newSetFromMap(new IdentityHashMap<>());

  private SlotMap(@Nullable Node[] owners) {
    this.owners = owners;
    Arrays.stream(owners).filter(Objects::nonNull).forEach(masters::add);
  }

  /**
   * Reads a reply to CLUSTER SLOTS.
   *
   * @param asked who replied; a node that does not know its own name is there as well
   * @param nodes the node at an address
   */
  static SlotMap read(
      @Nullable Object reply, HostAndPort asked, Function<HostAndPort, Node> nodes) {
    @Nullable Node[] owners = new Node[SLOTS];
    if (reply instanceof List<?> ranges) {
      for (Object each : ranges) {
        List<?> range = (List<?>) each;
        List<?> master = (List<?>) range.get(2);
        String host =
            master.get(0) instanceof byte[] name && name.length > 0
                ? new String(name, UTF_8)
                : asked.getHost();
        Node node = nodes.apply(new HostAndPort(host, number(master.get(1))));
        Arrays.fill(owners, number(range.get(0)), number(range.get(1)) + 1, node);
      }
    }
    return new SlotMap(owners);
  }

  /** The owner of a slot, or null if none is known. */
  @Nullable Node owner(int slot) {
    return slot < owners.length ? owners[slot] : null;
  }

  /** The nodes that own slots. */
  Set<Node> masters() {
    return Collections.unmodifiableSet(masters);
  }

  /** This map with another owner of one slot. */
  SlotMap with(int slot, Node owner) {
    @Nullable Node[] changed = Arrays.copyOf(owners, SLOTS);
    changed[slot] = owner;
    return new SlotMap(changed);
  }

  boolean isSameAs(SlotMap other) {
    return Arrays.equals(owners, other.owners);
  }

  private static int number(@Nullable Object reply) {
    return Math.toIntExact((Long) Objects.requireNonNull(reply));
  }
}
