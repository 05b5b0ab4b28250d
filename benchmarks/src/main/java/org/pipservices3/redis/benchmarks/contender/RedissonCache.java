package org.pipservices3.redis.benchmarks.contender;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/** RedissonCache is Redisson's RBucket with its codec for strings. */
final class RedissonCache implements CacheClient {
  private final RedissonClient client;

  RedissonCache(Address redis) {
    this(Redissons.connect(redis));
  }

  private RedissonCache(RedissonClient client) {
    this.client = client;
  }

  static RedissonCache cluster(Address node) {
    return new RedissonCache(Redissons.connectCluster(node));
  }

  @Override
  public @Nullable String get(String key) {
    return bucket(key).get();
  }

  @Override
  public void set(String key, String value) {
    bucket(key).set(value, Duration.ofMillis(LIFETIME_MILLIS));
  }

  @Override
  public void delete(String key) {
    bucket(key).delete();
  }

  @Override
  public void close() {
    Redissons.close(client);
  }

  private RBucket<String> bucket(String key) {
    return client.getBucket(key, StringCodec.INSTANCE);
  }
}
