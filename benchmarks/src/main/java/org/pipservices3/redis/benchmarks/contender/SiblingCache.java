package org.pipservices3.redis.benchmarks.contender;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** SiblingCache is the way of the sibling modules: one connection for all callers. */
final class SiblingCache implements CacheClient {
  private final ReentrantLock turn = new ReentrantLock();
  private final Jedis jedis;

  SiblingCache(Address redis) {
    jedis = new Jedis(redis.host(), redis.port());
  }

  @Override
  public @Nullable String get(String key) {
    turn.lock();
    try {
      return jedis.get(key);
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void set(String key, String value) {
    run(redis -> redis.set(key, value, SetParams.setParams().px(LIFETIME_MILLIS)));
  }

  @Override
  public void delete(String key) {
    run(redis -> redis.del(key));
  }

  @Override
  public void close() {
    run(Jedis::close);
  }

  private void run(Consumer<Jedis> command) {
    turn.lock();
    try {
      command.accept(jedis);
    } finally {
      turn.unlock();
    }
  }
}
