package org.pipservices3.redis.internal.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.config.Ttl;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.wire.OversizedReply;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Protocol.Keyword;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The commands that caches and locks send: the module's only access to its driver.
 *
 * <p>Keys are complete, prefix included; times are in milliseconds. Safe for any number of threads.
 * Every method throws {@link RedisException}: around a {@code ConnectionException} if Redis could
 * not be reached in time, an {@code InvocationException} for what it answers.
 *
 * <p>Longer than others, since it has every command in one place.
 */
public final class RedisCommands {
  /** The longest value that is read, in bytes. */
  public static final int MAX_VALUE = OversizedReply.LIMIT;

  /**
   * A reply, and whether as many replicas as wanted have confirmed what was written before it.
   *
   * @param <T> the reply's type
   * @param retried whether an earlier attempt may have run, or may still be under way
   */
  public record Confirmed<T extends @Nullable Object>(T reply, boolean enough, boolean retried) {}

  /** One run of a script among several, and whether an earlier attempt got no answer. */
  public record Run(
      @Nullable String correlationId,
      Script script,
      List<String> keys,
      List<byte[]> arguments,
      boolean retry) {}

  /**
   * What became of it.
   *
   * @param enough whether as many replicas as wanted have confirmed what was written
   * @param failure why there is no reply, or null
   * @param elsewhere whether another server answers for the key by now: it did not run
   */
  public record Outcome(
      @Nullable Long reply, boolean enough, @Nullable RedisException failure, boolean elsewhere) {}

  private static final Object NOBODY = "a server that is not known yet";

  private static final Script CLAIM_AGAIN =
      new Script(
          """
          if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
          if redis.call('get', KEYS[1]) == ARGV[1] then return 1 end
          return 0
          """);

  private final CommandExecutor executor;
  private final BulkCommands bulk;

  public RedisCommands(CommandExecutor executor) {
    this.executor = executor;
    this.bulk = new BulkCommands(executor);
  }

  /** The same for many keys in one call. */
  public BulkCommands bulk() {
    return bulk;
  }

  /** A text that, as a hash tag, puts a key into the same slot of a cluster as this key. */
  public static String tagOf(String key) {
    return SlotTags.of(key);
  }

  /** Digits that, put after a text, make one whose slot as a whole is that of this key. */
  public static String tagAfter(String text, String key) {
    return SlotTags.after(text, key);
  }

  /** GET: the key's value, or null if there is none. */
  public byte @Nullable [] get(@Nullable String correlationId, String key) {
    return (byte[])
        executor.execute(
            correlationId, Request.idempotent(key, command(Command.GET).add(bytes(key))));
  }

  /** PTTL: how long the key's value will stay, in ms; -1 for ever, -2 if there is none. */
  public long remaining(@Nullable String correlationId, String key) {
    CommandArguments pttl = command(Command.PTTL).add(bytes(key));
    Object reply = executor.execute(correlationId, Request.idempotent(key, pttl));
    return (Long) Objects.requireNonNull(reply);
  }

  /** PING to every master: how long the slowest took. See {@link Ping}. */
  public Duration ping(@Nullable String correlationId) {
    return Ping.run(executor, correlationId);
  }

  /** The name of the servers, for messages. */
  public String name() {
    return executor.topology().name();
  }

  /** SET: writes the value for ever. */
  public void set(@Nullable String correlationId, String key, byte[] value) {
    CommandArguments set = command(Command.SET).add(bytes(key)).add(value);
    executor.execute(correlationId, Request.idempotent(key, set));
  }

  /** DEL, where it does not matter whether the key was there. */
  public void remove(@Nullable String correlationId, String key) {
    CommandArguments delete = command(Command.DEL).add(bytes(key));
    executor.execute(correlationId, Request.idempotent(key, delete));
  }

  /** GETDEL: removes the key and returns its value. Not retried once it was sent. */
  public byte @Nullable [] getAndDelete(@Nullable String correlationId, String key) {
    CommandArguments delete = command(Command.GETDEL).add(bytes(key));
    return (byte[]) executor.execute(correlationId, new Request(key, delete, /* retry= */ null));
  }

  /** SET with PX: writes the value with a time to live. */
  public void set(@Nullable String correlationId, String key, byte[] value, long ttl) {
    executor.execute(correlationId, BulkCommands.setting(key, value, ttl));
  }

  /**
   * The same for a lifetime so short that a load may outlast it: ends the lease of a load first.
   */
  public void setEndingLoad(
      @Nullable String correlationId, String key, byte[] value, long ttl, String lease) {
    CommandArguments end = command(Command.DEL).add(bytes(lease));
    executor.executeAll(
        correlationId,
        List.of(Request.idempotent(lease, end), BulkCommands.setting(key, value, ttl)));
  }

  /**
   * DEL of the lease of a load and then of its key, where the number of removed keys does not
   * matter: retried after a lost reply.
   */
  public void remove(@Nullable String correlationId, String key, String lease) {
    new Removal(executor, correlationId).remove(key, lease);
  }

  /**
   * DEL of the leases of loads and then of their keys: how many of the keys were there. Not retried
   * once it was sent, since a second attempt would not count what the first removed.
   *
   * @param leases one for each key, in its slot
   */
  public int delete(@Nullable String correlationId, List<String> keys, List<String> leases) {
    return new Removal(executor, correlationId).delete(keys, leases);
  }

  /**
   * SET with NX and PX: replies true if the key was missing and now holds the token. The token must
   * be used for one call only: a retry after a lost reply takes a key that holds it for its own.
   *
   * @param replicas how many of them are to confirm it
   */
  public Confirmed<Boolean> claim(
      @Nullable String correlationId, String key, byte[] token, long ttl, int replicas) {
    CommandArguments set =
        command(Command.SET)
            .add(bytes(key))
            .add(token)
            .add(Keyword.NX)
            .add(Keyword.PX)
            .add(Ttl.bounded(ttl));
    Supplier<CommandArguments> again =
        () ->
            CLAIM_AGAIN.inFull(
                List.of(key),
                List.of(token, bytes(Long.toString(Ttl.bounded(ttl)))),
                /* retry= */ true);
    Confirmation confirmation = Confirmation.of(replicas, ttl, commandTimeout());
    Confirmed<@Nullable Object> answer =
        confirmed(correlationId, Request.onLock(key, set, again, confirmation));
    Object reply = answer.reply;
    return new Confirmed<>(
        reply instanceof Long number ? number == 1 : reply != null, answer.enough, answer.retried);
  }

  /** How long the reply to a command may take. */
  public int commandTimeout() {
    return executor.options().commandTimeout();
  }

  /** The server that answers for a key at present, to be compared by identity. Never waits. */
  public Object serverOf(String key) {
    try {
      return executor.topology().nodeOf(key);
    } catch (JedisConnectionException e) {
      return NOBODY;
    }
  }

  /** Where such a server is, for messages. */
  public String nameOf(Object server) {
    return server == NOBODY ? executor.topology().name() : server.toString();
  }

  /** Whether a server that failed works again: see {@link Probe}. Takes about a second at most. */
  public boolean isBack(Object server, String key) {
    return Probe.answers(executor.topology(), server, key);
  }

  /**
   * Tries once to run scripts on a server, together, and returns what became of each, in this
   * order. Throws nothing. See {@link Batch}.
   *
   * @param replicas how many of them are to confirm what was written
   */
  public List<Outcome> runAll(Object server, List<Run> runs, int timeoutMillis, int replicas) {
    List<Request> requests = new ArrayList<>();
    for (Run run : runs) {
      CommandArguments whole = run.script.inFull(run.keys, run.arguments, /* retry= */ false);
      requests.add(Request.idempotent(run.keys.get(0), whole));
    }
    Confirmation confirmation = Confirmation.within(timeoutMillis / 2, replicas);
    return new Batch(executor.topology(), runs, requests, timeoutMillis, confirmation).send(server);
  }

  /**
   * Runs a script that answers with an integer, with its digits (a number of Lua is exact up to
   * 2^53 only) or with nil, which is null.
   *
   * @param keys one or more, all in one slot; the first is named in errors
   */
  public @Nullable Long run(
      @Nullable String correlationId, Script script, List<String> keys, List<byte[]> arguments) {
    return run(correlationId, script, keys, arguments, /* confirmation= */ null).reply;
  }

  /** Like {@link #run}, and asks replicas to confirm what it wrote, for less than the lifetime. */
  public Confirmed<@Nullable Long> run(
      @Nullable String correlationId,
      Script script,
      List<String> keys,
      List<byte[]> arguments,
      int replicas,
      long ttl) {
    Confirmation confirmation = Confirmation.of(replicas, ttl, commandTimeout());
    return run(correlationId, script, keys, arguments, confirmation);
  }

  private Confirmed<@Nullable Long> run(
      @Nullable String correlationId,
      Script script,
      List<String> keys,
      List<byte[]> arguments,
      @Nullable Confirmation confirmation) {
    Confirmed<@Nullable Object> answer =
        call(correlationId, script, keys, () -> arguments, confirmation);
    return new Confirmed<>(integer(answer.reply), answer.enough, answer.retried);
  }

  /**
   * Runs a script that answers with anything, as Jedis reads it. Else like {@link #run}.
   *
   * @param arguments called for the arguments of each attempt, the last of which is the one that
   *     was answered
   */
  public @Nullable Object call(
      @Nullable String correlationId,
      Script script,
      List<String> keys,
      Supplier<List<byte[]>> arguments) {
    return call(correlationId, script, keys, arguments, /* confirmation= */ null).reply;
  }

  private Confirmed<@Nullable Object> call(
      @Nullable String correlationId,
      Script script,
      List<String> keys,
      Supplier<List<byte[]>> arguments,
      @Nullable Confirmation confirmation) {
    String key = keys.get(0);
    // A retry may reach another server, or the same one after a restart: it brings its text along.
    Supplier<CommandArguments> retry =
        () -> script.inFull(keys, arguments.get(), /* retry= */ true);
    // That a server does not know a script would show only after the WAIT of the whole batch.
    CommandArguments first =
        confirmation == null
            ? script.byName(keys, arguments.get())
            : script.inFull(keys, arguments.get(), /* retry= */ false);
    try {
      return confirmed(correlationId, Request.onLock(key, first, retry, confirmation));
    } catch (RedisException e) {
      if (!e.code().equals("NOSCRIPT")) {
        throw e;
      }
      CommandArguments whole = script.inFull(keys, arguments.get(), /* retry= */ false);
      return confirmed(correlationId, Request.onLock(key, whole, retry, confirmation));
    }
  }

  private static @Nullable Long integer(@Nullable Object reply) {
    return reply instanceof byte[] digits ? Long.valueOf(new String(digits, UTF_8)) : (Long) reply;
  }

  private Confirmed<@Nullable Object> confirmed(@Nullable String correlationId, Request request) {
    Object reply = executor.execute(correlationId, request);
    boolean retried = reply instanceof RetriesAndRedirects.RetriedReply;
    if (reply instanceof RetriesAndRedirects.RetriedReply late) {
      reply = late.reply();
    }
    Confirmation confirmation = request.confirmation();
    if (confirmation == null) {
      return new Confirmed<>(reply, /* enough= */ true, retried);
    }
    @Nullable Object[] replies = (Object[]) Objects.requireNonNull(reply);
    if (replies[1] instanceof JedisDataException answer) {
      String what = "WAIT for key '" + Errors.shown(request.key()) + "'";
      RedisException e = Errors.answer(correlationId, what, executor.topology().name(), answer);
      throw retried ? Errors.unsettled(e) : e;
    }
    return new Confirmed<>(replies[0], confirmation.isGivenBy(replies[1]), retried);
  }

  private static CommandArguments command(Command verb) {
    return new CommandArguments(verb);
  }

  static byte[] bytes(String key) {
    return key.getBytes(UTF_8);
  }
}
