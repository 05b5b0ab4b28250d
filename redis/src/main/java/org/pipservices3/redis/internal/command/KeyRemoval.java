package org.pipservices3.redis.internal.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.TemporaryErrors;
import org.pipservices3.redis.internal.pipeline.Call;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Topology;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Protocol.Keyword;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Removes all keys that match a pattern, one server after the other, in small steps: a SCAN, then
 * UNLINK of what it found, so that the server does nothing for long.
 *
 * <p>A SCAN that ran from its first to its last cursor has found every key that was there all the
 * while. That holds for one process on one server: so after a lost connection, which may be due to
 * a restart, the server is begun again; and so is another that takes over. In a cluster keys may
 * move with their slot from a server that is still to be scanned to one that was: so at the end the
 * slots are read anew, and a server that has slots which it did not have when its scan began is
 * scanned once more, until there is none. What moves all the while may be missed.
 *
 * <p>A server that fails does not prevent the removal on the others. UNLINK goes to the server that
 * answers for the key at that moment, whichever had it in its SCAN.
 *
 * <p>Belongs to the calling thread.
 */
final class KeyRemoval {
  /** After how many losses without a removal between them a server counts as failed. */
  private static final int MOST_RESTARTS = 20;

  /** The first cursor, and what follows the last. */
  private static final String END = "0";

  private record Found(String cursor, List<byte[]> keys) {}

  private final CommandExecutor executor;
  private final Topology topology;
  private final @Nullable String correlationId;
  private final String pattern;
  private final Predicate<String> selected;
  private final int batch;
  private final BulkCommands.Pace pace;
  private final Map<Node, BitSet> finished = new HashMap<>(); // with their slots at the beginning
  private final Map<Node, RedisException> failures = new LinkedHashMap<>();
  private long removed;

  KeyRemoval(
      CommandExecutor executor,
      @Nullable String correlationId,
      String pattern,
      Predicate<String> selected,
      int batch,
      BulkCommands.Pace pace) {
    this.executor = executor;
    this.topology = executor.topology();
    this.correlationId = correlationId;
    this.pattern = pattern;
    this.selected = selected;
    this.batch = batch;
    this.pace = pace;
  }

  /** Removes what there is; returns the first failure of a server, or null. */
  @Nullable RedisException run() {
    boolean confirmed = false;
    while (true) {
      RedisException unknown = awaitMaster();
      if (unknown != null) {
        return unknown;
      }
      Node next = next();
      if (next != null) {
        confirmed = false;
        clear(next);
      } else if (confirmed) {
        failures.keySet().retainAll(topology.masters());
        return failures.values().stream().findFirst().orElse(null);
      } else {
        topology.confirm();
        confirmed = true;
      }
    }
  }

  private @Nullable RedisException awaitMaster() {
    RetryPauses pauses = new RetryPauses(executor);
    while (topology.masters().isEmpty()) {
      JedisConnectionException failure = new JedisConnectionException("No master is known");
      topology.lost(/* node= */ null, failure);
      pace.failed();
      if (!pauses.pause(failure)) {
        return failed(topology.name(), pauses, failure);
      }
    }
    return null;
  }

  private @Nullable Node next() {
    for (Node node : topology.masters()) {
      if (!failures.containsKey(node) && !isFinished(node)) {
        return node;
      }
    }
    return null;
  }

  private boolean isFinished(Node node) {
    BitSet known = finished.get(node);
    if (known == null) {
      return false;
    }
    BitSet added = topology.slotsOf(node);
    added.andNot(known);
    return added.isEmpty();
  }

  /** Scans a server from the beginning, and again after a loss, unless others take over. */
  private void clear(Node node) {
    RetryPauses pauses = new RetryPauses(executor);
    int restarts = 0;
    while (topology.masters().contains(node)) {
      BitSet slots = topology.slotsOf(node);
      long before = removed;
      try {
        if (scan(node, pauses)) {
          finished.put(node, slots);
        }
        return;
      } catch (JedisException e) {
        if (isRefusal(e)) {
          failures.put(node, failed(node.toString(), pauses, e));
          return;
        }
        topology.lost(node, e);
        pace.failed();
        restarts = removed > before ? 0 : restarts;
        if (++restarts > MOST_RESTARTS || !pauses.pause(e)) {
          failures.put(node, failed(node.toString(), pauses, e));
          return;
        }
      }
    }
  }

  /** Scans once; false if a removal failed. */
  private boolean scan(Node node, RetryPauses pauses) {
    String cursor = END;
    while (true) {
      Found found = ask(node, cursor);
      pauses.reset();
      RedisException failure = remove(found.keys);
      if (failure != null) {
        failures.put(node, failure);
        return false;
      }
      if (found.cursor.equals(END)) {
        return true;
      }
      if (!topology.masters().contains(node)) {
        return false;
      }
      cursor = found.cursor;
    }
  }

  private Found ask(Node node, String cursor) {
    CommandArguments scan =
        new CommandArguments(Command.SCAN)
            .add(cursor)
            .add(Keyword.MATCH)
            .add(pattern.getBytes(UTF_8))
            .add(Keyword.COUNT)
            .add(batch);
    List<?> reply = (List<?>) Objects.requireNonNull(node.execute(new Call(scan)));
    List<byte[]> keys = new ArrayList<>();
    for (Object key : (List<?>) reply.get(1)) {
      keys.add((byte[]) key);
    }
    return new Found(new String((byte[]) reply.get(0), UTF_8), keys);
  }

  private @Nullable RedisException remove(List<byte[]> keys) {
    List<byte[]> wanted =
        keys.stream().filter(key -> selected.test(new String(key, UTF_8))).toList();
    int count = 0;
    RedisException failure = null;
    if (!wanted.isEmpty()) {
      for (Object reply : new BulkRun(executor, correlationId, requests(wanted)).run()) {
        count += reply instanceof Long number ? number.intValue() : 0;
        failure = failure == null && reply instanceof RedisException e ? e : failure;
      }
    }
    removed += count;
    pace.removed(count);
    return failure;
  }

  /** One command where all keys are on one server, else one for each. */
  private List<Request> requests(List<byte[]> keys) {
    if (topology.isPartitioned()) {
      return keys.stream().map(key -> request(List.of(key))).toList();
    }
    List<Request> requests = new ArrayList<>();
    for (int from = 0; from < keys.size(); from += batch) {
      requests.add(request(keys.subList(from, Math.min(from + batch, keys.size()))));
    }
    return requests;
  }

  private static Request request(List<byte[]> keys) {
    CommandArguments unlink = new CommandArguments(Command.UNLINK);
    keys.forEach(unlink::add);
    return Request.idempotent(new String(keys.get(0), UTF_8), unlink);
  }

  private boolean isRefusal(JedisException failure) {
    return failure instanceof JedisDataException answer
        && !TemporaryErrors.includes(answer)
        && !topology.isPassing(answer);
  }

  private RedisException failed(String where, RetryPauses pauses, JedisException failure) {
    return failure instanceof JedisDataException answer
        ? Errors.answer(correlationId, "SCAN", where, answer)
        : Errors.connection(correlationId, "SCAN", where, pauses.attempts(), failure);
  }
}
