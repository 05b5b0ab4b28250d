package org.pipservices3.redis.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.load.Metric;
import org.pipservices3.redis.benchmarks.load.Plan;
import org.pipservices3.redis.benchmarks.load.Results;
import org.pipservices3.redis.benchmarks.suite.Suite;
import org.pipservices3.redis.benchmarks.suite.Workloads;

/** Runs every suite briefly: shows that the harness works, and nothing about speed. */
class SmokeIT {
  @TempDir Path folder;

  @Test
  void run_everySuiteForAMoment_writesTablesSamplesAndCharts() throws Exception {
    PrintStream nowhere =
        new PrintStream(
            OutputStream.nullOutputStream(), /* autoFlush= */ false, StandardCharsets.UTF_8);

    Results results = Main.run(Plan.smoke(), Suite.all(), folder, nowhere);

    assertThat(results.failures()).isEmpty();
    assertThat(results.of(Workloads.of(Workloads.GET, 8), Contender.OURS, Metric.RATE))
        .isNotEmpty()
        .allMatch(rate -> rate > 0);
    assertThat(results.median(Workloads.HAND_OFF, Contender.REDISSON, Metric.P50)).isPresent();
    assertThat(results.of(Workloads.ofProcesses(2), Contender.OURS, Metric.RATE))
        .isNotEmpty()
        .allMatch(rate -> rate > 0);
    assertThat(folder.resolve("results.md")).content().contains("## Targets", "Lettuce");
    assertThat(folder.resolve("results.json")).isNotEmptyFile();
    for (String chart :
        new String[] {
          "get-throughput.svg",
          "lock-hand-off.svg",
          "lock-contended.svg",
          "lock-processes.svg",
          "near-hits.svg"
        }) {
      assertThat(Files.readString(folder.resolve(chart))).startsWith("<svg").endsWith("</svg>\n");
    }
  }
}
