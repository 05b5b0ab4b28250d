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
 * so that one of them soon gives up and takes it. They wait about as long as rivals lately needed:
 * while they do so in vain, nobody has the lock.
 *
 * <p>Keys share {@value #STRIPES} stripes; two keys of one stripe cost each other at most a turn.
 * Safe for any number of threads.
 */
final class Courtesy {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int STRIPES = 1024;
  private static final long RIVALRY = 100 * MILLI;
  private static final int MOST_MISSES = 3;
  private static final long QUICKEST = MILLI / 10;
  private static final long SLOWEST = MILLI;

  /**
   * What is known of a stripe.
   *
   * @param refused when another component last held the key
   * @param owing whether it was released here since then
   * @param misses how often in a row no rival came
   * @param notBefore when the next turn may be offered
   * @param need how long rivals lately needed to take what was offered
   */
  private record State(long refused, boolean owing, int misses, long notBefore, long need) {

    boolean hasRivals(long now) {
      return now - refused < RIVALRY;
    }

    boolean isDue(long now) {
      return owing && hasRivals(now) && now - notBefore >= 0;
    }

    State refused(long now) {
      return new State(now, /* owing= */ false, /* misses= */ 0, now, need);
    }

    State owing(boolean owes) {
      return new State(refused, owes, misses, notBefore, need);
    }

    State taken(long nanos) {
      long within = Math.max(QUICKEST, Math.min(SLOWEST, nanos));
      return new State(refused, owing, misses, notBefore, need + (within - need) / 8);
    }

    State missed(long now) {
      int more = Math.min(MOST_MISSES, misses + 1);
      long slower = Math.min(SLOWEST, need + need / 16);
      return new State(refused, owing, more, now + (long) more * more * MILLI, slower);
    }
  }

  private final LongSupplier clock;
  private final AtomicReferenceArray<State> states = new AtomicReferenceArray<>(STRIPES);

  Courtesy(LongSupplier clock) {
    this.clock = clock;
    long now = clock.getAsLong();
    State fresh = new State(now - RIVALRY, /* owing= */ false, /* misses= */ 0, now, SLOWEST);
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      states.set(stripe, fresh);
    }
  }

  /**
   * Takes note that another component holds the key: there are rivals, and they have their turn.
   */
  void refused(String key) {
    long now = clock.getAsLong();
    update(key, old -> old.refused(now));
  }

  /** Takes note that this component has released the key. */
  void released(String key) {
    if (states.get(stripe(key)).hasRivals(clock.getAsLong())) {
      update(key, old -> old.owing(true));
    }
  }

  /** Whether a rival is to be offered a turn, which the caller does at once. */
  boolean isDue(String key) {
    int stripe = stripe(key);
    State state = states.get(stripe);
    return state.isDue(clock.getAsLong())
        && states.compareAndSet(stripe, state, state.owing(false));
  }

  /** How long to wait for the rival, in nanoseconds. */
  long patience(String key) {
    long need = states.get(stripe(key)).need;
    return ThreadLocalRandom.current().nextLong(need, 2 * need);
  }

  /** Takes note that a rival came, after so many nanoseconds. */
  void taken(String key, long nanos) {
    update(key, old -> old.taken(nanos));
  }

  /** Takes note that no rival came. */
  void missed(String key) {
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
