package org.pipservices3.redis.internal.command;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.exceptions.JedisException;

/**
 * How often and how late something that failed for no reason of its own is tried again: the number
 * of times that is configured, and for as long as the topology sets for such a failure.
 *
 * <p>Pauses double from {@value #FIRST_DELAY} ms up to the configured maximum, with jitter. Belongs
 * to one thread.
 */
final class RetryPauses {
  static final int FIRST_DELAY = 20;

  private final CommandExecutor executor;
  private long start = System.nanoTime();
  private int attempts = 1;

  RetryPauses(CommandExecutor executor) {
    this.executor = executor;
  }

  /** Begins anew, after a success. */
  void reset() {
    start = System.nanoTime();
    attempts = 1;
  }

  int attempts() {
    return attempts;
  }

  /** Waits before the next attempt; false if there is to be none. */
  boolean pause(JedisException failure) {
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    boolean mayRetry =
        attempts <= executor.options().retries() || millis < executor.topology().patience(failure);
    if (!mayRetry || !sleep(executor, attempts)) {
      return false;
    }
    attempts++;
    return true;
  }

  /**
   * Sleeps after so many attempts; false if the thread was interrupted or the executor closed.
   *
   * @param attempts one or more
   */
  static boolean sleep(CommandExecutor executor, int attempts) {
    int doublings = Math.min(attempts - 1, 20);
    long longest = Math.min(executor.options().maxRetryDelay(), (long) FIRST_DELAY << doublings);
    long delay = ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    try {
      return !executor.closed().await(delay, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
