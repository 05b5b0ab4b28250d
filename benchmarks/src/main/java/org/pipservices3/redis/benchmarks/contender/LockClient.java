package org.pipservices3.redis.benchmarks.contender;

/**
 * LockClient is a lock as one process would use it: two clients of a kind exclude each other like
 * two processes. Thread-safe; the thread that locked a key unlocks it.
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
