package org.pipservices3.redis.benchmarks.micro;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.pipservices3.redis.benchmarks.load.ClassPath;

/**
 * Micro runs the microbenchmarks in JVMs of their own and measures the bytes that each operation
 * allocates, which do not depend on the load of the machine.
 */
public final class Micro {
  private Micro() {}

  /** Runs the benchmarks whose names contain one of these, or all; prints what JMH prints. */
  public static void run(Set<String> names) throws RunnerException {
    // JMH starts its JVMs with this, also where a build tool has its own class path there.
    System.setProperty("java.class.path", ClassPath.own());
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.milliseconds(500))
            .measurementIterations(3)
            .measurementTime(TimeValue.milliseconds(700))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true);
    names.forEach(options::include);
    new Runner(options.build()).run();
  }
}
