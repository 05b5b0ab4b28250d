package org.pipservices3.redis.lock;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Remembers when to leave a key that several components want to the others for a moment.
 *
 * <p>Who has just released a key is always the first to ask again: its thread runs, while the
 * others have still to hear of the release. Left to that race, one component would serve its own
 * threads for as long as it likes, and the others would starve. So a component that was lately
 * refused because of another holder owes that rival a turn after each release of its own: it
 * watches the key and waits until the rival has taken it. Rivals that do not come are offered a
 * turn less and less often; without rivals nobody waits.
 *
 * <p>Two components may offer each other a turn at the same time. How patient they are is random,
 * so that one of them soon gives up and takes it.
 *
 * <p>Keys share {@value #STRIPES} stripes; two keys of one stripe cost each other at most a turn.
 * Safe for any number of threads.
 */
final class Courtesy {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int STRIPES = 1024;
  private static final long RIVALRY = 100 * MILLI;
  private static final int MOST_MISSES = 3;

  private record State(long refused, boolean owing, int misses, long notBefore) {

    boolean hasRivals(long now) {
      return now - refused < RIVALRY;
    }

    boolean isDue(long now) {
      return owing && hasRivals(now) && now - notBefore >= 0;
    }
  }

  private final LongSupplier clock;
  private final AtomicReferenceArray<State> states = new AtomicReferenceArray<>(STRIPES);

  Courtesy(LongSupplier clock) {
    this.clock = clock;
    long now = clock.getAsLong();
    State fresh = new State(now - RIVALRY, /* owing= */ false, /* misses= */ 0, now);
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      states.set(stripe, fresh);
    }
  }

  /**
   * Takes note that another component holds the key: there are rivals, and they have their turn.
   */
  void refused(String key) {
    long now = clock.getAsLong();
    states.set(stripe(key), new State(now, /* owing= */ false, /* misses= */ 0, now));
  }

  /** Takes note that this component has released the key. */
  void released(String key) {
    if (states.get(stripe(key)).hasRivals(clock.getAsLong())) {
      update(key, old -> new State(old.refused, /* owing= */ true, old.misses, old.notBefore));
    }
  }

  /** Whether a rival is to be offered a turn, which the caller does at once. */
  boolean isDue(String key) {
    int stripe = stripe(key);
    State state = states.get(stripe);
    State offered = new State(state.refused, /* owing= */ false, state.misses, state.notBefore);
    return state.isDue(clock.getAsLong()) && states.compareAndSet(stripe, state, offered);
  }

  /** How long to wait for the rival, in nanoseconds. */
  static long patience() {
    return ThreadLocalRandom.current().nextLong(MILLI / 2, 2 * MILLI);
  }

  /** Takes note that no rival came. */
  void missed(String key) {
    long now = clock.getAsLong();
    update(
        key,
        old -> {
          int misses = Math.min(MOST_MISSES, old.misses + 1);
          return new State(old.refused, old.owing, misses, now + (long) misses * misses * MILLI);
        });
  }

  private void update(String key, UnaryOperator<State> change) {
    states.updateAndGet(stripe(key), change);
  }

  private static int stripe(String key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
