package org.pipservices3.redis.internal.command;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Removes values and, before each, the lease of a load of it, so that no load that began before the
 * removal stores its value after it.
 *
 * <p>The order matters. A load stores its value only while its lease is there, so none does between
 * the two commands; and whoever claims the lease anew between them sees the value, or began its
 * load after the removal had begun. Both commands travel together, as {@code DEL} each rather than
 * as a script, which an ACL may forbid.
 *
 * <p>Where a lease could not be removed at the first attempt (a lost connection, a slot that
 * moves), the value may have gone first. Then both are removed once more, one after the other; the
 * number of removed values is that of the first time.
 */
final class Removal {
  private final CommandExecutor executor;
  private final @Nullable String correlationId;

  Removal(CommandExecutor executor, @Nullable String correlationId) {
    this.executor = executor;
    this.correlationId = correlationId;
  }

  /** Removes a key; retried after a lost reply, so that there is no number. */
  void remove(String key, String lease) {
    removeAll(List.of(deletion(List.of(lease), true)), List.of(deletion(List.of(key), true)));
  }

  /** Removes keys and returns how many were there. Not retried once that was sent. */
  int delete(List<String> keys, List<String> leases) {
    return executor.topology().isPartitioned()
        ? removeAll(each(leases, true), each(keys, false))
        : removeAll(List.of(deletion(leases, true)), List.of(deletion(keys, false)));
  }

  private int removeAll(List<Request> leases, List<Request> values) {
    List<Request> all = new ArrayList<>(leases.size() + values.size());
    for (int i = 0; i < leases.size(); i++) {
      all.add(leases.get(i));
      all.add(values.get(i));
    }
    BitSet retried = new BitSet();
    @Nullable Object[] replies = executor.executeAll(correlationId, all, retried::set);
    int removed = 0;
    for (int i = 0; i < all.size(); i += 2) {
      if (retried.get(i)) {
        executor.execute(correlationId, all.get(i));
        executor.execute(correlationId, all.get(i + 1));
      }
      removed += replies[i + 1] instanceof Long number ? number.intValue() : 0;
    }
    return removed;
  }

  private static List<Request> each(List<String> keys, boolean retriable) {
    return keys.stream().map(key -> deletion(List.of(key), retriable)).toList();
  }

  private static Request deletion(List<String> keys, boolean retriable) {
    CommandArguments delete = new CommandArguments(Command.DEL);
    for (String key : keys) {
      delete.add(RedisCommands.bytes(key));
    }
    return new Request(keys.get(0), delete, retriable ? delete : null);
  }
}
