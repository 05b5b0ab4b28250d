package org.pipservices3.redis.benchmarks;

import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Plan;
import org.pipservices3.redis.benchmarks.load.Results;
import org.pipservices3.redis.benchmarks.micro.Micro;
import org.pipservices3.redis.benchmarks.report.Report;
import org.pipservices3.redis.benchmarks.server.RedisProcess;
import org.pipservices3.redis.benchmarks.suite.Suite;

/**
 * Main runs the benchmarks: {@code quick} or {@code full}, and the names of suites for a part; or
 * {@code micro}, and parts of names of microbenchmarks.
 *
 * <p>All of them write their tables, samples and charts into the folder that the system property
 * {@code benchmarks.out} names. A part only prints, so that it does not replace the whole.
 */
public final class Main {
  private Main() {}

  /** Runs what the arguments name; without any, the quick pass. */
  public static void main(String... args) throws Exception {
    if (args.length > 0 && args[0].equals("micro")) {
      Micro.run(Set.of(args).stream().filter(arg -> !arg.equals("micro")).collect(toSet()));
      return;
    }
    Plan plan = Plan.quick();
    List<Suite> suites = new ArrayList<>();
    for (String arg : args) {
      switch (arg) {
        case "quick" -> plan = Plan.quick();
        case "full" -> plan = Plan.full();
        case "smoke" -> plan = Plan.smoke();
        default -> suites.add(named(arg));
      }
    }
    String out = System.getProperty("benchmarks.out");
    boolean all = suites.isEmpty();
    run(plan, all ? Suite.of(plan) : suites, all && out != null ? Path.of(out) : null, System.out);
  }

  /** Runs suites on a server of their own, and returns what they measured. */
  static Results run(Plan plan, List<Suite> suites, @Nullable Path folder, PrintStream out)
      throws Exception {
    Results results = new Results();
    try (RedisProcess redis = RedisProcess.start()) {
      for (Suite suite : suites) {
        long start = System.nanoTime();
        suite.run(new Bench(plan, redis.address(), results, out));
        out.printf("-- %s: %d s%n", suite.name(), (System.nanoTime() - start) / 1_000_000_000);
      }
      report(new Report(results, redis.address(), plan.name()), folder, out);
    }
    return results;
  }

  private static void report(Report report, @Nullable Path folder, PrintStream out)
      throws IOException {
    out.println();
    out.println(report.tables());
    if (folder != null) {
      report.write(folder);
    }
  }

  private static Suite named(String name) {
    Optional<Suite> suite =
        Suite.all().stream().filter(each -> each.name().equals(name)).findFirst();
    return suite.orElseThrow(
        () ->
            new IllegalArgumentException(
                "No suite '"
                    + name
                    + "': quick, full, smoke, or some of "
                    + Suite.all().stream().map(Suite::name).toList()));
  }
}
