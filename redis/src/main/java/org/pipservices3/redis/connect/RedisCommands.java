package org.pipservices3.redis.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
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

  /** The server's address, for messages. */
  public String address() {
    return executor.address();
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
    CommandArguments delete = command(Command.DEL);
    for (String key : keys) {
      delete.add(bytes(key));
    }
    Object count = run(correlationId, new Request(keys.get(0), delete, null));
    return count instanceof Long number ? number.intValue() : 0;
  }

  /**
   * SET with NX and PX: true if the key was missing and now holds the token. The token must be used
   * for one call only: a repeat after a lost reply takes a key that holds it for its own.
   */
  public boolean claim(@Nullable String correlationId, String key, byte[] token, long ttl) {
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
    Object reply = run(correlationId, new Request(key, set, again));
    return reply instanceof Long number ? number == 1 : reply != null;
  }

  /**
   * Runs a script that answers with an integer.
   *
   * @param keys one or more, all in one slot; the first is named in errors
   * @return the script's answer, or null if it was nil
   */
  public @Nullable Long run(
      @Nullable String correlationId, Script script, List<String> keys, List<byte[]> arguments) {
    List<byte[]> names = keys.stream().map(RedisCommands::bytes).toList();
    try {
      return (Long)
          execute(correlationId, script, Command.EVALSHA, script.sha1, keys, names, arguments);
    } catch (JedisDataException answer) {
      if (!Errors.code(answer).equals("NOSCRIPT")) {
        throw refused(correlationId, "A script on key '" + keys.get(0) + "'", answer);
      }
    }
    try {
      return (Long)
          execute(correlationId, script, Command.EVAL, script.text, keys, names, arguments);
    } catch (JedisDataException answer) {
      throw refused(correlationId, "A script on key '" + keys.get(0) + "'", answer);
    }
  }

  private @Nullable Object execute(
      @Nullable String correlationId,
      Script script,
      Command verb,
      byte[] text,
      List<String> keys,
      List<byte[]> names,
      List<byte[]> arguments) {
    CommandArguments first = evaluate(verb, text, names, arguments, FIRST);
    // A repeat may reach another server, or the same one after a restart: it brings its text along.
    CommandArguments repeat = evaluate(Command.EVAL, script.text, names, arguments, REPEAT);
    return executor.execute(correlationId, new Request(keys.get(0), first, repeat));
  }

  private @Nullable Object run(@Nullable String correlationId, Request request) {
    try {
      return executor.execute(correlationId, request);
    } catch (JedisDataException answer) {
      throw refused(correlationId, request.describe(), answer);
    }
  }

  private RedisException refused(
      @Nullable String correlationId, String what, JedisDataException answer) {
    return Errors.answer(correlationId, what, executor.address(), answer);
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
