package org.pipservices3.redis.benchmarks.load;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.pipservices3.redis.benchmarks.contender.Address;

/**
 * Bench gives a suite its plan, its server and the results to add to. Contenders take turns, so
 * that a disturbance of the machine affects all of them.
 */
public record Bench(Plan plan, Address redis, Results results, PrintStream out) {

  private static final int WARM_UP = 8;

  /** Turn measures a contender once. */
  @FunctionalInterface
  public interface Turn {
    Map<Metric, Double> measure(Duration window) throws Exception;
  }

  /** Warms up contenders before the first measured workload. */
  public void warmUp(Map<String, Turn> turns) throws Exception {
    for (Turn turn : turns.values()) {
      turn.measure(plan.window().multipliedBy(WARM_UP));
    }
  }

  /** Measures contenders in rounds, the first of which only warms up. */
  public void rounds(String workload, Map<String, Turn> turns) {
    Set<String> failed = new HashSet<>();
    for (int round = 0; round <= plan.rounds(); round++) {
      for (Map.Entry<String, Turn> turn : turns.entrySet()) {
        String contender = turn.getKey();
        if (failed.contains(contender)) {
          continue;
        }
        try {
          Map<Metric, Double> sample = turn.getValue().measure(plan.window());
          if (round > 0) {
            results.add(workload, contender, sample);
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        } catch (Exception e) {
          failed.add(contender);
          results.fail(workload, contender, String.valueOf(e.getMessage()));
        }
      }
    }
    print(workload, turns.keySet());
  }

  /** Prints a line for each contender. */
  public void print(String workload, Set<String> contenders) {
    out.println(workload);
    for (String contender : contenders) {
      StringBuilder line = new StringBuilder(String.format("  %-26s", contender));
      for (Metric metric : Metric.values()) {
        results
            .median(workload, contender, metric)
            .ifPresent(median -> line.append(String.format("  %s %,.1f", metric.label(), median)));
      }
      out.println(line);
    }
    out.flush();
  }
}
