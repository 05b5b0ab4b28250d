package org.pipservices3.redis.internal.loading;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The loads under way in this process, by key: one for each, which callers join.
 *
 * <p>A caller that joins may have begun after a removal by another process that outdates what the
 * load brings. So all that matters has a time, of a clock that ticks at each such event: a caller
 * when it joins, a load when it starts, and a confirmation by Redis, after the load, that no
 * removal had come. See {@link Landing#serves}.
 *
 * <p>Own writes {@link #forget} the load: nobody joins it any more. Who had joined waits on; its
 * call is as old as the write.
 *
 * <p>Safe for any number of threads.
 */
final class Flights {
  private final AtomicLong clock = new AtomicLong();
  private final Map<String, Flight> byKey = new ConcurrentHashMap<>();
  private final Set<Flight> all = ConcurrentHashMap.newKeySet(); // forgotten ones, too
  private volatile boolean closed;

  /** The present time, in ticks. */
  long now() {
    return clock.get();
  }

  /** A time after all that was {@link #now} before. */
  long tick() {
    return clock.incrementAndGet();
  }

  /**
   * Joins the load of a key.
   *
   * @param own to begin if there is none that has time left
   * @return the load to wait for, or null if it is the own one now
   */
  @Nullable Flight join(String name, Flight own) {
    all.add(own);
    while (true) {
      Flight known = byKey.putIfAbsent(name, own);
      if (known == null) {
        landIfClosed(own);
        return null;
      }
      if (!known.isOverdue(System.nanoTime())) {
        all.remove(own);
        return known;
      }
      byKey.remove(name, known);
    }
  }

  /** Begins a load that nobody can join; null, as {@link #join} returns for an own one. */
  @Nullable Flight begin(Flight own) {
    all.add(own);
    landIfClosed(own);
    return null;
  }

  /** Ends a load: nobody joins it any more, and who has joined gets its result. */
  void land(String name, Flight flight, Landing landing) {
    byKey.remove(name, flight);
    all.remove(flight);
    flight.land(landing);
  }

  /** Lets nobody join the load of a key that is under way. */
  void forget(String name) {
    byKey.remove(name);
  }

  /** The same for the loads of all keys like this. */
  void forgetAll(Predicate<String> names) {
    byKey.keySet().removeIf(names);
  }

  /** The same unless it is another load. */
  void forget(String name, Flight flight) {
    byKey.remove(name, flight);
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends the waiting of all who have joined; returns the loads, whose owners go on. */
  Collection<Flight> close() {
    closed = true;
    byKey.clear();
    List<Flight> open = List.copyOf(all);
    open.forEach(flight -> flight.land(Landing.CLOSED));
    return open;
  }

  private void landIfClosed(Flight flight) {
    if (closed) {
      flight.land(Landing.CLOSED);
    }
  }
}
