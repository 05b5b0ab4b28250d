package org.pipservices3.redis.benchmarks.contender;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.integration.redis.util.RedisLockRegistry;
import org.springframework.integration.redis.util.RedisLockRegistry.RedisLockType;

/** SpringLock is Spring Integration's RedisLockRegistry, woken by published messages. */
final class SpringLock implements LockClient {
  private final LettuceConnectionFactory factory;
  private final RedisLockRegistry registry;

  SpringLock(Address redis) {
    factory = Lettuces.connect(redis);
    registry = new RedisLockRegistry(factory, "benchmark", TTL_MILLIS);
    registry.setRedisLockType(RedisLockType.PUB_SUB_LOCK);
  }

  @Override
  public void lock(String key) throws InterruptedException, TimeoutException {
    if (!registry.obtain(key).tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new TimeoutException("Spring Integration did not acquire " + key);
    }
  }

  @Override
  public void unlock(String key) {
    registry.obtain(key).unlock();
  }

  @Override
  public void close() {
    registry.destroy();
    factory.destroy();
  }
}
