package org.pipservices3.redis.internal.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The name that connections have in CLIENT LIST, such as {@code orders:cache}.
 *
 * <p>It is given together with a connection's first question, so it costs no round trip; and not by
 * the driver, which would hide why the server refuses a connection. A server that refuses the name
 * only is used without one.
 */
public record ConnectionName(String text) {

  /** The same name with what Redis takes for each character that it would refuse. */
  public ConnectionName {
    text = text.replaceAll("[^!-~]", "-");
  }

  /**
   * Names a new connection and asks its first question.
   *
   * @throws JedisDataException what the server answers, or why it then closed the connection
   */
  public @Nullable Object introduce(Connection connection, CommandArguments question) {
    connection.sendCommand(
        new CommandArguments(Command.CLIENT)
            .add("SETNAME")
            .add(text.getBytes(StandardCharsets.US_ASCII)));
    connection.sendCommand(question);
    JedisDataException refusal = null;
    try {
      connection.getOne();
    } catch (JedisDataException e) {
      refusal = e;
    }
    try {
      return connection.getOne();
    } catch (JedisConnectionException e) {
      throw refusal == null ? e : refusal;
    }
  }
}
