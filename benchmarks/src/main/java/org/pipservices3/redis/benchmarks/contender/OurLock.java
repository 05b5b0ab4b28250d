package org.pipservices3.redis.benchmarks.contender;

import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.lock.RedisLock;

/** OurLock is this module's lock, with its defaults. */
final class OurLock implements LockClient {
  private final RedisLock lock = new RedisLock();

  OurLock(Address redis) throws ApplicationException {
    this(redis, "standalone");
  }

  private OurLock(Address redis, String mode) throws ApplicationException {
    lock.configure(
        ConfigParams.fromTuples(
            "connection.host", redis.host(),
            "connection.port", redis.port(),
            "options.mode", mode));
    lock.open(null);
  }

  static OurLock cluster(Address node) throws ApplicationException {
    return new OurLock(node, "cluster");
  }

  @Override
  public void lock(String key) throws InterruptedException, ApplicationException {
    lock.acquireLock(null, key, TTL_MILLIS, PATIENCE_MILLIS);
  }

  @Override
  public void unlock(String key) {
    lock.releaseLock(null, key);
  }

  @Override
  public void close() {
    lock.close(null);
  }
}
