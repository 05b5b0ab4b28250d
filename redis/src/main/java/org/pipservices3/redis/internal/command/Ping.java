package org.pipservices3.redis.internal.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * PING to every master at the same time. It travels as any other command does, with the same
 * connections and retries, so that it fails where they would.
 */
final class Ping {
  private static final CommandArguments PING = new CommandArguments(Command.PING);

  private Ping() {}

  /** How long the slowest master took, retries included. Throws the first failure. */
  static Duration run(CommandExecutor executor, @Nullable String correlationId) {
    List<Request> requests = new ArrayList<>();
    for (String key : keyOfEach(executor.topology())) {
      requests.add(Request.idempotent(key, PING));
    }
    long start = System.nanoTime();
    for (Object reply : new BulkRun(executor, correlationId, requests).run()) {
      if (reply instanceof RedisException failure) {
        throw failure;
      }
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** A key of each master, any key where one answers for all. */
  private static List<String> keyOfEach(Topology topology) {
    List<String> keys = new ArrayList<>();
    for (Node master : topology.masters()) {
      int slot = topology.slotsOf(master).nextSetBit(0);
      if (slot >= 0) {
        keys.add(SlotTags.in(slot));
      }
    }
    return keys.isEmpty() ? List.of("") : keys;
  }
}
