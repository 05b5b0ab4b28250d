package org.pipservices3.redis.benchmarks.contender;

import org.jspecify.annotations.Nullable;

/** CacheClient is a cache of strings. Thread-safe. */
public interface CacheClient extends Client {
  /** The lifetime of what {@link #set} writes. */
  long LIFETIME_MILLIS = 21_600_000;

  @Nullable String get(String key);

  void set(String key, String value);

  void delete(String key);
}
