package org.pipservices3.redis.benchmarks.suite;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LockClient;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.Metric;

/**
 * ProcessesSuite lets JVMs of their own contend for one key, one thread each, with an empty
 * section.
 *
 * <p>Each records by its monotonic clock when it has the lock and when it begins to release it.
 * {@code System.nanoTime} of two JVMs on one Linux machine is the same clock (CLOCK_MONOTONIC), so
 * the records can be put in one order afterwards, and only the lock is measured. The suite stops if
 * a new JVM's clock differs. If two held the lock at once, that is an error and no result.
 */
final class ProcessesSuite implements Suite {
  private static final List<Integer> PROCESSES = List.of(2, 4);
  private static final int MOST = 4;
  private static final long HIGHEST = TimeUnit.MINUTES.toNanos(2);
  private static final long NOTICE = TimeUnit.MILLISECONDS.toNanos(20);

  /** A lock is served to one at a time: it takes longer to see all of them. */
  private static final int PATIENCE = 2;

  private static final Duration SHORTEST = Duration.ofMillis(200);

  /** One acquisition: whose, from when, and when its release began. */
  record Held(int process, long from, long to) {}

  @Override
  public String name() {
    return "processes";
  }

  @Override
  public void run(Bench bench) throws Exception {
    List<WorkerProcess> processes = WorkerProcess.start(LockProcessMain.class, MOST, bench.redis());
    try {
      for (int count : PROCESSES) {
        Map<String, Turn> turns = new LinkedHashMap<>();
        for (Contender<LockClient> contender : Contenders.locks()) {
          String name = contender.name();
          String key = name + ":processes:" + count;
          List<WorkerProcess> some = processes.subList(0, count);
          turns.put(name, window -> fight(some, name, key, patient(window)));
        }
        for (Turn cold : turns.values()) {
          cold.measure(bench.plan().window());
        }
        bench.rounds(Workloads.ofProcesses(count), turns);
      }
    } finally {
      processes.forEach(WorkerProcess::close);
    }
  }

  private static Duration patient(Duration window) {
    Duration longer = window.multipliedBy(PATIENCE);
    return longer.compareTo(SHORTEST) < 0 ? SHORTEST : longer;
  }

  private static Map<Metric, Double> fight(
      List<WorkerProcess> processes, String contender, String key, Duration window)
      throws IOException {
    long start = System.nanoTime() + NOTICE;
    for (WorkerProcess process : processes) {
      process.order(contender, key, start, start + window.toNanos());
    }
    List<Held> all = new ArrayList<>();
    for (int i = 0; i < processes.size(); i++) {
      long[] stamps = processes.get(i).figures();
      for (int j = 0; j < stamps.length; j += 2) {
        all.add(new Held(i, stamps[j], stamps[j + 1]));
      }
    }
    return figures(all, processes.size());
  }

  /** Evaluates the records; throws if two held the lock at once. */
  static Map<Metric, Double> figures(List<Held> notes, int processes) {
    List<Held> all = notes.stream().sorted(Comparator.comparingLong(Held::from)).toList();
    Histogram handOffs = new Histogram(HIGHEST, 3);
    for (int i = 1; i < all.size(); i++) {
      Held before = all.get(i - 1);
      Held next = all.get(i);
      if (next.from - before.to < 0) {
        throw new IllegalStateException("Two processes held the lock at once");
      }
      if (next.process != before.process) {
        handOffs.recordValue(Math.min(HIGHEST, next.from - before.to));
      }
    }
    Map<Metric, Double> sample = new LinkedHashMap<>();
    if (all.size() > 1) {
      double seconds = (all.get(all.size() - 1).from - all.get(0).from) / 1e9;
      sample.put(Metric.RATE, (all.size() - 1) / seconds);
      sample.put(Metric.HANDOFFS, handOffs.getTotalCount() / seconds);
      sample.put(Metric.FAIRNESS, fairness(all, processes));
    }
    if (handOffs.getTotalCount() > 0) {
      sample.put(Metric.P50, handOffs.getValueAtPercentile(50) / 1e3);
      sample.put(Metric.P99, handOffs.getValueAtPercentile(99) / 1e3);
      sample.put(Metric.MAX, handOffs.getMaxValue() / 1e3);
    }
    return sample;
  }

  private static double fairness(List<Held> all, int processes) {
    long[] served = new long[processes];
    all.forEach(held -> served[held.process]++);
    long least = IntStream.range(0, processes).mapToLong(i -> served[i]).min().orElse(0);
    long most = IntStream.range(0, processes).mapToLong(i -> served[i]).max().orElse(1);
    return least / (double) most;
  }
}
