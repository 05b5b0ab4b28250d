package org.pipservices3.redis.benchmarks.contender;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** RedissonMapCache is Redisson's RMapCache: one map, each of whose entries has an expiry. */
final class RedissonMapCache implements CacheClient {
  private final RedissonClient client;
  private final RMapCache<String, String> map;

  RedissonMapCache(Address redis) {
    client = Redissons.connect(redis);
    map = client.getMapCache("benchmark:map", StringCodec.INSTANCE);
  }

  @Override
  public @Nullable String get(String key) {
    return map.get(key);
  }

  @Override
  public void set(String key, String value) {
    map.fastPut(key, value, LIFETIME_MILLIS, TimeUnit.MILLISECONDS);
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
