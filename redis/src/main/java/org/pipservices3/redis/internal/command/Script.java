package org.pipservices3.redis.internal.command;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * A Lua script that Redis runs as one step, sent by its SHA-1 and in full where the server does not
 * know it (after SCRIPT FLUSH, a restart or a failover). See <a
 * href="https://redis.io/docs/latest/commands/evalsha/">EVALSHA</a>.
 *
 * <p>After the arguments of the call every script receives one more: {@code 0}, or {@code 1} where
 * the call is a retry because the reply to an earlier attempt was lost and that attempt may have
 * run. So a script can recognise its own work.
 */
public final class Script {
  private final byte[] text;
  private final byte[] sha1;

  public Script(String text) {
    this.text = text.getBytes(StandardCharsets.UTF_8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(this.text);
      this.sha1 = HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-1", e);
    }
  }

  /** EVALSHA for a first attempt. */
  CommandArguments byName(List<String> keys, List<byte[]> arguments) {
    return command(Command.EVALSHA, sha1, keys, arguments, /* retry= */ false);
  }

  /** EVAL. */
  CommandArguments inFull(List<String> keys, List<byte[]> arguments, boolean retry) {
    return command(Command.EVAL, text, keys, arguments, retry);
  }

  private static CommandArguments command(
      Command verb, byte[] script, List<String> keys, List<byte[]> arguments, boolean retry) {
    CommandArguments command = new CommandArguments(verb).add(script).add(keys.size());
    keys.forEach(key -> command.add(key.getBytes(StandardCharsets.UTF_8)));
    arguments.forEach(command::add);
    return command.add(retry ? 1 : 0);
  }
}
