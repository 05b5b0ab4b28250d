package org.pipservices3.redis.internal.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.BitSet;
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

  /** Reads a server's reply to CLUSTER SLOTS, in which it may not know its own name. */
  static SlotMap read(
      @Nullable Object reply, HostAndPort asked, Function<HostAndPort, Node> nodes) {
    @Nullable Node[] owners = new Node[SLOTS];
    if (reply instanceof List<?> ranges) {
      for (Object each : ranges) {
        List<?> range = (List<?>) each;
        List<?> master = (List<?>) range.get(2);
        String named = master.get(0) instanceof byte[] name ? new String(name, UTF_8) : "";
        String host = host(named, asked);
        Node node = nodes.apply(new HostAndPort(host, number(master.get(1))));
        Arrays.fill(owners, number(range.get(0)), number(range.get(1)) + 1, node);
      }
    }
    return new SlotMap(owners);
  }

  /** The host that a server names: its own where it knows none ({@code unknown-endpoint}). */
  static String host(String named, HostAndPort server) {
    return named.isEmpty() || named.equals("?") ? server.getHost() : named;
  }

  /** The owner of a slot, or null if none is known. */
  @Nullable Node owner(int slot) {
    return slot < owners.length ? owners[slot] : null;
  }

  /** The slots that a node owns. */
  BitSet slotsOf(Node node) {
    BitSet slots = new BitSet(SLOTS);
    for (int slot = 0; slot < owners.length; slot++) {
      slots.set(slot, owners[slot] == node);
    }
    return slots;
  }

  Set<Node> masters() {
    return Collections.unmodifiableSet(masters);
  }

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
