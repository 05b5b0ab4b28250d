package org.pipservices3.redis.benchmarks.contender;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/** Contenders lists the contenders of each workload. */
public final class Contenders {
  private Contenders() {}

  /** Caches in Redis. */
  public static List<Contender<CacheClient>> caches() {
    List<Contender<CacheClient>> caches =
        new ArrayList<>(
            List.of(
                new Contender<>(Contender.OURS, OurCache::new),
                new Contender<>(Contender.JEDIS, JedisCache::new),
                new Contender<>(Contender.LETTUCE, LettuceCache::new),
                new Contender<>(Contender.REDISSON, RedissonCache::new),
                new Contender<>(Contender.REDISSON_MAP, RedissonMapCache::new),
                new Contender<>(Contender.SPRING_CACHE, SpringCache::new),
                new Contender<>(Contender.SIBLING, SiblingCache::new)));
    if (GlideCache.isAvailable()) {
      caches.add(new Contender<>(Contender.GLIDE, GlideCache::new));
    }
    return caches;
  }

  /** Some of these, by their names. */
  public static List<Contender<CacheClient>> caches(Collection<String> names) {
    return caches().stream().filter(each -> names.contains(each.name())).toList();
  }

  /** Caches with a near cache; the last is no Redis cache, only the cost of a map. */
  public static List<Contender<CacheClient>> nearCaches() {
    return List.of(
        new Contender<>(Contender.OURS, OurCache::near),
        new Contender<>(Contender.REDISSON, RedissonNearCache::new),
        new Contender<>(Contender.JEDIS_CACHE, JedisNearCache::open),
        new Contender<>(Contender.CAFFEINE, CaffeineCache::new));
  }

  /** Caches that load from this source; the last is no Redis cache, only the cost of a map. */
  public static List<Contender<LoadingClient>> loading(UnaryOperator<String> source) {
    return List.of(
        loading(Contender.OURS, OurLoading::far, source),
        loading(Contender.JETCACHE, JetCacheLoading::new, source),
        loading(Contender.REDISSON, RedissonLoading::new, source),
        loading(Contender.SPRING_CACHE, SpringLoading::new, source),
        loading(Contender.CAFFEINE, CaffeineLoading::new, source));
  }

  /** This module's, with a near cache. */
  public static Contender<LoadingClient> nearLoading(UnaryOperator<String> source) {
    return loading(Contender.OURS, OurLoading::near, source);
  }

  private static Contender<LoadingClient> loading(
      String name, LoadingClient.Opener opener, UnaryOperator<String> source) {
    return new Contender<>(name, redis -> opener.open(redis, source));
  }

  /** Caches in a cluster. */
  public static List<Contender<CacheClient>> clusterCaches() {
    return List.of(
        new Contender<>(Contender.OURS, OurCache::cluster),
        new Contender<>(Contender.JEDIS, JedisCache::cluster),
        new Contender<>(Contender.LETTUCE, LettuceCache::cluster),
        new Contender<>(Contender.REDISSON, RedissonCache::cluster));
  }

  public static List<Contender<CacheClient>> nearClusterCaches() {
    return List.of(new Contender<>(Contender.OURS, OurCache::nearCluster));
  }

  public static List<Contender<LockClient>> clusterLocks() {
    return List.of(
        new Contender<>(Contender.OURS, OurLock::cluster),
        new Contender<>(Contender.REDISSON, RedissonLock::cluster));
  }

  public static List<Contender<LockClient>> locks() {
    return List.of(
        new Contender<>(Contender.OURS, OurLock::new),
        new Contender<>(Contender.REDISSON, RedissonLock::new),
        new Contender<>(Contender.SPRING_LOCK, SpringLock::new),
        new Contender<>(Contender.SIBLING, SiblingLock::new));
  }
}
