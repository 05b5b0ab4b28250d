package org.pipservices3.redis.benchmarks.contender;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/** JedisCache is the bare driver with a pool of up to 64 connections. */
final class JedisCache implements CacheClient {
  static final int POOL = 64;

  private final UnifiedJedis jedis;

  JedisCache(Address redis) {
    this(connected(redis));
  }

  JedisCache(UnifiedJedis jedis) {
    this.jedis = jedis;
  }

  /**
   * A client whose connections are all open: a thousand virtual threads that meet a pool with too
   * few of them have been seen to loop in it for ever.
   */
  private static RedisClient connected(Address redis) {
    ConnectionPoolConfig config = pool();
    config.setMinIdle(POOL);
    RedisClient client =
        RedisClient.builder().hostAndPort(redis.host(), redis.port()).poolConfig(config).build();
    try {
      client.getPool().preparePool();
      return client;
    } catch (Exception e) {
      client.close();
      throw new IllegalStateException("Could not open the pool's connections", e);
    }
  }

  /** The driver's cluster client, with as many connections to each node. */
  static JedisCache cluster(Address node) {
    Set<HostAndPort> nodes = Set.of(new HostAndPort(node.host(), node.port()));
    return new JedisCache(RedisClusterClient.builder().nodes(nodes).poolConfig(pool()).build());
  }

  static ConnectionPoolConfig pool() {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(POOL);
    pool.setMaxIdle(POOL);
    return pool;
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
