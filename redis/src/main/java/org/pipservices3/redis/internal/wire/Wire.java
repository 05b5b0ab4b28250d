package org.pipservices3.redis.internal.wire;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;

/** A connection that sends batches. All methods throw {@code JedisException}. */
public interface Wire {
  /** A reply of more bytes is large: others should not wait behind it. */
  int LARGE = 64 * 1024;

  /** Writes a command, which may stay in a buffer until {@link #flush}. */
  void sendCommand(CommandArguments command);

  /** Whether it answers within this time; if not, it must be dropped. */
  boolean answers(int millis);

  /** Sends what was written. */
  void flush();

  /** Polls for a reply without sleeping, until it begins, the time ends or others come. */
  void spin(long nanos, BooleanSupplier alone);

  /** Waits for the next reply, and returns it or throws what Redis answers instead. */
  @Nullable Object getUnflushedObject();

  /** Sets what runs when a {@link #LARGE large} reply begins. */
  default void onLarge(Runnable listener) {}

  /** Closes it at once; also from other threads. */
  void drop();
}
