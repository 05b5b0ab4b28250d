package org.pipservices3.redis.benchmarks.contender;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.SetParams;

/** JedisCache is the bare driver with a pool of up to 64 connections, opened as they are needed. */
final class JedisCache implements CacheClient {
  static final int POOL = 64;

  private final RedisClient jedis;

  JedisCache(Address redis) {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(POOL);
    pool.setMaxIdle(POOL);
    jedis = RedisClient.builder().hostAndPort(redis.host(), redis.port()).poolConfig(pool).build();
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
