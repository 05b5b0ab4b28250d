package org.pipservices3.redis.benchmarks.suite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LoadingClient;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;
import org.pipservices3.redis.benchmarks.load.ClosedLoop.Task;
import org.pipservices3.redis.benchmarks.load.Metric;

/**
 * LoadsSuite measures caches that load: hits, beside a plain read of the same keys; loads of keys
 * that nobody else wants; and a crowd of threads that meet a cold key.
 */
final class LoadsSuite implements Suite {
  private static final int MANY = 64;
  private static final int PROCESSES = 4;
  private static final int HOT = 100;
  private static final int BATCH = 100;
  private static final long NOTICE = TimeUnit.MILLISECONDS.toNanos(20);
  private static final String PREFIX = "loads:";

  private final AtomicLong fresh = new AtomicLong();

  @Override
  public String name() {
    return "loads";
  }

  @Override
  public void run(Bench bench) throws Exception {
    hits(
        bench,
        Contenders.loading(LoadsSuite::never).get(0),
        Workloads.LOAD_HIT,
        List.of(1, MANY),
        1);
    hits(
        bench,
        Contenders.nearLoading(LoadsSuite::never),
        Workloads.LOAD_NEAR_HIT,
        List.of(1, 8),
        BATCH);
    distinct(bench);
    cold(bench);
  }

  /** Hits of a load and reads by the plain client, of the same keys. */
  private static void hits(
      Bench bench,
      Contender<LoadingClient> contender,
      String workload,
      List<Integer> threads,
      int batch)
      throws Exception {
    String[] keys = Workloads.keys(PREFIX, HOT);
    try (PlainReads plain = PlainReads.open(bench.redis(), /* near= */ batch > 1);
        LoadingClient loading = contender.open(bench.redis())) {
      plain.fill(keys, Workloads.value(Workloads.SMALL));
      for (int count : threads) {
        Map<String, Turn> turns = new LinkedHashMap<>();
        turns.put(Contender.OURS, turn(count, batch, seed -> reads(loading::get, keys, seed)));
        turns.put(Workloads.RETRIEVE_AS, turn(count, batch, seed -> reads(plain::get, keys, seed)));
        bench.rounds(Workloads.of(workload, count), turns);
      }
    }
  }

  /** Every thread loads keys of its own, from a source that costs nothing. */
  private void distinct(Bench bench) throws Exception {
    String value = Workloads.value(Workloads.SMALL);
    try (Clients<LoadingClient> clients =
        Clients.open(bench, Contenders.loading(key -> value), bench.redis())) {
      Map<String, Turn> turns = new LinkedHashMap<>();
      clients
          .byName()
          .forEach(
              (name, client) ->
                  turns.put(name, turn(MANY, 1, seed -> () -> client.get(freshKey(name)))));
      bench.rounds(Workloads.of(Workloads.LOAD, MANY), turns);
    }
  }

  /** The threads of several processes ask for a key that nobody holds. */
  private void cold(Bench bench) throws Exception {
    List<WorkerProcess> processes =
        WorkerProcess.start(LoadProcessMain.class, PROCESSES, bench.redis());
    try {
      int keys = Math.max(2, bench.plan().handOffs() / 4);
      Map<String, Turn> turns = new LinkedHashMap<>();
      for (Contender<LoadingClient> each : Contenders.loading(LoadsSuite::never)) {
        turns.put(each.name(), window -> rushes(processes, each.name(), keys));
      }
      for (Turn first : turns.values()) {
        first.measure(bench.plan().window());
      }
      bench.rounds(Workloads.COLD, turns);
    } finally {
      processes.forEach(WorkerProcess::close);
    }
  }

  /** The slowest answer for each key, and how often each was loaded. */
  private Map<Metric, Double> rushes(List<WorkerProcess> processes, String name, int keys)
      throws Exception {
    Histogram slowest = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    long loads = 0;
    for (int i = 0; i < keys; i++) {
      long start = System.nanoTime() + NOTICE;
      String key = freshKey(name);
      processes.forEach(each -> each.order(name, key, start));
      long longest = 0;
      for (WorkerProcess each : processes) {
        long[] figures = each.figures();
        longest = Math.max(longest, figures[0]);
        loads += figures[1];
      }
      slowest.recordValue(longest);
    }
    return Map.of(
        Metric.LOADS, loads / (double) keys,
        Metric.P50, slowest.getValueAtPercentile(50) / 1e3,
        Metric.MAX, slowest.getMaxValue() / 1e3);
  }

  /** Reading is how a client reads. */
  @FunctionalInterface
  private interface Reading {
    Object of(String key) throws Exception;
  }

  private static Task reads(Reading reading, String[] keys, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return () -> {
      if (reading.of(keys[random.nextInt(keys.length)]) == null) {
        throw new IllegalStateException("A value was missing");
      }
    };
  }

  private static Turn turn(int threads, int batch, IntFunction<Task> tasks) {
    return window -> new ClosedLoop(Thread::new, threads, batch).run(window, tasks);
  }

  private static String never(String key) {
    throw new IllegalStateException("A value was missing: " + key);
  }

  private String freshKey(String contender) {
    return contender + ":loaded:" + fresh.incrementAndGet();
  }
}
