package org.pipservices3.redis.internal.command;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.trace.ITracer;
import org.pipservices3.redis.RedisException;
import redis.clients.jedis.CommandArguments;

/**
 * Tells a tracer of commands that took {@value #SLOW_MILLIS} ms or more, retries and pauses
 * included, as spans {@code redis GET} and the like. A span for each command would cost more than
 * the command.
 *
 * <p>Safe for any number of threads.
 *
 * @param tracer throws nothing
 */
record SlowCommands(ITracer tracer) {
  static final int SLOW_MILLIS = 100;

  /**
   * A command, or the first of several, has ended.
   *
   * @param start when it began, by {@code nanoTime}
   * @param failure why it failed, or null
   */
  void ended(
      @Nullable String correlationId,
      CommandArguments command,
      long start,
      @Nullable RedisException failure) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    if (millis < SLOW_MILLIS) {
      return;
    }
    String name = command.getCommand().toString();
    if (failure == null) {
      tracer.trace(correlationId, "redis", name, millis);
    } else {
      tracer.failure(correlationId, "redis", name, failure.getCause(), millis);
    }
  }
}
