package org.pipservices3.redis.benchmarks.contender;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.cache.RedisCacheWriter.RedisCacheWriterConfigurer;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * SpringCache is Spring Data's RedisCache over Lettuce, with strings as values. It writes at once:
 * its default returns before Redis has answered, which no other contender does.
 */
final class SpringCache implements CacheClient {
  private final LettuceConnectionFactory factory;
  private final Cache cache;

  SpringCache(Address redis) {
    factory = Lettuces.connect(redis);
    RedisCacheConfiguration configuration =
        RedisCacheConfiguration.defaultCacheConfig()
            .entryTtl(Duration.ofMillis(LIFETIME_MILLIS))
            .disableKeyPrefix()
            .serializeValuesWith(SerializationPair.fromSerializer(RedisSerializer.string()));
    RedisCacheManager manager =
        RedisCacheManager.builder(
                RedisCacheWriter.create(factory, RedisCacheWriterConfigurer::immediateWrites))
            .cacheDefaults(configuration)
            .build();
    manager.afterPropertiesSet();
    Cache made = manager.getCache("benchmark");
    if (made == null) {
      throw new IllegalStateException("Spring made no cache");
    }
    cache = made;
  }

  @Override
  public @Nullable String get(String key) {
    return cache.get(key, String.class);
  }

  /** What {@code @Cacheable(sync = true)} calls: one loader of a key in this process. */
  String load(String key, Callable<String> loader) {
    String value = cache.get(key, loader);
    if (value == null) {
      throw new IllegalStateException("Nothing was loaded");
    }
    return value;
  }

  @Override
  public void set(String key, String value) {
    cache.put(key, value);
  }

  @Override
  public void delete(String key) {
    cache.evictIfPresent(key);
  }

  @Override
  public void close() {
    factory.destroy();
  }
}
