package org.pipservices3.redis.lock;

import java.util.LinkedHashSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The lines in which threads of one lock component wait for keys: first come, first served.
 *
 * <p>Only the first in a line talks to Redis, so that five hundred waiters cost it no more than
 * one. Whatever makes the first leave (success, timeout, interrupt, error) promotes the next, which
 * looks at the key afresh: so a change that woke only the one who left is not lost on the next.
 *
 * <p>Safe for any number of threads: a line is only touched inside an atomic operation of the map,
 * which ends with it when it is empty.
 */
final class WaitingLines {
  private final ConcurrentHashMap<String, LinkedHashSet<Waiter>> lines = new ConcurrentHashMap<>();

  /** Takes the last place in the line for a key; {@link #leave} must follow. */
  Waiter enter(String key) {
    AtomicReference<Waiter> entered = new AtomicReference<>();
    lines.compute(
        key,
        (unused, present) -> {
          LinkedHashSet<Waiter> line = present == null ? new LinkedHashSet<>() : present;
          entered.set(new Waiter(key, /* first= */ line.isEmpty()));
          line.add(entered.get());
          return line;
        });
    return entered.get();
  }

  void leave(Waiter waiter) {
    lines.computeIfPresent(
        waiter.key,
        (unused, line) -> {
          line.remove(waiter);
          if (line.isEmpty()) {
            return null;
          }
          if (waiter.isFirst()) {
            line.iterator().next().promote();
          }
          return line;
        });
  }

  /** Tells the first in the line, if there is one, that the key may be free. */
  void wake(String key) {
    lines.computeIfPresent(
        key,
        (unused, line) -> {
          line.iterator().next().wake();
          return line;
        });
  }

  /** Wakes everybody. */
  void wakeAll() {
    forAll(Waiter::wake);
  }

  /** Has nobody wait any more. */
  void endAll() {
    forAll(Waiter::end);
  }

  private void forAll(Consumer<Waiter> action) {
    for (String key : lines.keySet()) {
      lines.computeIfPresent(
          key,
          (unused, line) -> {
            line.forEach(action);
            return line;
          });
    }
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }
}
