package org.pipservices3.redis.internal.wire;

import org.pipservices3.redis.internal.errors.Errors;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A reply has begun that is longer than any value that is read: dropping its connection costs less
 * than reading the rest.
 */
public final class OversizedReply extends JedisConnectionException {
  private static final long serialVersionUID = 1L;

  /** The longest value that is read, in bytes. */
  public static final int LIMIT = 64 << 20;

  private final int size;

  OversizedReply(int size) {
    super("A reply of " + size + " bytes is not read");
    this.size = size;
  }

  public int size() {
    return size;
  }

  /** The error of the command that it belongs to, which is not retried. */
  public JedisDataException answer() {
    return new JedisDataException(Errors.OVERSIZED + " " + getMessage());
  }
}
