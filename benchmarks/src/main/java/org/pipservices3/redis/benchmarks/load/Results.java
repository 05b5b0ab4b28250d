package org.pipservices3.redis.benchmarks.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Results holds the measurements: one sample per round for each workload, contender and metric. Not
 * thread-safe.
 */
public final class Results {
  private final Map<Series, List<Double>> samples = new LinkedHashMap<>();
  private final List<String> failures = new ArrayList<>();

  /** Series names the samples that belong together. */
  public record Series(String workload, String contender, Metric metric) {}

  public void add(String workload, String contender, Map<Metric, Double> sample) {
    sample.forEach(
        (metric, value) ->
            samples
                .computeIfAbsent(
                    new Series(workload, contender, metric), series -> new ArrayList<>())
                .add(value));
  }

  /** Records that a contender could not run a workload, or broke its rules. */
  public void fail(String workload, String contender, String reason) {
    failures.add(workload + ", " + contender + ": " + reason);
    samples
        .keySet()
        .removeIf(
            series -> series.workload().equals(workload) && series.contender().equals(contender));
  }

  public List<String> failures() {
    return failures;
  }

  public Map<Series, List<Double>> samples() {
    return Collections.unmodifiableMap(samples);
  }

  public Set<String> workloads() {
    return samples.keySet().stream()
        .map(Series::workload)
        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
  }

  public List<Double> of(String workload, String contender, Metric metric) {
    return samples.getOrDefault(new Series(workload, contender, metric), List.of());
  }

  /** The median of the rounds; the maximum for the longest wait. */
  public OptionalDouble median(String workload, String contender, Metric metric) {
    List<Double> sorted = of(workload, contender, metric).stream().sorted().toList();
    if (sorted.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (metric == Metric.MAX) {
      return OptionalDouble.of(sorted.get(sorted.size() - 1));
    }
    int middle = sorted.size() / 2;
    return OptionalDouble.of(
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
  }
}
