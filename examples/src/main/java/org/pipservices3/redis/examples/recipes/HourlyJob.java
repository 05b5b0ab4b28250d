package org.pipservices3.redis.examples.recipes;

import org.pipservices3.redis.lock.RedisLock;

/**
 * A job that runs at most once an hour in all processes together. Safe for any number of threads.
 */
public final class HourlyJob {
  private static final int HOUR = 3_600_000;

  private final RedisLock lock;
  private final String name;
  private final Runnable job;

  /** Creates a job whose key is its name, on an open lock. */
  public HourlyJob(RedisLock lock, String name, Runnable job) {
    this.lock = lock;
    this.name = name;
    this.job = job;
  }

  // hourly:job
  /** Runs the job if no process did in the last hour. Every process calls this once a minute. */
  public boolean runIfDue() {
    if (!lock.tryAcquireLock(/* correlationId= */ null, name, HOUR)) {
      return false;
    }
    job.run();
    return true; // the lock stays: it is the memory of this run
  }
  // end
}
