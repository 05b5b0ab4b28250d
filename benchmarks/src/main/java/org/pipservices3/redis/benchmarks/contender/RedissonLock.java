package org.pipservices3.redis.benchmarks.contender;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.redisson.api.RedissonClient;

/** RedissonLock is Redisson's RLock with a fixed lease. */
final class RedissonLock implements LockClient {
  private final RedissonClient client;

  RedissonLock(Address redis) {
    this(Redissons.connect(redis));
  }

  private RedissonLock(RedissonClient client) {
    this.client = client;
  }

  static RedissonLock cluster(Address node) {
    return new RedissonLock(Redissons.connectCluster(node));
  }

  @Override
  public void lock(String key) throws InterruptedException, TimeoutException {
    if (!client.getLock(key).tryLock(PATIENCE_MILLIS, TTL_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new TimeoutException("Redisson did not acquire " + key);
    }
  }

  @Override
  public void unlock(String key) {
    client.getLock(key).unlock();
  }

  @Override
  public void close() {
    Redissons.close(client);
  }
}
