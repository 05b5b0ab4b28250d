package org.pipservices3.redis.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.load.Results;

/** Report writes what was measured: tables in Markdown, every sample in JSON, charts in SVG. */
public final class Report {
  private final Results results;
  private final Map<String, String> machine;

  public Report(Results results, Address redis, String plan) {
    this.results = results;
    this.machine = Machine.describe(redis, plan);
  }

  /** The tables, as Markdown. */
  public String tables() {
    return Tables.of(results, machine);
  }

  /** Writes results.md, results.json and the charts into a folder. */
  public void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("results.md"), tables());
    Files.writeString(
        folder.resolve("results.json"),
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
    for (Map.Entry<String, String> chart : Charts.of(results, machine).entrySet()) {
      Files.writeString(folder.resolve(chart.getKey()), chart.getValue());
    }
  }

  private Map<String, Object> json() {
    List<Map<String, Object>> series = new ArrayList<>();
    results
        .samples()
        .forEach(
            (key, values) -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("workload", key.workload());
              one.put("contender", key.contender());
              one.put("metric", key.metric().label());
              one.put("samples", values);
              series.add(one);
            });
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("machine", machine);
    all.put("failures", results.failures());
    all.put("series", series);
    return all;
  }
}
