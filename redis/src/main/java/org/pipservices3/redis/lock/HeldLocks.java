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
 * The locks that one lock component holds: every acquisition that was not released yet, by key.
 *
 * <p>{@code releaseLock} names only a key. It means the calling thread's newest acquisition. If
 * that thread has none, and did not just fail to get one, it means the component's newest one that
 * is still alive: a lock may be handed over to another thread.
 *
 * <p>An expired acquisition is not forgotten at once. Suppose that thread A's has expired, and
 * thread B of the same component has acquired the key since. Without A's record, A's late release
 * would count as a hand-over and release B's lock. So the record stays for one more ttl, at least a
 * minute, and A's release uses it up: Redis compares the token and removes nothing. Records are
 * dropped after that time, the oldest also when there are about ten thousand expired ones. A thread
 * without a record releases as if it had never acquired. The sweep's cost is spread over the
 * additions.
 *
 * <p>Leases are recorded for {@code close()} and for local waiters; {@code releaseLock} never
 * touches them.
 *
 * <p>Safe for any number of threads: everything is guarded by one lock, which is never held during
 * I/O. The records outlive {@code close()}, as plain locks do.
 */
final class HeldLocks {
  static final int MAX_EXPIRED = 10_000;

  private static final int SLACK = MAX_EXPIRED / 2;

  private final FailedAttempts failures;
  private final LongSupplier clock;
  private final ReentrantLock guard = new ReentrantLock();
  private final Map<String, List<HeldLock>> byKey = new HashMap<>();
  private int size;
  private int nextSweep = SLACK;

  HeldLocks(LongSupplier clock) {
    this.clock = clock;
    this.failures = new FailedAttempts(clock);
  }

  /** Records that a thread did not acquire a key. */
  void addFailure(String key, long thread) {
    failures.add(key, thread);
  }

  /** Forgets a thread's last failure when it acquires or releases the key; false if none. */
  boolean forgetFailure(String key, long thread) {
    return failures.remove(key, thread);
  }

  void add(HeldLock held) {
    guard.lock();
    try {
      byKey.computeIfAbsent(held.key(), unused -> new ArrayList<>(1)).add(held);
      if (++size > nextSweep) {
        sweep(clock.getAsLong());
      }
    } finally {
      guard.unlock();
    }
  }

  void remove(HeldLock held) {
    guard.lock();
    try {
      List<HeldLock> ofKey = byKey.get(held.key());
      if (ofKey != null) {
        remove(ofKey, ofKey.indexOf(held));
      }
    } finally {
      guard.unlock();
    }
  }

  /**
   * Marks this thread's newest acquisition of the key as being released. {@link #remove} must
   * follow.
   *
   * @return null if there is none
   */
  HeldLock.@Nullable Plain beginReleaseOfOwn(String key, long thread) {
    return beginRelease(key, (plain, now) -> plain.thread() == thread && !plain.isForgettable(now));
  }

  /** The same for the component's newest acquisition that is still alive. */
  HeldLock.@Nullable Plain beginReleaseOfAny(String key) {
    return beginRelease(key, (plain, now) -> plain.left(now) > 0);
  }

  private interface Choice {
    boolean includes(HeldLock.Plain plain, long now);
  }

  private HeldLock.@Nullable Plain beginRelease(String key, Choice choice) {
    guard.lock();
    try {
      List<HeldLock> ofKey = byKey.getOrDefault(key, List.of());
      long now = clock.getAsLong();
      for (int i = ofKey.size() - 1; i >= 0; i--) {
        if (ofKey.get(i) instanceof HeldLock.Plain plain
            && !plain.releasing()
            && choice.includes(plain, now)) {
          HeldLock.Plain releasing = plain.whileReleasing();
          ofKey.set(i, releasing);
          return releasing;
        }
      }
      return null;
    } finally {
      guard.unlock();
    }
  }

  /** The nanoseconds for which this component surely holds the key; zero if it does not. */
  long left(String key) {
    guard.lock();
    try {
      long now = clock.getAsLong();
      long longest = 0;
      for (HeldLock held : byKey.getOrDefault(key, List.of())) {
        longest = Math.max(longest, held.left(now));
      }
      return longest;
    } finally {
      guard.unlock();
    }
  }

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

  private void remove(List<HeldLock> ofKey, int index) {
    if (index >= 0) {
      HeldLock removed = ofKey.remove(index);
      size--;
      if (ofKey.isEmpty()) {
        byKey.remove(removed.key());
      }
    }
  }

  private void sweep(long now) {
    List<HeldLock.Plain> expired = new ArrayList<>();
    Iterator<List<HeldLock>> keys = byKey.values().iterator();
    while (keys.hasNext()) {
      List<HeldLock> ofKey = keys.next();
      int before = ofKey.size();
      ofKey.removeIf(held -> held.isForgettable(now));
      size -= before - ofKey.size();
      if (ofKey.isEmpty()) {
        keys.remove();
      }
      for (HeldLock held : ofKey) {
        if (held instanceof HeldLock.Plain plain && !plain.releasing() && plain.left(now) <= 0) {
          expired.add(plain);
        }
      }
    }
    if (expired.size() > MAX_EXPIRED - SLACK) {
      expired.sort((a, b) -> Long.signum(a.deadline() - b.deadline()));
      for (HeldLock oldest : expired.subList(0, expired.size() - (MAX_EXPIRED - SLACK))) {
        List<HeldLock> ofKey = byKey.getOrDefault(oldest.key(), List.of());
        remove(ofKey, ofKey.indexOf(oldest));
      }
    }
    nextSweep = size + Math.max(SLACK, size / 2);
  }
}
