package org.pipservices3.redis.internal.topology;

import java.util.BitSet;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.internal.errors.TemporaryErrors;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The servers that make up a Redis, and which of them answers for which key.
 *
 * <p>Safe for any number of threads. Only {@link #open}, {@link #confirm} and an implementation's
 * own thread do I/O: all other methods answer from memory and never wait.
 */
public interface Topology {
  /**
   * Finds the servers and connects to them; {@link #close} must follow, also after a failure. May
   * be called again, but not by two threads at once.
   */
  void open(@Nullable String correlationId) throws ApplicationException;

  /** Goes on looking for the servers, after {@link #open} has failed. */
  default void openLater() {}

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

  /** The slots that a server answers for; empty for all others, and where there are no slots. */
  default BitSet slotsOf(Node node) {
    return new BitSet();
  }

  /** Asks anew who answers for which slots, where that may have changed without a call noticing. */
  default void confirm() {}

  /** The server to which an answer of another redirects the caller; null if it is no redirect. */
  @Nullable Node redirect(Node from, JedisDataException answer);

  /**
   * Whether an answer means "not now" in this mode, beside those of {@link TemporaryErrors}, so
   * that the command, which has not run, may run later.
   */
  boolean isPassing(JedisDataException answer);

  /** Notes that a server (null: none was known) gave no answer, or a passing one. */
  void lost(@Nullable Node node, JedisException failure);

  /** How long a command that failed like this is retried at least, in ms since it first failed. */
  long patience(JedisException failure);

  /**
   * Adds a listener, called whenever other servers answer for keys than before. It must not wait.
   */
  void onChange(Runnable listener);

  /** Its name in messages. */
  String name();

  /** Closes every connection. Idempotent. */
  void close();
}
