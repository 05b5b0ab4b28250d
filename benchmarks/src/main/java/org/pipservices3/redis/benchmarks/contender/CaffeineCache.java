package org.pipservices3.redis.benchmarks.contender;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** CaffeineCache is a bounded map with expiry in this process, without Redis: the lower bound. */
final class CaffeineCache implements CacheClient {
  private final Cache<String, String> cache =
      Caffeine.newBuilder()
          .maximumSize(1_000)
          .expireAfterWrite(LIFETIME_MILLIS, TimeUnit.MILLISECONDS)
          .build();

  CaffeineCache(Address unused) {}

  @Override
  public @Nullable String get(String key) {
    return cache.getIfPresent(key);
  }

  @Override
  public void set(String key, String value) {
    cache.put(key, value);
  }

  @Override
  public void delete(String key) {
    cache.invalidate(key);
  }

  @Override
  public void close() {
    cache.invalidateAll();
  }
}
