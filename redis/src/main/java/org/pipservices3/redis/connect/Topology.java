package org.pipservices3.redis.connect;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The servers that make up a Redis, and which of them answers for which key.
 *
 * <p>Safe for any number of threads. Only {@link #open} and an implementation's own thread talk to
 * servers: all other methods answer from memory and never wait.
 */
interface Topology {
  /** Finds the servers and connects to them; {@link #close} must follow, also after a failure. */
  void open(@Nullable String correlationId) throws ApplicationException;

  /**
   * The server that answers for a key.
   *
   * @throws JedisConnectionException if none is known
   */
  Node nodeOf(String key);

  /** The servers that answer for keys at present. */
  Collection<Node> masters();

  /** Whether several servers answer for different keys at the same time. */
  default boolean isPartitioned() {
    return false;
  }

  /** The server to which this answer sends the caller, who goes there at once; null if to none. */
  @Nullable Node redirect(JedisDataException answer);

  /** Whether an answer means "not now", so that the command, which has not run, may run later. */
  boolean isPassing(JedisDataException answer);

  /** Hears that a server (null: that none was known) gave no answer, or a passing one. */
  void lost(@Nullable Node node, JedisException failure);

  /** How long, after its first failure, a command is repeated at the least, in milliseconds. */
  long patience();

  /** Has this called whenever other servers answer for keys than before. It must not wait. */
  void onChange(Runnable listener);

  /** Where it is, for messages. */
  String name();

  /** Closes every connection. Idempotent. */
  void close();
}
