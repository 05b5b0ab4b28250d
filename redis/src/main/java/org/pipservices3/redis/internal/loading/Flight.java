package org.pipservices3.redis.internal.loading;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One load under way in this process. The thread that made it, its owner, lands it; others join it
 * and wait.
 *
 * <p>The owner first looks for a value of another process, for which it may wait. Only when its
 * loader is called does the time begin that the load may take.
 *
 * <p>Safe for any number of threads.
 */
final class Flight {
  private final Class<?> loader;
  private final long loadTimeout; // in nanoseconds
  private final CompletableFuture<Landing> landing = new CompletableFuture<>();
  private volatile boolean loading;
  private volatile long loadStart; // by System.nanoTime; written before loading, by the owner
  private volatile @Nullable String lease; // written by the owner
  private volatile @Nullable String token; // written by the owner

  /**
   * Makes one that has not begun.
   *
   * @param loader the class of the loader, whose calls throw the same checked exceptions
   * @param loadTimeout how long the loader may take, in milliseconds
   */
  Flight(Class<?> loader, long loadTimeout) {
    this.loader = loader;
    this.loadTimeout = TimeUnit.MILLISECONDS.toNanos(loadTimeout);
  }

  Class<?> loader() {
    return loader;
  }

  /** Notes that the loader is called now, by {@link System#nanoTime}. */
  void startLoading(long now) {
    loadStart = now;
    loading = true;
  }

  /** Whether the loader has taken longer than it may. */
  boolean isOverdue(long now) {
    return loading && now - loadStart >= loadTimeout;
  }

  /** Notes that the owner holds this lease of the key. */
  void claimed(String lease, String token) {
    this.lease = lease;
    this.token = token;
  }

  /** The key of the lease that the owner held last, or null. */
  @Nullable String lease() {
    return lease;
  }

  /** What that lease holds if it is still the owner's, or null. */
  @Nullable String token() {
    return token;
  }

  /** Ends it, unless that was done. */
  void land(Landing result) {
    landing.complete(result);
  }

  /**
   * Waits for its end.
   *
   * @param most the longest to wait, in nanoseconds
   * @return null if the loader takes longer than it may, or than that
   */
  @Nullable Landing await(long most) throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      long now = System.nanoTime();
      long ofLoader = loading ? loadTimeout - (now - loadStart) : loadTimeout;
      long left = Math.min(ofLoader, most - (now - start));
      if (left <= 0) {
        return landing.getNow(null);
      }
      try {
        return landing.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // Has the loader been called meanwhile?
      } catch (ExecutionException e) {
        throw new AssertionError("Flights land normally", e);
      }
    }
  }
}
