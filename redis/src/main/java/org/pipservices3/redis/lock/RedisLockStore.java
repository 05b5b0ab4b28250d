package org.pipservices3.redis.lock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.command.RedisCommands.Confirmed;
import org.pipservices3.redis.internal.command.RedisCommands.Outcome;
import org.pipservices3.redis.internal.command.RedisCommands.Run;
import org.pipservices3.redis.internal.config.Ttl;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * The lock's commands on a real Redis, by the {@link LockScripts}.
 *
 * <p>Replicas may be asked to confirm an acquisition or a renewal, in the same write. If too few
 * confirm an acquisition, it is released at once and counts as refused; a renewal throws
 * UNCONFIRMED.
 *
 * <p>Safe for any number of threads.
 */
final class RedisLockStore implements LockStore {
  private final RedisCommands commands;
  private final String prefix;
  private final int minReplicas;
  private final long fenceTimeout;
  private final LockMetrics metrics;

  /**
   * Creates a store on an open connection.
   *
   * @param minReplicas how many replicas must confirm an acquisition or renewal
   * @param fenceTimeout the time in milliseconds that a fencing counter outlives its last lease
   */
  RedisLockStore(
      RedisCommands commands,
      String prefix,
      int minReplicas,
      long fenceTimeout,
      LockMetrics metrics) {
    this.commands = commands;
    this.prefix = prefix;
    this.minReplicas = minReplicas;
    this.fenceTimeout = fenceTimeout;
    this.metrics = metrics;
  }

  @Override
  public Acquired acquire(@Nullable String correlationId, String key, String token, long ttl) {
    String name = prefix + key;
    Confirmed<Boolean> reply =
        acquire(
            correlationId,
            key,
            token,
            () -> commands.claim(correlationId, name, bytes(token), ttl, minReplicas));
    boolean granted =
        reply.reply() && isConfirmed(correlationId, /* lease= */ false, key, token, reply);
    if (reply.retried()) {
      return new Acquired(granted, 0, /* retried= */ true);
    }
    return granted ? Acquired.GRANTED : Acquired.REFUSED;
  }

  @Override
  public Acquired acquireFenced(
      @Nullable String correlationId, String key, String token, long ttl) {
    List<String> keys = keys(key);
    List<byte[]> arguments = arguments(token, ttl);
    Confirmed<@Nullable Long> reply =
        acquire(
            correlationId,
            key,
            token,
            () ->
                commands.run(
                    correlationId, LockScripts.ACQUIRE_FENCED, keys, arguments, minReplicas, ttl));
    Long fence = reply.reply();
    return fence != null && isConfirmed(correlationId, /* lease= */ true, key, token, reply)
        ? new Acquired(/* granted= */ true, fence, reply.retried())
        : new Acquired(/* granted= */ false, 0, reply.retried());
  }

  @Override
  public Extended extend(@Nullable String correlationId, String key, String token, long ttl) {
    List<String> keys = keys(key);
    List<byte[]> arguments = arguments(token, ttl);
    Confirmed<@Nullable Long> reply =
        counted(
            () ->
                commands.run(correlationId, LockScripts.EXTEND, keys, arguments, minReplicas, ttl));
    boolean ours = isPositive(reply.reply());
    if (ours && !reply.enough()) {
      throw unconfirmed(correlationId, key);
    }
    return new Extended(ours, reply.retried());
  }

  @Override
  public long remaining(@Nullable String correlationId, String key) {
    String name = prefix + key;
    return counted(() -> commands.remaining(correlationId, name));
  }

  @Override
  public boolean release(@Nullable String correlationId, String key, String token) {
    List<byte[]> arguments = List.of(bytes(token));
    return isPositive(
        counted(
            () ->
                commands.run(
                    correlationId, LockScripts.RELEASE, List.of(prefix + key), arguments)));
  }

  @Override
  public Object serverOf(String key) {
    return commands.serverOf(prefix + key);
  }

  @Override
  public int commandTimeout() {
    return commands.commandTimeout();
  }

  @Override
  public List<Answer> askAll(Object server, List<Ask> asks, int timeout) {
    List<Run> runs = asks.stream().map(this::run).toList();
    boolean releases = asks.stream().allMatch(Ask::isRelease);
    List<Outcome> outcomes = commands.runAll(server, runs, timeout, releases ? 0 : minReplicas);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < asks.size(); i++) {
      answers.add(answer(asks.get(i), outcomes.get(i)));
    }
    return answers;
  }

  private Run run(Ask ask) {
    boolean release = ask.isRelease();
    return new Run(
        ask.correlationId(),
        release ? LockScripts.RELEASE : LockScripts.EXTEND,
        release ? List.of(prefix + ask.key()) : keys(ask.key()),
        release ? List.of(bytes(ask.token())) : arguments(ask.token(), ask.ttl()),
        ask.retry());
  }

  private Answer answer(Ask ask, Outcome outcome) {
    if (outcome.failure() != null) {
      metrics.failed();
      return Answer.failed(outcome.failure());
    }
    if (outcome.elsewhere()) {
      return new Answer(/* ours= */ false, /* failure= */ null, /* elsewhere= */ true);
    }
    boolean ours = isPositive(outcome.reply());
    if (ours && !ask.isRelease() && !outcome.enough()) {
      return Answer.failed(unconfirmed(ask.correlationId(), ask.key()));
    }
    return Answer.of(ours);
  }

  /** Acquires. If Redis refuses only the confirmation, the lock is released. */
  private <T> T acquire(
      @Nullable String correlationId, String key, String token, Supplier<T> command) {
    try {
      return counted(command);
    } catch (RedisException e) {
      if (minReplicas > 0 && e.getCause() instanceof InvocationException) {
        throw releaseAfter(e, correlationId, key, token);
      }
      throw e;
    }
  }

  private RedisException releaseAfter(
      RedisException failure, @Nullable String correlationId, String key, String token) {
    try {
      release(correlationId, key, token);
      return failure;
    } catch (RedisException e) {
      failure.addSuppressed(e);
      return Errors.unsettled(failure);
    }
  }

  /** Whether enough replicas have confirmed an acquisition. If not, it is released. */
  private boolean isConfirmed(
      @Nullable String correlationId, boolean lease, String key, String token, Confirmed<?> reply) {
    if (reply.enough()) {
      return true;
    }
    try {
      release(correlationId, key, token);
    } catch (RedisException e) {
      throw Errors.unsettled(e);
    }
    metrics.unconfirmed(correlationId, lease, key, minReplicas);
    return false;
  }

  private RedisException unconfirmed(@Nullable String correlationId, String key) {
    metrics.renewalUnconfirmed(correlationId, key, minReplicas);
    return new RedisException(
        new ConnectionException(
            correlationId,
            "UNCONFIRMED",
            "The renewal of key '"
                + metrics.name(key)
                + "' was confirmed by fewer than "
                + minReplicas
                + " replicas (options.min_replicas): see whether they are connected"));
  }

  private <T extends @Nullable Object> T counted(Supplier<T> command) {
    try {
      return command.get();
    } catch (RedisException e) {
      metrics.failed();
      throw e;
    }
  }

  private List<String> keys(String key) {
    String name = prefix + key;
    return List.of(name, LockScripts.fenceOf(name));
  }

  private List<byte[]> arguments(String token, long ttl) {
    return List.of(bytes(token), bytes(ttl), bytes(Math.max(fenceTimeout, ttl)));
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
