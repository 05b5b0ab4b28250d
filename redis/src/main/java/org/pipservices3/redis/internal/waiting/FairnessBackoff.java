package org.pipservices3.redis.internal.waiting;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * The fairness back-off: whether a component that releases a key first lets others acquire it.
 *
 * <p>The component that releases a key is always the first to ask again: its thread runs, while the
 * others must first learn of the release. Without a back-off it could serve its own threads for
 * ever, and the others would starve. So a component that was lately refused because of another
 * holder (a rival) offers that rival a turn after each release of its own: it watches the key and
 * waits until the rival has acquired it. Rivals that do not come are offered turns less often.
 * Without rivals nobody waits.
 *
 * <p>Two components may offer each other a turn at the same time, and nobody has the lock while
 * they wait. So their waiting times are random, and about as long as rivals lately needed: one soon
 * gives up and acquires the key.
 *
 * <p>Keys share {@value #STRIPES} stripes; a collision costs at most one turn. Times are in
 * nanoseconds. Safe for any number of threads.
 */
public final class FairnessBackoff {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int STRIPES = 1024;
  private static final long RIVALRY = 100 * MILLI;
  private static final int MOST_MISSES = 3;
  private static final long QUICKEST = MILLI / 10;
  private static final long SLOWEST = MILLI;

  /**
   * The state of a stripe.
   *
   * @param refused when another component last held the key
   * @param pending whether this component has released it since, without offering a turn
   * @param misses how many offers in a row were not used
   * @param notBefore when the next turn may be offered
   * @param need the time that rivals lately needed to use an offer
   */
  private record State(long refused, boolean pending, int misses, long notBefore, long need) {

    boolean hasRivals(long now) {
      return now - refused < RIVALRY;
    }

    boolean isDue(long now) {
      return pending && hasRivals(now) && now - notBefore >= 0;
    }

    State refused(long now) {
      return new State(now, /* pending= */ false, /* misses= */ 0, now, need);
    }

    State pending(boolean now) {
      return new State(refused, now, misses, notBefore, need);
    }

    State used(long nanos) {
      long within = Math.max(QUICKEST, Math.min(SLOWEST, nanos));
      return new State(refused, pending, misses, notBefore, need + (within - need) / 8);
    }

    State missed(long now) {
      int more = Math.min(MOST_MISSES, misses + 1);
      long slower = Math.min(SLOWEST, need + need / 16);
      return new State(refused, pending, more, now + (long) more * more * MILLI, slower);
    }
  }

  private final LongSupplier clock;
  private final AtomicReferenceArray<State> states = new AtomicReferenceArray<>(STRIPES);

  public FairnessBackoff(LongSupplier clock) {
    this.clock = clock;
    long now = clock.getAsLong();
    State fresh = new State(now - RIVALRY, /* pending= */ false, /* misses= */ 0, now, SLOWEST);
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      states.set(stripe, fresh);
    }
  }

  /** Records that another component holds the key: there are rivals. */
  public void refused(String key) {
    long now = clock.getAsLong();
    update(key, old -> old.refused(now));
  }

  /** Records that this component has released the key. */
  public void released(String key) {
    if (states.get(stripe(key)).hasRivals(clock.getAsLong())) {
      update(key, old -> old.pending(true));
    }
  }

  /** Whether the caller must now offer rivals a turn. */
  public boolean isDue(String key) {
    int stripe = stripe(key);
    State state = states.get(stripe);
    return state.isDue(clock.getAsLong())
        && states.compareAndSet(stripe, state, state.pending(false));
  }

  /** How long to wait for a rival, in nanoseconds. Random. */
  public long offerNanos(String key) {
    long need = states.get(stripe(key)).need;
    return ThreadLocalRandom.current().nextLong(need, 2 * need);
  }

  /** Records that a rival used the offer after this time, in nanoseconds. */
  public void used(String key, long nanos) {
    update(key, old -> old.used(nanos));
  }

  /** Records that no rival used the offer. */
  public void missed(String key) {
    long now = clock.getAsLong();
    update(key, old -> old.missed(now));
  }

  private void update(String key, UnaryOperator<State> change) {
    states.updateAndGet(stripe(key), change);
  }

  private static int stripe(String key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
