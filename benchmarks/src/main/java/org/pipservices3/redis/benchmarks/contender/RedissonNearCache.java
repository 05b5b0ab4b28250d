package org.pipservices3.redis.benchmarks.contender;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.LocalCachedMapOptions.EvictionPolicy;
import org.redisson.client.codec.StringCodec;

/** RedissonNearCache is Redisson's RLocalCachedMap, bounded and with expiry like the others. */
final class RedissonNearCache implements CacheClient {
  private final RedissonClient client;
  private final RLocalCachedMap<String, String> map;

  RedissonNearCache(Address redis) {
    client = Redissons.connect(redis);
    map =
        client.getLocalCachedMap(
            LocalCachedMapOptions.<String, String>name("benchmark:near")
                .codec(StringCodec.INSTANCE)
                .evictionPolicy(EvictionPolicy.LRU)
                .cacheSize(1_000)
                .timeToLive(Duration.ofMillis(LIFETIME_MILLIS)));
  }

  @Override
  public @Nullable String get(String key) {
    return map.get(key);
  }

  @Override
  public void set(String key, String value) {
    map.fastPut(key, value);
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
