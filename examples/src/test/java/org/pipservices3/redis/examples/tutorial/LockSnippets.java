package org.pipservices3.redis.examples.tutorial;

// tutorial:lock-import
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.redis.lock.RedisLock;

// end

/** The tutorial's code on the lock, with nothing imported that the tutorial does not import. */
final class LockSnippets {
  private LockSnippets() {}

  static RedisLock create() {
    // tutorial:lock-create
    ConfigParams config =
        ConfigParams.fromTuples("connection.host", "localhost", "connection.port", 6379);
    RedisLock lock = new RedisLock();
    lock.configure(config);
    // end
    return lock;
  }

  static void open(RedisLock lock) throws ApplicationException {
    // tutorial:lock-open
    lock.open("123");
    // end
  }

  static void close(RedisLock lock) {
    // tutorial:lock-close
    lock.close("123");
    // end
  }

  static boolean tryAcquire(RedisLock lock) {
    // tutorial:lock-try-acquire
    boolean acquired = lock.tryAcquireLock("123", "key1", 3000); // true, or false: it is taken
    // end
    return acquired;
  }

  static boolean acquire(RedisLock lock) throws ApplicationException, InterruptedException {
    // tutorial:lock-acquire
    boolean ours;
    try {
      lock.acquireLock("123", "key1", 3000, 1000);
      ours = true;
    } catch (ConflictException e) { // LOCK_TIMEOUT: taken for the whole second
      ours = false;
    }
    // end
    return ours;
  }

  static void release(RedisLock lock) {
    // tutorial:lock-release
    lock.releaseLock("123", "key1");
    // end
  }

  static void example(ConfigParams config, Runnable task)
      throws ApplicationException, InterruptedException {
    // tutorial:lock-example
    RedisLock lock = new RedisLock();
    lock.configure(config);
    lock.open("123");
    try {
      lock.acquireLock("123", "key1", 3000, 1000);
      try {
        task.run(); // within 3 seconds
      } finally {
        lock.releaseLock("123", "key1");
      }
    } finally {
      lock.close("123");
    }
    // end
  }
}
