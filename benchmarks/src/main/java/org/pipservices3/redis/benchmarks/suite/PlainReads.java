package org.pipservices3.redis.benchmarks.suite;

import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.cache.RedisCache;

/** PlainReads is this module's {@code retrieveAs}, to compare hits of loads with. */
final class PlainReads implements AutoCloseable {
  private final RedisCache cache = new RedisCache();

  private PlainReads() {}

  static PlainReads open(Address redis, boolean near) throws ApplicationException {
    PlainReads reads = new PlainReads();
    reads.cache.configure(
        ConfigParams.fromTuples(
            "connection.host",
            redis.host(),
            "connection.port",
            redis.port(),
            "options.near_cache",
            near));
    reads.cache.open(null);
    return reads;
  }

  void fill(String[] keys, String value) {
    for (String key : keys) {
      cache.store(null, key, value, CacheClient.LIFETIME_MILLIS);
    }
  }

  @Nullable String get(String key) {
    return cache.retrieveAs(null, key, String.class);
  }

  @Override
  public void close() {
    cache.close(null);
  }
}
