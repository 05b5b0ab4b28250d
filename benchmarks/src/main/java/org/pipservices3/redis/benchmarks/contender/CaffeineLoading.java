package org.pipservices3.redis.benchmarks.contender;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** CaffeineLoading is a loading map in this process, without Redis: the lower bound. */
final class CaffeineLoading implements LoadingClient {
  private final LoadingCache<String, String> cache;

  CaffeineLoading(Address unused, UnaryOperator<String> source) {
    cache =
        Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(LIFETIME_MILLIS, TimeUnit.MILLISECONDS)
            .build(source::apply);
  }

  @Override
  public String get(String key) {
    return cache.get(key);
  }

  @Override
  public void close() {
    cache.invalidateAll();
  }
}
