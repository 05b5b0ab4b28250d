package org.pipservices3.redis.benchmarks.contender;

import org.jspecify.annotations.Nullable;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;

/** RedissonMap is a cache in one of Redisson's maps; subclasses define how a value is put. */
abstract class RedissonMap<M extends RMap<String, String>> implements CacheClient {
  final M map;
  private final RedissonClient client;

  RedissonMap(RedissonClient client, M map) {
    this.client = client;
    this.map = map;
  }

  @Override
  public @Nullable String get(String key) {
    return map.get(key);
  }

  @Override
  public void delete(String key) {
    map.fastRemove(key);
  }

  @Override
  public void close() {
    Redissons.close(client);
  }
}
