package org.pipservices3.redis.internal.waiting;

import java.util.LinkedHashSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The queues in which threads of one lock component wait for keys: first come, first served.
 *
 * <p>Only the first in a queue asks Redis, so that five hundred waiters cost no more than one. When
 * it leaves for any reason (success, timeout, interrupt, error), the next is promoted and reads the
 * key again. So a change that woke only the one that left is not lost.
 *
 * <p>Safe for any number of threads: a queue is only used inside atomic operations of the map,
 * which drop it when it is empty.
 */
public final class WaitQueues {
  private final ConcurrentHashMap<String, LinkedHashSet<Waiter>> queues = new ConcurrentHashMap<>();

  /** Creates empty queues. */
  public WaitQueues() {}

  /** Enters the queue for a key at its end; {@link #leave} must follow. */
  public Waiter enter(String key) {
    AtomicReference<Waiter> entered = new AtomicReference<>();
    queues.compute(
        key,
        (unused, present) -> {
          LinkedHashSet<Waiter> queue = present == null ? new LinkedHashSet<>() : present;
          entered.set(new Waiter(key, /* first= */ queue.isEmpty()));
          queue.add(entered.get());
          return queue;
        });
    return entered.get();
  }

  public void leave(Waiter waiter) {
    queues.computeIfPresent(
        waiter.key,
        (unused, queue) -> {
          queue.remove(waiter);
          if (queue.isEmpty()) {
            return null;
          }
          if (waiter.isFirst()) {
            queue.iterator().next().promote();
          }
          return queue;
        });
  }

  /** Wakes the first in the queue, if there is one, since the key may be free. */
  public void wake(String key) {
    queues.computeIfPresent(
        key,
        (unused, queue) -> {
          queue.iterator().next().wake();
          return queue;
        });
  }

  /** Wakes everybody. */
  public void wakeAll() {
    forAll(Waiter::wake);
  }

  /** Ends all waiting, now and later. */
  public void endAll() {
    forAll(Waiter::end);
  }

  private void forAll(Consumer<Waiter> action) {
    for (String key : queues.keySet()) {
      queues.computeIfPresent(
          key,
          (unused, queue) -> {
            queue.forEach(action);
            return queue;
          });
    }
  }
}
