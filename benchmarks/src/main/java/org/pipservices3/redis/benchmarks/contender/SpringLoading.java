package org.pipservices3.redis.benchmarks.contender;

import java.util.function.UnaryOperator;

/** SpringLoading is what Spring's {@code @Cacheable(sync = true)} does with Spring Data's cache. */
final class SpringLoading implements LoadingClient {
  private final SpringCache cache;
  private final UnaryOperator<String> source;

  SpringLoading(Address redis, UnaryOperator<String> source) {
    this.source = source;
    cache = new SpringCache(redis);
  }

  @Override
  public String get(String key) {
    return cache.load(key, () -> source.apply(key));
  }

  @Override
  public void close() {
    cache.close();
  }
}
