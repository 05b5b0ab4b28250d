package org.pipservices3.redis.soak;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What was there at one moment of a soak run.
 *
 * @param minute since the start
 * @param calls of the components so far
 * @param failures how many of them ended with an error of the connection
 * @param heap bytes in use after a garbage collection
 * @param objects of this module's classes
 * @param threads of the JVM, those of the test's proxy left out
 * @param clients lines of CLIENT LIST
 * @param serverBytes used_memory of Redis
 * @param structures how full every map and queue was
 */
record Sample(
    double minute,
    long calls,
    long failures,
    long heap,
    long objects,
    int threads,
    int clients,
    long serverBytes,
    Map<String, Integer> structures) {

  private static final String NEAR_ENTRIES = "NearCache.entries";

  /** The share of the samples that is left out while caches fill and code is compiled. */
  private static final double WARM_UP = 0.15;

  int nearEntries() {
    return structures.getOrDefault(NEAR_ENTRIES, 0);
  }

  /** How many entries all other structures have together. */
  int entries() {
    return structures.values().stream().mapToInt(Integer::intValue).sum() - nearEntries();
  }

  double megabytes() {
    return heap / 1e6;
  }

  /**
   * How much a value has grown over a run: the median of the last quarter less that of the first
   * quarter after the warm-up.
   */
  static double growth(List<Sample> samples, ToDoubleFunction<Sample> value) {
    List<Sample> warm = samples.subList((int) (samples.size() * WARM_UP), samples.size());
    int quarter = Math.max(1, warm.size() / 4);
    return median(warm.subList(warm.size() - quarter, warm.size()), value)
        - median(warm.subList(0, quarter), value);
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    double[] sorted = samples.stream().mapToDouble(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
