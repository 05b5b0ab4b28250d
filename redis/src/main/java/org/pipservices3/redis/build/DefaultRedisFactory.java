package org.pipservices3.redis.build;

import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.components.build.Factory;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.lock.RedisLock;
import org.pipservices3.redis.state.RedisStateStore;

/**
 * Creates Redis components by their descriptors: {@code pip-services:cache:redis:*:1.0}, {@code
 * pip-services:lock:redis:*:1.0}, {@code pip-services:state-store:redis:*:1.0} and {@code
 * pip-services:connection:redis:*:1.0}.
 *
 * <p>Add it to a container's factories to use them in the container's configuration.
 *
 * @see RedisCache
 * @see RedisLock
 * @see RedisStateStore
 * @see RedisConnection
 */
public final class DefaultRedisFactory extends Factory {
  private static final Descriptor CACHE =
      new Descriptor("pip-services", "cache", "redis", "*", "1.0");
  private static final Descriptor LOCK =
      new Descriptor("pip-services", "lock", "redis", "*", "1.0");
  private static final Descriptor STATE_STORE =
      new Descriptor("pip-services", "state-store", "redis", "*", "1.0");
  private static final Descriptor CONNECTION =
      new Descriptor("pip-services", "connection", "redis", "*", "1.0");

  /** Creates a factory for these components. */
  public DefaultRedisFactory() {
    register(CACHE, locator -> new RedisCache());
    register(LOCK, locator -> new RedisLock());
    register(STATE_STORE, locator -> new RedisStateStore());
    register(CONNECTION, locator -> new RedisConnection());
  }
}
