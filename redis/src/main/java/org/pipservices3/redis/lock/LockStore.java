package org.pipservices3.redis.lock;

import org.jspecify.annotations.Nullable;

/**
 * What a lock asks of Redis: the port between the lock's logic and its commands.
 *
 * <p>Every method is one atomic step, throws {@link org.pipservices3.redis.RedisException}, and is
 * safe for any number of threads. Keys are the caller's, without prefix; times are in milliseconds;
 * a token serves one acquisition only.
 */
interface LockStore {
  /** Puts the token under the key if nothing is there; false if something is. */
  boolean acquire(@Nullable String correlationId, String key, String token, long ttl);

  /** Like {@link #acquire}, but returns the next fencing token, or null if refused. */
  @Nullable Long acquireFenced(@Nullable String correlationId, String key, String token, long ttl);

  /** Gives the key this time to live, counted from now, if it holds the token. */
  boolean extend(@Nullable String correlationId, String key, String token, long ttl);

  /** Removes the key if it holds the token. */
  boolean release(@Nullable String correlationId, String key, String token);
}
