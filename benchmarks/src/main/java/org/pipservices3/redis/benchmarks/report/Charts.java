package org.pipservices3.redis.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.load.Metric;
import org.pipservices3.redis.benchmarks.load.Results;
import org.pipservices3.redis.benchmarks.suite.Workloads;

/** Charts draws the most important measurements. */
final class Charts {
  private static final List<Integer> THREADS = List.of(1, 2, 8, 64, 256);
  private static final List<String> CACHES =
      List.of(
          Contender.OURS,
          Contender.JEDIS,
          Contender.LETTUCE,
          Contender.REDISSON,
          Contender.SPRING_CACHE,
          Contender.SIBLING);
  private static final List<String> LOCKS =
      List.of(Contender.OURS, Contender.REDISSON, Contender.SPRING_LOCK, Contender.SIBLING);
  private static final List<String> NEARS =
      List.of(Contender.OURS, Contender.REDISSON, Contender.JEDIS_CACHE, Contender.CAFFEINE);

  private final Results results;
  private final String footer;
  private final Map<String, String> charts = new LinkedHashMap<>();

  private Charts(Results results, Map<String, String> machine) {
    this.results = results;
    this.footer =
        String.format(
            "%s, %s cores · Java %s · Redis %s · %s",
            machine.get("processor"),
            machine.get("cores"),
            Runtime.version().feature(),
            machine.get("Redis"),
            machine.get("date"));
  }

  /** SVG documents by the names of their files; only of what was measured. */
  static Map<String, String> of(Results results, Map<String, String> machine) {
    Charts charts = new Charts(results, machine);
    charts.throughput();
    charts.latency();
    charts.bars(
        "lock-hand-off.svg",
        "From unlock() here to lock() returning there, ms",
        List.of(Workloads.HAND_OFF),
        LOCKS,
        Map.of("p50", Metric.P50, "p99", Metric.P99),
        1e-3);
    charts.bars(
        "lock-contended.svg",
        "Hand-offs to the other client a second, empty section",
        List.of(Workloads.of(Workloads.CONTENDED, 2), Workloads.of(Workloads.CONTENDED, 32)),
        LOCKS,
        Map.of("", Metric.HANDOFFS),
        1);
    charts.bars(
        "lock-processes.svg",
        "Hand-offs to another process a second, empty section",
        List.of(Workloads.ofProcesses(2), Workloads.ofProcesses(4)),
        LOCKS,
        Map.of("", Metric.HANDOFFS),
        1);
    charts.bars(
        "virtual-threads.svg",
        "GET of 100 bytes by virtual threads, thousands a second",
        List.of(Workloads.of(Workloads.VIRTUAL, 1_000)),
        Contender.MAIN,
        Map.of("", Metric.RATE),
        1e-3);
    charts.bars(
        "near-hits.svg",
        "Near-cache hits, millions a second",
        List.of(Workloads.of(Workloads.NEAR_HIT, 1), Workloads.of(Workloads.NEAR_HIT, 8)),
        NEARS,
        Map.of("", Metric.RATE),
        1e-6);
    return charts.charts;
  }

  private void throughput() {
    List<Integer> measured =
        THREADS.stream()
            .filter(n -> median(Workloads.of(Workloads.GET, n), Contender.OURS, Metric.RATE, 1) > 0)
            .toList();
    LineChart chart =
        new LineChart("GET of 100 bytes, thousands a second, over threads", footer, measured);
    for (String contender : CACHES) {
      List<Double> values = new ArrayList<>();
      for (int threads : measured) {
        values.add(median(Workloads.of(Workloads.GET, threads), contender, Metric.RATE, 1e-3));
      }
      chart.add(contender, values);
    }
    if (measured.size() > 1) {
      charts.put("get-throughput.svg", chart.draw());
    }
  }

  private void latency() {
    Map<String, Metric> percentiles = new LinkedHashMap<>();
    percentiles.put("p50", Metric.P50);
    percentiles.put("p99", Metric.P99);
    percentiles.put("p99.9", Metric.P999);
    bars(
        "get-latency.svg",
        "Latency of a GET of 100 bytes with 64 threads, ms",
        List.of(Workloads.of(Workloads.GET, 64)),
        CACHES,
        percentiles,
        1e-3);
  }

  private void bars(
      String file,
      String title,
      List<String> workloads,
      List<String> contenders,
      Map<String, Metric> metrics,
      double scale) {
    BarChart chart = new BarChart(title, footer, contenders);
    boolean any = false;
    for (String workload : workloads) {
      for (Map.Entry<String, Metric> metric :
          metrics.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
        List<Double> values = new ArrayList<>();
        for (String contender : contenders) {
          double value = median(workload, contender, metric.getValue(), scale);
          values.add(value);
          any |= value > 0;
        }
        chart.add(metric.getKey().isEmpty() ? workload : metric.getKey(), values);
      }
    }
    if (any) {
      charts.put(file, chart.draw());
    }
  }

  /** Zero where there is none. */
  private double median(String workload, String contender, Metric metric, double scale) {
    OptionalDouble median = results.median(workload, contender, metric);
    return median.orElse(0) * scale;
  }
}
