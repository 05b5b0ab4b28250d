package org.pipservices3.redis.connect;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A Lua script that Redis runs as one step, sent by its SHA-1 and in full where the server does not
 * know it (after SCRIPT FLUSH, a restart or a failover). See <a
 * href="https://redis.io/docs/latest/commands/evalsha/">EVALSHA</a>.
 *
 * <p>After the arguments of the call every script receives one more: {@code 0}, or {@code 1} where
 * the call is repeated because the reply to an earlier attempt was lost and that attempt may have
 * run. So a script can recognise its own work.
 */
public final class Script {
  final byte[] text;
  final byte[] sha1;

  public Script(String text) {
    this.text = text.getBytes(StandardCharsets.UTF_8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(this.text);
      this.sha1 = HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-1", e);
    }
  }
}
