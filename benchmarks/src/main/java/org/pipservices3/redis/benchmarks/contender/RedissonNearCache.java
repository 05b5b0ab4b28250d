package org.pipservices3.redis.benchmarks.contender;

import java.time.Duration;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.api.options.LocalCachedMapOptions.EvictionPolicy;
import org.redisson.client.codec.StringCodec;

/** RedissonNearCache is Redisson's RLocalCachedMap, bounded and with expiry like the others. */
final class RedissonNearCache extends RedissonMap<RLocalCachedMap<String, String>> {

  RedissonNearCache(Address redis) {
    this(Redissons.connect(redis));
  }

  private RedissonNearCache(RedissonClient client) {
    super(
        client,
        client.getLocalCachedMap(
            LocalCachedMapOptions.<String, String>name("benchmark:near")
                .codec(StringCodec.INSTANCE)
                .evictionPolicy(EvictionPolicy.LRU)
                .cacheSize(1_000)
                .timeToLive(Duration.ofMillis(LIFETIME_MILLIS))));
  }

  @Override
  public void set(String key, String value) {
    map.fastPut(key, value);
  }
}
