package org.pipservices3.redis.lock;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The threads that lately tried to acquire a key and failed.
 *
 * <p>{@code acquireLock} inside the {@code try} whose {@code finally} releases is a common mistake:
 * after a timeout, that release would count as a hand-over and release another thread's lock. So
 * the release that follows a thread's failed attempt releases nothing of other threads.
 *
 * <p>The latest {@value #MOST} attempts are remembered, for {@value #MINUTES} minutes. Safe for any
 * number of threads.
 */
final class FailedAttempts {
  private static final int MOST = 10_000;
  private static final int MINUTES = 5;
  private static final long GRACE = TimeUnit.MINUTES.toNanos(MINUTES);

  private record Attempt(String key, long thread) {}

  private final LongSupplier clock;
  private final ReentrantLock guard = new ReentrantLock();
  private final Map<Attempt, Long> times = new LinkedHashMap<>(); // guarded, the oldest first
  private volatile boolean any;

  FailedAttempts(LongSupplier clock) {
    this.clock = clock;
  }

  void add(String key, long thread) {
    Attempt attempt = new Attempt(key, thread);
    guard.lock();
    try {
      times.remove(attempt);
      times.put(attempt, clock.getAsLong());
      if (times.size() > MOST) {
        times.remove(times.keySet().iterator().next());
      }
      any = true;
    } finally {
      guard.unlock();
    }
  }

  /** Forgets this thread's last failure with the key; false if there was none. */
  boolean remove(String key, long thread) {
    if (!any) {
      return false;
    }
    guard.lock();
    try {
      Long time = times.remove(new Attempt(key, thread));
      any = !times.isEmpty();
      return time != null && clock.getAsLong() - time < GRACE;
    } finally {
      guard.unlock();
    }
  }
}
