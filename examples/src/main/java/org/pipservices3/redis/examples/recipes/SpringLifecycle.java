package org.pipservices3.redis.examples.recipes;

import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.lock.RedisLock;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Opens the components before anything that serves requests starts, and closes them after all of it
 * has stopped. A service without Redis does not start.
 */
@Component
public final class SpringLifecycle implements SmartLifecycle {
  private final RedisConnection connection;
  private final RedisCache cache;
  private final RedisLock lock;

  public SpringLifecycle(RedisConnection connection, RedisCache cache, RedisLock lock) {
    this.connection = connection;
    this.cache = cache;
    this.lock = lock;
  }

  @Override
  public void start() {
    try {
      connection.open(null);
      cache.open(null);
      lock.open(null);
    } catch (ApplicationException e) {
      connection.close(null);
      throw new RedisException(e);
    }
  }

  @Override
  public void stop() {
    connection.close(null); // and the cache and the lock that use it
  }

  @Override
  public int getPhase() {
    return Integer.MIN_VALUE; // first to start, last to stop
  }

  @Override
  public boolean isRunning() {
    return connection.isOpen();
  }
}
