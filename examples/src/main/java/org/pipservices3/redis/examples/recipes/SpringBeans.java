package org.pipservices3.redis.examples.recipes;

import java.time.Duration;
import java.util.List;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.commons.refer.References;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.lock.RedisLock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.support.SimpleCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The beans of a Spring service: one connection, a cache and a lock on it, Spring's caches in that
 * cache, and a health check. {@link SpringLifecycle} opens and closes them.
 */
@Configuration(proxyBeanMethods = false)
@EnableCaching
public class SpringBeans {
  @Bean
  RedisConnection redisConnection(@Value("${redis.uri}") String uri) {
    RedisConnection connection = new RedisConnection();
    connection.configure(ConfigParams.fromTuples("connection.uri", uri));
    return connection;
  }

  @Bean
  RedisCache redisCache(IReferences references) {
    RedisCache cache = new RedisCache();
    cache.configure(ConfigParams.fromTuples("options.key_prefix", "shop:"));
    cache.setReferences(references);
    return cache;
  }

  @Bean
  RedisLock redisLock(IReferences references) {
    RedisLock lock = new RedisLock();
    lock.configure(ConfigParams.fromTuples("options.key_prefix", "shop-lock:"));
    lock.setReferences(references);
    return lock;
  }

  @Bean
  IReferences references(RedisConnection connection) throws ReferenceException {
    return References.fromTuples(
        new Descriptor("pip-services", "connection", "redis", "default", "1.0"), connection);
  }

  // spring:caches
  @Bean
  CacheManager cacheManager(RedisCache cache) {
    SimpleCacheManager manager = new SimpleCacheManager();
    manager.setCaches(
        List.of(new SpringCache("order", Order.class, Duration.ofMinutes(10), cache)));
    return manager;
  }

  // end

  @Bean
  HealthIndicator redisHealthIndicator(RedisCache cache) {
    return new SpringHealth(() -> roundTrip(cache)); // to be connection.ping(null)
  }

  private static Duration roundTrip(RedisCache cache) {
    long begin = System.nanoTime();
    cache.retrieve(/* correlationId= */ null, "health");
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
