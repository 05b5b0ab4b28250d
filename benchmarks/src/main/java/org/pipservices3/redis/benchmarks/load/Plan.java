package org.pipservices3.redis.benchmarks.load;

import java.time.Duration;
import java.util.List;

/**
 * Plan says how long and how often to measure.
 *
 * @param rounds how often each contender has its turn, after one for warming up
 * @param window how long a turn takes
 * @param threads with how many threads
 * @param handOffs how many hand-offs of a lock make a turn
 * @param held how long a lock is held whose waiters' commands are counted
 * @param waiters how many wait for it
 * @param keys how many keys are read and written
 */
public record Plan(
    String name,
    int rounds,
    Duration window,
    List<Integer> threads,
    int handOffs,
    Duration held,
    int waiters,
    int keys) {

  /** Under five minutes. */
  public static Plan quick() {
    return new Plan(
        "quick",
        3,
        Duration.ofMillis(240),
        List.of(1, 8, 64, 256),
        40,
        Duration.ofSeconds(10),
        500,
        1_000);
  }

  /** About forty minutes. */
  public static Plan full() {
    return new Plan(
        "full",
        5,
        Duration.ofSeconds(1),
        List.of(1, 2, 8, 64, 256),
        200,
        Duration.ofSeconds(10),
        500,
        1_000);
  }

  /** Some seconds: only shows that the harness works. */
  public static Plan smoke() {
    return new Plan(
        "smoke", 1, Duration.ofMillis(20), List.of(1, 8), 2, Duration.ofMillis(200), 20, 50);
  }

  public boolean isFull() {
    return name.equals("full");
  }
}
