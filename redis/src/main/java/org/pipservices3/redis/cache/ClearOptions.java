package org.pipservices3.redis.cache;

import java.time.Duration;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.config.Ttl;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * How {@link RedisCache#clear(String, String, ClearOptions)} removes keys: in what steps, how fast,
 * and for how long.
 *
 * <pre>{@code
 * cache.clear(correlationId, "price:",
 *     ClearOptions.defaults().keysPerSecond(20_000).deadline(Duration.ofMinutes(1)));
 * }</pre>
 *
 * <p>Each method returns other options and leaves these as they are. Immutable and safe for any
 * number of threads, as far as what {@link #onProgress} calls is. A null, negative or absurd value
 * is a {@link RedisException} around a {@code BadRequestException} WRONG_OPTION.
 */
public final class ClearOptions {
  private static final int DEFAULT_BATCH = 500;
  private static final int LARGEST_BATCH = 100_000;
  private static final ClearOptions DEFAULTS =
      new ClearOptions(DEFAULT_BATCH, 0, /* deadline= */ null, removed -> {});

  private final int batch;
  private final int keysPerSecond;
  private final @Nullable Duration deadline;
  private final LongConsumer progress;

  private ClearOptions(
      int batch, int keysPerSecond, @Nullable Duration deadline, LongConsumer progress) {
    this.batch = batch;
    this.keysPerSecond = keysPerSecond;
    this.deadline = deadline;
    this.progress = progress;
  }

  /** Batches of {@value #DEFAULT_BATCH} keys, at any speed, until the end, in silence. */
  public static ClearOptions defaults() {
    return DEFAULTS;
  }

  /**
   * How many keys of all that the server has one step looks at, and so how many it removes at most,
   * from 1 to {@value #LARGEST_BATCH}; {@value #DEFAULT_BATCH} by default. The server does nothing
   * else during a step: about a microsecond for each key.
   */
  public ClearOptions batch(int keys) {
    if (keys < 1 || keys > LARGEST_BATCH) {
      throw wrong("batch", "is " + keys + ": it must be from 1 to " + LARGEST_BATCH);
    }
    return new ClearOptions(keys, keysPerSecond, deadline, progress);
  }

  /**
   * How many keys are removed in a second at most; 0, the default, for no limit. What does not
   * begin with the prefix is looked at as quickly as ever.
   */
  public ClearOptions keysPerSecond(int keys) {
    if (keys < 0) {
      throw wrong("keysPerSecond", "is " + keys + ": it must be 0 or more");
    }
    return new ClearOptions(batch, keys, deadline, progress);
  }

  /**
   * How long all of it may take, from 1 ms to a hundred years; without end by default. What is left
   * then stays, and the call throws CLEAR_TIMEOUT. A step that is under way then is finished, which
   * takes {@code options.command_timeout} at most.
   */
  public ClearOptions deadline(Duration time) {
    if (time == null
        || time.compareTo(Duration.ofMillis(1)) < 0
        || time.compareTo(Duration.ofMillis(Ttl.MAX_MILLIS)) > 0) {
      throw wrong("deadline", "is " + time + ": it must be from 1 ms to a hundred years");
    }
    return new ClearOptions(batch, keysPerSecond, time, progress);
  }

  /**
   * What is told after each step how many keys were removed so far. It runs on the thread that
   * clears, which waits for it; what it throws ends the call.
   */
  public ClearOptions onProgress(LongConsumer removedSoFar) {
    if (removedSoFar == null) {
      throw wrong("onProgress", "is null: give a consumer");
    }
    return new ClearOptions(batch, keysPerSecond, deadline, removedSoFar);
  }

  int batch() {
    return batch;
  }

  /** 0 for no limit. */
  int keysPerSecond() {
    return keysPerSecond;
  }

  /** Null for none. */
  @Nullable Duration deadline() {
    return deadline;
  }

  LongConsumer progress() {
    return progress;
  }

  private static RedisException wrong(String method, String problem) {
    return Errors.badRequest(
        /* correlationId= */ null, "WRONG_OPTION", "ClearOptions." + method + " " + problem);
  }
}
