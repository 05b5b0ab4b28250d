package org.pipservices3.redis.connect;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;

/**
 * One command, and what may be sent where the reply to it was lost. Immutable.
 *
 * @param key the key it concerns, for errors
 * @param first what to send
 * @param repeat what to send where an earlier attempt may have run: the same again if the command's
 *     effect does not depend on how often it runs, another that recognises the earlier attempt's
 *     work, or null if it must not be repeated
 */
record Request(String key, CommandArguments first, @Nullable CommandArguments repeat) {

  static Request idempotent(String key, CommandArguments command) {
    return new Request(key, command, command);
  }

  /** The command and its key, for errors. */
  String describe() {
    return first.getCommand() + " on key '" + key + "'";
  }
}
