package org.pipservices3.redis.lock;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one lock component holds: every acquisition that it did not yet give back, by key.
 *
 * <p>{@code releaseLock} names only a key, so the record tells which acquisition is meant: the
 * calling thread's newest one, or, if that thread has none, the component's newest one that is
 * still alive, for a lock may be handed over to another thread.
 *
 * <p>An acquisition that has expired must not be forgotten at once. Say thread A's has, and thread
 * B of the same component has acquired the key since: if A's record were gone, A's late release
 * would count as a hand-over and free B's lock. So A's record stays for a grace of its own ttl, at
 * least a minute, and A's release is spent on it: compared in Redis, it frees nothing. The price is
 * kept small: expired records are dropped when their grace is over, the oldest also when there are
 * some ten thousand, in a sweep whose cost the additions share. A thread whose record is gone by
 * then releases as if it had never acquired. Leases are recorded for {@code close()} and for local
 * waiters; no {@code releaseLock} touches them.
 *
 * <p>Safe for any number of threads: everything is guarded by one lock, which is never held during
 * I/O. The record outlives {@code close()}, since plain locks do.
 */
final class Holdings {
  static final int MAX_EXPIRED = 10_000;

  private static final int SLACK = MAX_EXPIRED / 2;

  private final LongSupplier clock;
  private final ReentrantLock guard = new ReentrantLock();
  private final Map<String, List<Holding>> byKey = new HashMap<>();
  private int size;
  private int nextSweep = SLACK;

  Holdings(LongSupplier clock) {
    this.clock = clock;
  }

  void add(Holding holding) {
    guard.lock();
    try {
      byKey.computeIfAbsent(holding.key(), unused -> new ArrayList<>(1)).add(holding);
      if (++size > nextSweep) {
        sweep(clock.getAsLong());
      }
    } finally {
      guard.unlock();
    }
  }

  void remove(Holding holding) {
    guard.lock();
    try {
      List<Holding> ofKey = byKey.get(holding.key());
      if (ofKey != null) {
        remove(ofKey, ofKey.indexOf(holding));
      }
    } finally {
      guard.unlock();
    }
  }

  /**
   * Marks as leaving and returns the acquisition that this thread's release of the key means, if
   * any; {@link #remove} must follow.
   */
  Holding.@Nullable Leaving take(String key, long thread) {
    guard.lock();
    try {
      List<Holding> ofKey = byKey.get(key);
      if (ofKey == null) {
        return null;
      }
      long now = clock.getAsLong();
      int alive = -1;
      for (int i = ofKey.size() - 1; i >= 0; i--) {
        if (ofKey.get(i) instanceof Holding.Plain plain) {
          if (plain.thread() == thread && !plain.isForgettable(now)) {
            return leaving(ofKey, i);
          }
          if (alive < 0 && plain.left(now) > 0) {
            alive = i;
          }
        }
      }
      return alive < 0 ? null : leaving(ofKey, alive);
    } finally {
      guard.unlock();
    }
  }

  /** How long this component surely holds the key; zero or less if it does not. */
  long left(String key) {
    guard.lock();
    try {
      long now = clock.getAsLong();
      long longest = 0;
      for (Holding holding : byKey.getOrDefault(key, List.of())) {
        longest = Math.max(longest, holding.left(now));
      }
      return longest;
    } finally {
      guard.unlock();
    }
  }

  /** The leases among the holdings. */
  List<Lease> leases() {
    guard.lock();
    try {
      return byKey.values().stream()
          .flatMap(Collection::stream)
          .filter(Lease.class::isInstance)
          .map(Lease.class::cast)
          .toList();
    } finally {
      guard.unlock();
    }
  }

  int size() {
    guard.lock();
    try {
      return size;
    } finally {
      guard.unlock();
    }
  }

  private static Holding.Leaving leaving(List<Holding> ofKey, int index) {
    Holding.Leaving leaving = new Holding.Leaving((Holding.Plain) ofKey.get(index));
    ofKey.set(index, leaving);
    return leaving;
  }

  private void remove(List<Holding> ofKey, int index) {
    if (index >= 0) {
      Holding removed = ofKey.remove(index);
      size--;
      if (ofKey.isEmpty()) {
        byKey.remove(removed.key());
      }
    }
  }

  private void sweep(long now) {
    List<Holding.Plain> expired = new ArrayList<>();
    Iterator<List<Holding>> keys = byKey.values().iterator();
    while (keys.hasNext()) {
      List<Holding> ofKey = keys.next();
      int before = ofKey.size();
      ofKey.removeIf(holding -> holding.isForgettable(now));
      size -= before - ofKey.size();
      if (ofKey.isEmpty()) {
        keys.remove();
      }
      for (Holding holding : ofKey) {
        if (holding instanceof Holding.Plain plain && plain.left(now) <= 0) {
          expired.add(plain);
        }
      }
    }
    if (expired.size() > MAX_EXPIRED - SLACK) {
      expired.sort((a, b) -> Long.signum(a.deadline() - b.deadline()));
      for (Holding oldest : expired.subList(0, expired.size() - (MAX_EXPIRED - SLACK))) {
        List<Holding> ofKey = byKey.getOrDefault(oldest.key(), List.of());
        remove(ofKey, ofKey.indexOf(oldest));
      }
    }
    nextSweep = size + Math.max(SLACK, size / 2);
  }
}
