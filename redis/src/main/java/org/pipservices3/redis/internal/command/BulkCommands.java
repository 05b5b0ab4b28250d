package org.pipservices3.redis.internal.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.config.Ttl;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Protocol.Keyword;

/**
 * Commands on many keys in one call: those of one server go there together, in bounded batches, and
 * several servers work at the same time. See {@link BulkRun}.
 *
 * <p>Keys are complete, prefix included; times are in milliseconds. A failure of one key fails no
 * other: so every method returns what became of each. Safe for any number of threads.
 */
public final class BulkCommands {

  /** What became of each key, in the order in which the keys were given. Not changed. */
  public static final class Replies {
    private final @Nullable Object[] replies;

    private Replies(@Nullable Object[] replies) {
      this.replies = replies;
    }

    /** The value of this key; null if there is none, or if it failed. */
    public byte @Nullable [] value(int index) {
      return replies[index] instanceof byte[] value ? value : null;
    }

    /** The reply for this key, as Jedis reads it; null if it is nil, or if it failed. */
    public @Nullable Object reply(int index) {
      return failure(index) == null ? replies[index] : null;
    }

    /** Why there is no reply for this key, or null if there is one. */
    public @Nullable RedisException failure(int index) {
      return replies[index] instanceof RedisException failure ? failure : null;
    }
  }

  /**
   * One run of a script among several.
   *
   * @param keys are in one slot
   * @param arguments called for the arguments of each attempt
   */
  public record Run(List<String> keys, Supplier<List<byte[]>> arguments) {}

  /** Told of each step of a {@link #removeAll}. */
  public interface Pace {
    /** So many more keys were removed, also none. May wait; what it throws ends the removal. */
    void removed(int keys);

    /** A step has failed and is tried again, unless this throws. */
    void failed();
  }

  private final CommandExecutor executor;

  BulkCommands(CommandExecutor executor) {
    this.executor = executor;
  }

  /** GET of each key. */
  public Replies get(@Nullable String correlationId, List<String> keys) {
    List<Request> requests = new ArrayList<>(keys.size());
    for (String key : keys) {
      requests.add(
          Request.idempotent(key, new CommandArguments(Command.GET).add(key.getBytes(UTF_8))));
    }
    return run(correlationId, requests);
  }

  /** SET with PX of each key. */
  public Replies set(
      @Nullable String correlationId, List<String> keys, List<byte[]> values, long ttl) {
    List<Request> requests = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      requests.add(setting(keys.get(i), values.get(i), ttl));
    }
    return run(correlationId, requests);
  }

  /**
   * The same for a lifetime so short that a load may outlast it: ends the lease of each load first.
   *
   * @param leases one for each key, in its slot
   */
  public Replies setEndingLoads(
      @Nullable String correlationId,
      List<String> keys,
      List<byte[]> values,
      long ttl,
      List<String> leases) {
    List<Request> requests = new ArrayList<>(2 * keys.size());
    for (int i = 0; i < keys.size(); i++) {
      CommandArguments end = new CommandArguments(Command.DEL).add(leases.get(i).getBytes(UTF_8));
      requests.add(Request.idempotent(leases.get(i), end));
      requests.add(setting(keys.get(i), values.get(i), ttl));
    }
    Replies all = run(correlationId, requests);
    @Nullable Object[] replies = new @Nullable Object[keys.size()];
    for (int i = 0; i < replies.length; i++) {
      RedisException failure = all.failure(2 * i);
      replies[i] = failure == null ? all.replies[2 * i + 1] : failure;
    }
    return new Replies(replies);
  }

  /** Runs a script several times, with other keys each. */
  public Replies call(@Nullable String correlationId, Script script, List<Run> runs) {
    Replies replies =
        run(correlationId, runs.stream().map(run -> request(script, run, true)).toList());
    List<Integer> unknown = new ArrayList<>(); // places whose server does not know the script
    for (int i = 0; i < runs.size(); i++) {
      RedisException failure = replies.failure(i);
      if (failure != null && failure.code().equals("NOSCRIPT")) {
        unknown.add(i);
      }
    }
    if (!unknown.isEmpty()) {
      List<Request> again =
          unknown.stream().map(place -> request(script, runs.get(place), false)).toList();
      @Nullable Object[] late = run(correlationId, again).replies;
      for (int i = 0; i < late.length; i++) {
        replies.replies[unknown.get(i)] = late[i];
      }
    }
    return replies;
  }

  private static Request request(Script script, Run run, boolean byName) {
    CommandArguments first =
        byName
            ? script.byName(run.keys, run.arguments.get())
            : script.inFull(run.keys, run.arguments.get(), /* retry= */ false);
    return new Request(
        run.keys.get(0),
        first,
        () -> script.inFull(run.keys, run.arguments.get(), /* retry= */ true),
        /* confirmation= */ null,
        /* wakesOthers= */ false);
  }

  /** SET with PX. */
  static Request setting(String key, byte[] value, long ttl) {
    CommandArguments set =
        new CommandArguments(Command.SET)
            .add(key.getBytes(UTF_8))
            .add(value)
            .add(Keyword.PX)
            .add(Ttl.bounded(ttl));
    return Request.idempotent(key, set);
  }

  /**
   * SCAN and UNLINK on every master, in turn: removes keys by a pattern. See {@link KeyRemoval}.
   *
   * @param pattern what Redis's MATCH takes
   * @param selected which of the keys that match
   * @param batch how many keys a SCAN looks at, and an UNLINK removes at most
   * @return why not all were removed, after the other servers' were; null if all were
   */
  public @Nullable RedisException removeAll(
      @Nullable String correlationId,
      String pattern,
      Predicate<String> selected,
      int batch,
      Pace pace) {
    return new KeyRemoval(executor, correlationId, pattern, selected, batch, pace).run();
  }

  /** Waits, unless the connection is closed meanwhile: false. */
  public boolean pause(long nanos) throws InterruptedException {
    return !executor.closed().await(nanos, TimeUnit.NANOSECONDS);
  }

  private Replies run(@Nullable String correlationId, List<Request> requests) {
    return new Replies(new BulkRun(executor, correlationId, requests).run());
  }
}
