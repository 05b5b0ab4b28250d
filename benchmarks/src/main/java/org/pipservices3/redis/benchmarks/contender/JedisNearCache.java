package org.pipservices3.redis.benchmarks.contender;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.csc.DefaultCache;
import redis.clients.jedis.params.SetParams;

/** JedisNearCache is the driver's own client-side cache. */
final class JedisNearCache implements CacheClient {
  private static final int MAX_SIZE = 1_000;

  /** The driver's cache as it is, for servers before 7.4 as well: these can do it too. */
  private static final class AnyServer extends DefaultCache {
    AnyServer() {
      super(MAX_SIZE);
    }

    @Override
    public boolean compatibilityMode() {
      return true;
    }
  }

  private final RedisClient jedis;

  JedisNearCache(Address redis) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(JedisCache.POOL);
    pool.setMaxIdle(JedisCache.POOL);
    jedis =
        RedisClient.builder()
            .hostAndPort(redis.host(), redis.port())
            .clientConfig(DefaultJedisClientConfig.builder().protocol(RedisProtocol.RESP3).build())
            .poolConfig(pool)
            .cache(new AnyServer())
            .build();
  }

  @Override
  public @Nullable String get(String key) {
    return jedis.get(key);
  }

  @Override
  public void set(String key, String value) {
    jedis.set(key, value, SetParams.setParams().px(LIFETIME_MILLIS));
  }

  @Override
  public void delete(String key) {
    jedis.del(key);
  }

  @Override
  public void close() {
    jedis.close();
  }
}
