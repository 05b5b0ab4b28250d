package org.pipservices3.redis.internal.topology;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.threads.Daemon;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A topology whose servers change: a named daemon thread watches for it, and listeners are told.
 *
 * <p>Servers are replaced, and listeners are called, in one step under a lock, within which nothing
 * waits. Safe for any number of threads.
 */
abstract class WatchedTopology implements Topology {
  final Daemon watcher;
  private final int patience;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock changing = new ReentrantLock();

  WatchedTopology(String threadName, int patience) {
    this.watcher = new Daemon(threadName, this::watch);
    this.patience = patience;
  }

  /** Follows the servers while the watcher is open. */
  abstract void watch();

  @Override
  public final void openLater() {
    watcher.start();
  }

  @Override
  public final long patience(JedisException failure) {
    return patience;
  }

  @Override
  public final void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Whether a command that failed first at this time is not retried any more. */
  final boolean isLate(long start) {
    return System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(patience);
  }

  final <T extends @Nullable Object> T locked(Supplier<T> action) {
    changing.lock();
    try {
      return action.get();
    } finally {
      changing.unlock();
    }
  }

  /** Calls the listeners; under the lock. */
  final void announceChange() {
    listeners.forEach(Runnable::run);
  }
}
