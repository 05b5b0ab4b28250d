package org.pipservices3.redis.benchmarks.contender;

/**
 * LockClient is one way of locking, as one process would use it: two clients of a kind exclude each
 * other like two processes. Safe for any number of threads; who locks unlocks.
 */
public interface LockClient extends Client {
  /** The time to live of a lock. */
  int TTL_MILLIS = 30_000;

  /** How long to wait for a lock. */
  int PATIENCE_MILLIS = 30_000;

  /** Acquires, or throws after {@link #PATIENCE_MILLIS}. */
  void lock(String key) throws Exception;

  void unlock(String key) throws Exception;
}
