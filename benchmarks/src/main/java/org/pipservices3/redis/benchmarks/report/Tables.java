package org.pipservices3.redis.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.pipservices3.redis.benchmarks.load.Metric;
import org.pipservices3.redis.benchmarks.load.Results;
import org.pipservices3.redis.benchmarks.load.Results.Series;

/** Tables writes the measurements as Markdown: first the targets, then everything. */
final class Tables {
  private final Results results;
  private final StringBuilder text = new StringBuilder();

  private Tables(Results results) {
    this.results = results;
  }

  static String of(Results results, Map<String, String> machine) {
    Tables tables = new Tables(results);
    tables.line("# Measurements");
    tables.line("");
    tables.line("Written by the load harness; see [performance](../performance.md).");
    tables.line("");
    tables.line("| | |");
    tables.line("|---|---|");
    machine.forEach((fact, value) -> tables.line("| " + fact + " | " + value + " |"));
    tables.targets();
    tables.failures();
    tables.workloads();
    return tables.text.toString();
  }

  private void targets() {
    line("");
    line("## Targets");
    line("");
    line("| work | figure | against | ours | theirs | ratio | target | |");
    line("|---|---|---|--:|--:|--:|--:|---|");
    for (Target target : Targets.all()) {
      OptionalDouble value = target.value(results);
      if (value.isEmpty()) {
        continue;
      }
      boolean reached = target.isReached(value.getAsDouble());
      String bound = (target.metric().moreIsBetter() ? "&ge; " : "&le; ") + number(target.bound());
      line(
          cells(
              target.workload(),
              target.metric().label(),
              peer(target),
              number(target.ours(results).orElseThrow()),
              target.peer() == null ? "" : number(target.peers(results).orElseThrow()),
              target.peer() == null ? "" : number(value.getAsDouble()),
              bound,
              reached ? "PASS" : "**miss**"));
    }
  }

  private static String peer(Target target) {
    if (target.peer() == null || target.peerWorkload() == null) {
      return "";
    }
    return target.peerWorkload().equals(target.workload()) ? target.peer() : target.peerWorkload();
  }

  private void failures() {
    if (results.failures().isEmpty()) {
      return;
    }
    line("");
    line("## Without a result");
    line("");
    results.failures().forEach(failure -> line("- " + failure));
  }

  private void workloads() {
    line("");
    line("## Everything");
    line("");
    line("Medians of the rounds; of the rate also the least and the most. \"Longest\" is of all.");
    for (String workload : results.workloads()) {
      workload(workload);
    }
  }

  private void workload(String workload) {
    Set<String> contenders = new LinkedHashSet<>();
    Set<Metric> present = new LinkedHashSet<>();
    for (Series series : results.samples().keySet()) {
      if (series.workload().equals(workload)) {
        contenders.add(series.contender());
        present.add(series.metric());
      }
    }
    List<Metric> metrics = present.stream().sorted().toList();
    line("");
    line("### " + workload);
    line("");
    List<String> head = new ArrayList<>(List.of(""));
    for (Metric metric : metrics) {
      head.add(metric.label());
    }
    line(cells(head.toArray(String[]::new)));
    line("|---|" + "--:|".repeat(metrics.size()));
    for (String contender : contenders) {
      List<String> row = new ArrayList<>(List.of(contender));
      for (Metric metric : metrics) {
        row.add(cell(workload, contender, metric));
      }
      line(cells(row.toArray(String[]::new)));
    }
  }

  private String cell(String workload, String contender, Metric metric) {
    OptionalDouble median = results.median(workload, contender, metric);
    if (median.isEmpty()) {
      return "";
    }
    List<Double> samples = results.of(workload, contender, metric);
    String spread =
        metric == Metric.RATE && samples.size() > 1
            ? " (" + number(Collections.min(samples)) + "–" + number(Collections.max(samples)) + ")"
            : "";
    return number(median.getAsDouble()) + spread;
  }

  /** With three significant digits, or all of the integer part. */
  static String number(double value) {
    String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  private static String cells(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
