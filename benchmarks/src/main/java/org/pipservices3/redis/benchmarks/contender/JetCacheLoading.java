package org.pipservices3.redis.benchmarks.contender;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.redis.RedisCacheBuilder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import redis.clients.jedis.RedisClient;

/**
 * JetCacheLoading is JetCache over the same driver with a pool, with its protection against
 * penetration: one thread of a process loads a key while the others wait.
 */
final class JetCacheLoading implements LoadingClient {
  private final RedisClient jedis;
  private final Cache<String, String> cache;
  private final UnaryOperator<String> source;

  JetCacheLoading(Address redis, UnaryOperator<String> source) {
    this.source = source;
    jedis =
        RedisClient.builder()
            .hostAndPort(redis.host(), redis.port())
            .poolConfig(JedisCache.pool())
            .build();
    cache =
        RedisCacheBuilder.createRedisCacheBuilder()
            .jedis(jedis)
            .keyConvertor(key -> key)
            .valueEncoder(value -> value.toString().getBytes(StandardCharsets.UTF_8))
            .valueDecoder(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .keyPrefix("")
            .expireAfterWrite(LIFETIME_MILLIS, TimeUnit.MILLISECONDS)
            .cachePenetrateProtect(true)
            .buildCache();
  }

  @Override
  public String get(String key) {
    return cache.computeIfAbsent(key, source);
  }

  @Override
  public void close() {
    jedis.close();
  }
}
