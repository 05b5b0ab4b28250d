package org.pipservices3.redis.benchmarks.contender;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.csc.DefaultCache;

/** JedisNearCache opens the bare driver with its own client-side cache. */
final class JedisNearCache {
  private static final int MAX_SIZE = 1_000;

  private JedisNearCache() {}

  static CacheClient open(Address redis) {
    return new JedisCache(
        RedisClient.builder()
            .hostAndPort(redis.host(), redis.port())
            .clientConfig(DefaultJedisClientConfig.builder().protocol(RedisProtocol.RESP3).build())
            .poolConfig(JedisCache.pool())
            .cache(new AnyServer())
            .build());
  }

  /** The driver's cache without its check for Redis 7.4: older servers support it too. */
  private static final class AnyServer extends DefaultCache {
    AnyServer() {
      super(MAX_SIZE);
    }

    @Override
    public boolean compatibilityMode() {
      return true;
    }
  }
}
