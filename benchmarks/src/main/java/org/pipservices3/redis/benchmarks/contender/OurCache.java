package org.pipservices3.redis.benchmarks.contender;

import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;

/** OurCache is this module's cache, with its defaults. */
final class OurCache implements CacheClient {
  private final RedisCache cache = new RedisCache();

  OurCache(Address redis) throws ApplicationException {
    this(redis, "standalone", /* near= */ false);
  }

  private OurCache(Address redis, String mode, boolean near) throws ApplicationException {
    cache.configure(
        ConfigParams.fromTuples(
            "connection.host",
            redis.host(),
            "connection.port",
            redis.port(),
            "options.mode",
            mode,
            "options.near_cache",
            near));
    cache.open(null);
  }

  static OurCache near(Address redis) throws ApplicationException {
    return new OurCache(redis, "standalone", /* near= */ true);
  }

  static OurCache cluster(Address node) throws ApplicationException {
    return new OurCache(node, "cluster", /* near= */ false);
  }

  static OurCache nearCluster(Address node) throws ApplicationException {
    return new OurCache(node, "cluster", /* near= */ true);
  }

  @Override
  public @Nullable String get(String key) {
    return (String) cache.retrieve(null, key);
  }

  @Override
  public void set(String key, String value) {
    cache.store(null, key, value, LIFETIME_MILLIS);
  }

  @Override
  public void delete(String key) {
    cache.remove(null, key);
  }

  @Override
  public void close() {
    cache.close(null);
  }
}
