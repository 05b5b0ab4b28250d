package org.pipservices3.redis.benchmarks.contender;

import java.util.concurrent.TimeUnit;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** RedissonMapCache is Redisson's RMapCache: one map, each of whose entries has an expiry. */
final class RedissonMapCache extends RedissonMap<RMapCache<String, String>> {

  RedissonMapCache(Address redis) {
    this(Redissons.connect(redis));
  }

  private RedissonMapCache(RedissonClient client) {
    super(client, client.getMapCache("benchmark:map", StringCodec.INSTANCE));
  }

  @Override
  public void set(String key, String value) {
    map.fastPut(key, value, LIFETIME_MILLIS, TimeUnit.MILLISECONDS);
  }
}
