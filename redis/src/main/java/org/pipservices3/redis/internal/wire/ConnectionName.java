package org.pipservices3.redis.internal.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.errors.Errors;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The name that connections have in CLIENT LIST, such as {@code orders:cache}.
 *
 * <p>It is given after a connection's first question, and not by the driver, which would hide why
 * the server refuses a connection. Where it is not allowed, connections have no name; and neither
 * have those that follow where the connection is closed at that moment, as some proxies do.
 *
 * <p>Safe for any number of threads.
 */
public final class ConnectionName {
  /** The connection was closed when it was named: the next one works. */
  public static final class Refused extends JedisConnectionException {
    private static final long serialVersionUID = 1;

    Refused(JedisConnectionException cause) {
      super("The connection was closed when it got a name", cause);
    }
  }

  private final byte[] text;
  private volatile boolean refused;

  /** The name with a dash for each character that Redis would refuse. */
  public ConnectionName(String text) {
    this.text = text.replaceAll("[^!-~]", "-").getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Asks the first question of a new connection and then names it.
   *
   * @throws JedisDataException what the server answers to the question
   * @throws Refused if another connection is to be opened
   */
  public @Nullable Object introduce(Connection connection, CommandArguments question) {
    Object reply = connection.executeCommand(question);
    if (!refused) {
      name(connection);
    }
    return reply;
  }

  private void name(Connection connection) {
    try {
      connection.executeCommand(new CommandArguments(Command.CLIENT).add("SETNAME").add(text));
    } catch (JedisDataException e) {
      // It works without a name.
    } catch (JedisConnectionException e) {
      if (Errors.isTimeout(e)) {
        throw e;
      }
      refused = true;
      throw new Refused(e);
    }
  }
}
