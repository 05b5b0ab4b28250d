package org.pipservices3.redis.internal.loading;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/**
 * Lets a load sleep while another process loads the same key, until that has stored the value or
 * given up.
 *
 * <p>It reads the lifetimes of the value and of the lease on the tracking connection, so that Redis
 * reports the next change of either. Earlier changes are seen in the replies. The rest of the
 * lease's life bounds the sleep, since Redis reports an expiry late. Where keys are not tracked the
 * sleeper asks again after the poll interval, with jitter.
 *
 * <p>Tracking starts with the first sleep: a cache that never waits needs no connection for it. Its
 * start wakes all, as if every key had changed, so a first sleep without it is short.
 *
 * <p>Changes are reported on the tracking thread or on one that reads there; all else runs on the
 * threads that sleep.
 */
final class LeaseWatch implements KeyTracking.Listener {
  private static final long MISSING = -2;

  private final KeyTracking tracking;
  private final long pollMillis;
  private final Map<String, Set<CountDownLatch>> sleepers = new ConcurrentHashMap<>(); // by key
  private final AtomicBoolean subscribed = new AtomicBoolean();
  private volatile boolean closed;

  LeaseWatch(KeyTracking tracking, long pollMillis) {
    this.tracking = tracking;
    this.pollMillis = pollMillis;
  }

  /**
   * Waits until the key's value or its lease may have changed.
   *
   * @param replaces whether there is a value, which is to be replaced: then only changes matter
   * @param left how long the lease still lives, in milliseconds; negative for ever
   * @param most the longest to wait, in nanoseconds
   */
  void await(String name, String lease, boolean replaces, long left, long most)
      throws InterruptedException {
    if (subscribed.compareAndSet(false, true)) {
      tracking.subscribe(this);
      if (closed) {
        tracking.unsubscribe(this);
      }
    }
    CountDownLatch changed = new CountDownLatch(1);
    add(name, changed);
    add(lease, changed);
    try {
      long ofValue = tracking.remaining(name, () -> {});
      long ofLease =
          ofValue == KeyTracking.NOT_TRACKED ? ofValue : tracking.remaining(lease, () -> {});
      boolean tracked = ofLease != KeyTracking.NOT_TRACKED;
      boolean isOver = ofLease == MISSING || (ofValue != MISSING && !replaces);
      if (closed || (tracked && isOver)) {
        return;
      }
      long life = tracked ? ofLease : left;
      long sleep = life < 0 ? most : Math.min(most, TimeUnit.MILLISECONDS.toNanos(life + 1));
      changed.await(tracked ? sleep : Math.min(sleep, pollNanos()), TimeUnit.NANOSECONDS);
    } finally {
      remove(name, changed);
      remove(lease, changed);
    }
  }

  @Override
  public void changed(String key) {
    if (!sleepers.isEmpty()) {
      sleepers.getOrDefault(key, Set.of()).forEach(CountDownLatch::countDown);
    }
  }

  @Override
  public void everythingChanged() {
    sleepers.values().forEach(all -> all.forEach(CountDownLatch::countDown));
  }

  /** Wakes all and lets nobody sleep any more. */
  void close() {
    closed = true;
    tracking.unsubscribe(this);
    everythingChanged();
  }

  private void add(String key, CountDownLatch sleeper) {
    sleepers.compute(
        key,
        (same, known) -> {
          Set<CountDownLatch> all = known == null ? ConcurrentHashMap.newKeySet() : known;
          all.add(sleeper);
          return all;
        });
  }

  private void remove(String key, CountDownLatch sleeper) {
    sleepers.computeIfPresent(
        key,
        (same, all) -> {
          all.remove(sleeper);
          return all.isEmpty() ? null : all;
        });
  }

  private long pollNanos() {
    long jittered = ThreadLocalRandom.current().nextLong(pollMillis / 2 + 1);
    return TimeUnit.MILLISECONDS.toNanos(Math.max(1, pollMillis - pollMillis / 4 + jittered));
  }
}
