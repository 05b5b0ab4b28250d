package org.pipservices3.redis.connect;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;

/**
 * One command, and what may be sent where the reply to it was lost. Immutable.
 *
 * @param key the key it concerns, which says where it goes, and for errors
 * @param first what to send
 * @param repeat what to send where an earlier attempt may have run: the same again if the command's
 *     effect does not depend on how often it runs, another that recognises the earlier attempt's
 *     work, or null if it must not be repeated
 * @param confirmation what to send right behind it on the same connection, which may block that
 * @param wakesOthers whether others are likely to wait for what it does, as for a lock
 */
record Request(
    String key,
    CommandArguments first,
    @Nullable CommandArguments repeat,
    @Nullable CommandArguments confirmation,
    boolean wakesOthers) {

  Request(String key, CommandArguments first, @Nullable CommandArguments repeat) {
    this(key, first, repeat, /* confirmation= */ null, /* wakesOthers= */ false);
  }

  /** A command that acquires, extends or releases a lock. */
  static Request onLock(
      String key,
      CommandArguments first,
      CommandArguments repeat,
      @Nullable CommandArguments confirmation) {
    return new Request(key, first, repeat, confirmation, /* wakesOthers= */ true);
  }

  static Request idempotent(String key, CommandArguments command) {
    return new Request(key, command, command);
  }

  /** The command and its key, for errors. */
  String describe() {
    return first.getCommand() + " on key '" + key + "'";
  }

  /** The same for what Redis answered: not in how a script was sent lies the reason. */
  String describeAnswered() {
    return first.getCommand().toString().startsWith("EVAL")
        ? "A script on key '" + key + "'"
        : describe();
  }
}
