package org.pipservices3.redis.benchmarks.contender;

import org.jspecify.annotations.Nullable;

/** CacheClient is one way of caching strings. Safe for any number of threads. */
public interface CacheClient extends Client {
  /** The lifetime of what {@link #set} writes. */
  long LIFETIME_MILLIS = 21_600_000;

  @Nullable String get(String key);

  void set(String key, String value);

  void delete(String key);
}
