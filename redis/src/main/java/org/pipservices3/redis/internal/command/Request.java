package org.pipservices3.redis.internal.command;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.errors.Errors;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * One command, and what may be sent after its reply was lost. Immutable.
 *
 * @param key the key that selects its server, and for errors
 * @param first what to send
 * @param again makes what to send where an earlier attempt may have run: the same if the command's
 *     effect does not depend on how often it runs, another that recognises the earlier attempt's
 *     work, or null if it must not be sent again
 * @param confirmation what to send right behind it on the same connection, or null
 * @param wakesOthers whether others are likely to wait for what it does, as for a lock
 */
record Request(
    String key,
    CommandArguments first,
    @Nullable Supplier<CommandArguments> again,
    @Nullable Confirmation confirmation,
    boolean wakesOthers) {

  Request(String key, CommandArguments first, @Nullable CommandArguments retry) {
    this(key, first, always(retry), /* confirmation= */ null, /* wakesOthers= */ false);
  }

  /** A command that acquires, extends or releases a lock. */
  static Request onLock(
      String key,
      CommandArguments first,
      CommandArguments retry,
      @Nullable Confirmation confirmation) {
    return onLock(key, first, () -> retry, confirmation);
  }

  /** The same with a retry that is made only if it is needed. */
  static Request onLock(
      String key,
      CommandArguments first,
      Supplier<CommandArguments> retry,
      @Nullable Confirmation confirmation) {
    return new Request(key, first, retry, confirmation, /* wakesOthers= */ true);
  }

  static Request idempotent(String key, CommandArguments command) {
    return new Request(key, command, command);
  }

  private static @Nullable Supplier<CommandArguments> always(@Nullable CommandArguments retry) {
    return retry == null ? null : () -> retry;
  }

  /** Whether it may be sent again after its reply was lost. */
  boolean isRetriable() {
    return again != null;
  }

  /** What to send again, or null. */
  @Nullable CommandArguments retry() {
    return again == null ? null : again.get();
  }

  /** The command and its key, for errors. */
  String describe() {
    return first.getCommand() == Command.PING
        ? "PING"
        : first.getCommand() + " on key '" + Errors.shown(key) + "'";
  }

  /** The same for what Redis answered, which does not depend on how a script was sent. */
  String describeAnswered() {
    return first.getCommand().toString().startsWith("EVAL")
        ? "A script on key '" + Errors.shown(key) + "'"
        : describe();
  }
}
