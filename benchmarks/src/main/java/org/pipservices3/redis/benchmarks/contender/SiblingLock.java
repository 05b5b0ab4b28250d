package org.pipservices3.redis.benchmarks.contender;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** SiblingLock is the way of the sibling modules: one connection, asked every 100 ms. */
final class SiblingLock implements LockClient {
  private static final long POLL_MILLIS = 100;
  private static final String RELEASE =
      "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"
          + " return 0";

  private final ReentrantLock turn = new ReentrantLock();
  private final String token = UUID.randomUUID().toString();
  private final Jedis jedis;

  SiblingLock(Address redis) {
    jedis = new Jedis(redis.host(), redis.port());
  }

  @Override
  public void lock(String key) throws InterruptedException, TimeoutException {
    long start = System.nanoTime();
    while (!tryLock(key)) {
      if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
        throw new TimeoutException("The siblings' way did not acquire " + key);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  @Override
  public void unlock(String key) {
    turn.lock();
    try {
      jedis.eval(RELEASE, List.of(key), List.of(token));
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void close() {
    jedis.close();
  }

  private boolean tryLock(String key) {
    turn.lock();
    try {
      return jedis.set(key, token, SetParams.setParams().nx().px(TTL_MILLIS)) != null;
    } finally {
      turn.unlock();
    }
  }
}
