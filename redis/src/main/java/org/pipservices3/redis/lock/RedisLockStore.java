package org.pipservices3.redis.lock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.RedisCommands;
import org.pipservices3.redis.connect.RedisCommands.Confirmed;
import org.pipservices3.redis.connect.Script;
import org.pipservices3.redis.connect.Ttl;

/**
 * The lock's commands on a real Redis.
 *
 * <p>A script's last argument is {@code '1'} where an earlier attempt may have run, its reply being
 * lost. Acquiring then finds its own token and has it. Releasing then finds nothing of its own, and
 * takes that for the work of the earlier attempt.
 *
 * <p>Replicas may be asked to confirm an acquisition, in the same write. What too few confirm is
 * given back at once, and counts as refused.
 *
 * <p>Safe for any number of threads.
 */
final class RedisLockStore implements LockStore {

  private static final Script ACQUIRE_FENCED =
      new Script(
          """
          local holder = redis.call('get', KEYS[1])
          if not holder then
            local fence = redis.call('incr', KEYS[2])
            redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return fence
          end
          if holder == ARGV[1] then
            return tonumber(redis.call('get', KEYS[2]) or redis.call('incr', KEYS[2]))
          end
          return nil
          """);

  private static final Script EXTEND =
      new Script(
          """
          if redis.call('get', KEYS[1]) == ARGV[1] then
            return redis.call('pexpire', KEYS[1], ARGV[2])
          end
          return 0
          """);

  private static final Script RELEASE =
      new Script(
          """
          if redis.call('get', KEYS[1]) == ARGV[1] then
            return redis.call('del', KEYS[1])
          end
          if ARGV[2] == '1' then return 2 end
          return 0
          """);

  private final RedisCommands commands;
  private final String prefix;
  private final int minReplicas;
  private final Journal journal;

  /**
   * Creates a store on an open connection.
   *
   * @param minReplicas how many replicas must confirm an acquisition
   */
  RedisLockStore(RedisCommands commands, String prefix, int minReplicas, Journal journal) {
    this.commands = commands;
    this.prefix = prefix;
    this.minReplicas = minReplicas;
    this.journal = journal;
  }

  @Override
  public boolean acquire(@Nullable String correlationId, String key, String token, long ttl) {
    String name = prefix + key;
    Confirmed<Boolean> taken =
        acquired(
            correlationId,
            key,
            token,
            () -> commands.claim(correlationId, name, bytes(token), ttl, minReplicas));
    return taken.reply() && isKept(correlationId, key, token, taken);
  }

  @Override
  public @Nullable Long acquireFenced(
      @Nullable String correlationId, String key, String token, long ttl) {
    String name = prefix + key;
    List<String> keys = List.of(name, fenceOf(name));
    List<byte[]> arguments = List.of(bytes(token), bytes(ttl));
    Confirmed<@Nullable Long> taken =
        acquired(
            correlationId,
            key,
            token,
            () -> commands.run(correlationId, ACQUIRE_FENCED, keys, arguments, minReplicas, ttl));
    return taken.reply() != null && isKept(correlationId, key, token, taken) ? taken.reply() : null;
  }

  @Override
  public boolean extend(@Nullable String correlationId, String key, String token, long ttl) {
    List<byte[]> arguments = List.of(bytes(token), bytes(ttl));
    return isPositive(
        counted(() -> commands.run(correlationId, EXTEND, List.of(prefix + key), arguments)));
  }

  @Override
  public boolean release(@Nullable String correlationId, String key, String token) {
    List<byte[]> arguments = List.of(bytes(token));
    return isPositive(
        counted(() -> commands.run(correlationId, RELEASE, List.of(prefix + key), arguments)));
  }

  /**
   * The key of the fencing counter, in the same slot of a cluster.
   *
   * <p>Redis takes what stands between the first <code>{</code> and the next <code>}</code> for the
   * key's hash tag, if that is not empty, else the whole key. So a key with a tag keeps it, and any
   * other becomes the tag: unless it has a <code>}</code> (<code>a}b</code>, <code>{}a</code>),
   * where the tag would end early. Such a key gets a number for a tag that lies in its slot.
   */
  static String fenceOf(String key) {
    int open = key.indexOf('{');
    boolean tagged = open >= 0 && key.indexOf('}', open) > open + 1;
    if (tagged) {
      return key + ":fence";
    }
    return key.indexOf('}') < 0
        ? "{" + key + "}:fence"
        : "{" + RedisCommands.tagOf(key) + "}" + key + ":fence";
  }

  /** Acquires; where Redis refuses only the confirmation, what it was for is given back. */
  private <T> T acquired(
      @Nullable String correlationId, String key, String token, Supplier<T> command) {
    try {
      return counted(command);
    } catch (RedisException e) {
      if (minReplicas > 0 && e.getCause() instanceof InvocationException) {
        giveBackAfter(e, correlationId, key, token);
      }
      throw e;
    }
  }

  private void giveBackAfter(
      RedisException failure, @Nullable String correlationId, String key, String token) {
    try {
      release(correlationId, key, token);
    } catch (RedisException e) {
      failure.addSuppressed(e);
    }
  }

  private boolean isKept(
      @Nullable String correlationId, String key, String token, Confirmed<?> taken) {
    if (taken.enough()) {
      return true;
    }
    release(correlationId, key, token);
    journal.unconfirmed(correlationId, key, minReplicas);
    return false;
  }

  private <T extends @Nullable Object> T counted(Supplier<T> command) {
    try {
      return command.get();
    } catch (RedisException e) {
      journal.failed();
      throw e;
    }
  }

  private static boolean isPositive(@Nullable Long reply) {
    return reply != null && reply > 0;
  }

  private static byte[] bytes(String token) {
    return token.getBytes(US_ASCII);
  }

  private static byte[] bytes(long ttl) {
    return Long.toString(Ttl.bounded(ttl)).getBytes(US_ASCII);
  }
}
