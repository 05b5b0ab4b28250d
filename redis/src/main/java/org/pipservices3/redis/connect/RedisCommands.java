package org.pipservices3.redis.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.Protocol.Keyword;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The commands that caches and locks send: the module's narrow port over its driver.
 *
 * <p>Internal to the module. Keys are complete, prefix included; times are in milliseconds. Safe
 * for any number of threads. Every method throws {@link RedisException}: around a {@code
 * ConnectionException} if Redis could not be reached in time, an {@code InvocationException} for
 * what it answers.
 */
public final class RedisCommands {
  private static final byte[] FIRST = {'0'};
  private static final byte[] REPEAT = {'1'};

  /**
   * A reply, and whether as many replicas as wanted have confirmed what was written before it.
   *
   * @param <T> the reply's type
   */
  public record Confirmed<T extends @Nullable Object>(T reply, boolean enough) {}

  private static final Script CLAIM_AGAIN =
      new Script(
          """
          if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
          if redis.call('get', KEYS[1]) == ARGV[1] then return 1 end
          return 0
          """);

  private final Executor executor;

  RedisCommands(Executor executor) {
    this.executor = executor;
  }

  /** A text that, as a hash tag, puts a key into the same slot of a cluster as this key. */
  public static String tagOf(String key) {
    return SlotTags.of(key);
  }

  /** GET: the key's value, or null if there is none. */
  public byte @Nullable [] get(@Nullable String correlationId, String key) {
    return (byte[])
        run(correlationId, Request.idempotent(key, command(Command.GET).add(bytes(key))));
  }

  /** SET with PX: writes the value with a time to live. */
  public void set(@Nullable String correlationId, String key, byte[] value, long ttl) {
    CommandArguments set =
        command(Command.SET).add(bytes(key)).add(value).add(Keyword.PX).add(Ttl.bounded(ttl));
    run(correlationId, Request.idempotent(key, set));
  }

  /** DEL where the number of removed keys does not matter: repeated after a lost reply. */
  public void remove(@Nullable String correlationId, String key) {
    run(correlationId, Request.idempotent(key, command(Command.DEL).add(bytes(key))));
  }

  /**
   * DEL: how many of the keys were there. Not repeated once it was sent, since a second attempt
   * would not count what the first removed.
   */
  public int delete(@Nullable String correlationId, List<String> keys) {
    if (executor.topology().isPartitioned()) {
      List<Request> each = keys.stream().map(key -> deletion(List.of(key))).toList();
      return Arrays.stream(executor.executeAll(correlationId, each))
          .mapToInt(RedisCommands::count)
          .sum();
    }
    return count(run(correlationId, deletion(keys)));
  }

  private static Request deletion(List<String> keys) {
    CommandArguments delete = command(Command.DEL);
    for (String key : keys) {
      delete.add(bytes(key));
    }
    return new Request(keys.get(0), delete, /* repeat= */ null);
  }

  private static int count(@Nullable Object reply) {
    return reply instanceof Long number ? number.intValue() : 0;
  }

  /**
   * SET with NX and PX: replies true if the key was missing and now holds the token. The token must
   * be used for one call only: a repeat after a lost reply takes a key that holds it for its own.
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
    CommandArguments again =
        evaluate(
            Command.EVAL,
            CLAIM_AGAIN.text,
            List.of(bytes(key)),
            List.of(token, bytes(Long.toString(Ttl.bounded(ttl)))),
            REPEAT);
    Confirmed<@Nullable Object> answer =
        confirmed(correlationId, Request.onLock(key, set, again, confirmation(replicas, ttl)));
    Object reply = answer.reply;
    return new Confirmed<>(
        reply instanceof Long number ? number == 1 : reply != null, answer.enough);
  }

  /**
   * Runs a script that answers with an integer.
   *
   * @param keys one or more, all in one slot; the first is named in errors
   * @return the script's answer, or null if it was nil
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
    return run(correlationId, script, keys, arguments, confirmation(replicas, ttl));
  }

  private Confirmed<@Nullable Long> run(
      @Nullable String correlationId,
      Script script,
      List<String> keys,
      List<byte[]> arguments,
      @Nullable CommandArguments confirmation) {
    List<byte[]> names = keys.stream().map(RedisCommands::bytes).toList();
    String key = keys.get(0);
    // A repeat may reach another server, or the same one after a restart: it brings its text along.
    CommandArguments repeat = evaluate(Command.EVAL, script.text, names, arguments, REPEAT);
    CommandArguments known = evaluate(Command.EVALSHA, script.sha1, names, arguments, FIRST);
    Confirmed<@Nullable Object> answer;
    try {
      answer = confirmed(correlationId, Request.onLock(key, known, repeat, confirmation));
    } catch (RedisException e) {
      if (!e.code().equals("NOSCRIPT")) {
        throw e;
      }
      CommandArguments whole = evaluate(Command.EVAL, script.text, names, arguments, FIRST);
      answer = confirmed(correlationId, Request.onLock(key, whole, repeat, confirmation));
    }
    return new Confirmed<>((Long) answer.reply, answer.enough);
  }

  /** WAIT, for less time than a reply may take and than the lifetime of what is to be confirmed. */
  private @Nullable CommandArguments confirmation(int replicas, long ttl) {
    if (replicas == 0) {
      return null;
    }
    long timeout = Math.max(1, Math.min(executor.commandTimeout(), ttl) / 2);
    return command(Command.WAIT).add(replicas).add(timeout);
  }

  private Confirmed<@Nullable Object> confirmed(@Nullable String correlationId, Request request) {
    Object reply = run(correlationId, request);
    CommandArguments confirmation = request.confirmation();
    if (confirmation == null) {
      return new Confirmed<>(reply, /* enough= */ true);
    }
    @Nullable Object[] replies = (Object[]) Objects.requireNonNull(reply);
    if (replies[1] instanceof JedisDataException answer) {
      String what = confirmation.getCommand() + " for key '" + request.key() + "'";
      throw Errors.answer(correlationId, what, executor.topology().name(), answer);
    }
    long wanted = Long.parseLong(new String(confirmation.get(1).getRaw(), UTF_8));
    return new Confirmed<>(replies[0], replies[1] instanceof Long given && given >= wanted);
  }

  private @Nullable Object run(@Nullable String correlationId, Request request) {
    return executor.execute(correlationId, request);
  }

  private static CommandArguments evaluate(
      Command verb, byte[] script, List<byte[]> keys, List<byte[]> arguments, byte[] attempt) {
    CommandArguments command = command(verb).add(script).add(keys.size());
    keys.forEach(command::add);
    arguments.forEach(command::add);
    return command.add(attempt);
  }

  private static CommandArguments command(Command verb) {
    return new CommandArguments(verb);
  }

  private static byte[] bytes(String key) {
    return key.getBytes(UTF_8);
  }
}
