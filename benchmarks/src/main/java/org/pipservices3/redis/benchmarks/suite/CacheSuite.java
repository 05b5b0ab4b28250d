package org.pipservices3.redis.benchmarks.suite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;
import org.pipservices3.redis.benchmarks.load.ClosedLoop.Task;
import org.pipservices3.redis.benchmarks.load.Metric;
import org.pipservices3.redis.benchmarks.server.ServerLimit;

/** CacheSuite measures reads and writes of a near Redis, and the server's own limit. */
final class CacheSuite implements Suite {
  /** The server's limit as a contender: a client in C, each connection by itself. */
  static final String LIMIT = "redis-benchmark -c 64";

  static final String PIPELINED = "redis-benchmark -c 64 -P 64";

  private static final int PIPELINE = 64;
  private static final int MANY = 64;

  static final String SMALL = ":small:";
  static final String LARGE = ":large:";
  private static final String MIXED = ":mixed:";
  private static final String MISSING = ":missing:";

  /** Work is what a thread does with a cache. */
  @FunctionalInterface
  interface Work {
    Task of(CacheClient cache, String[] keys, int seed);
  }

  @Override
  public String name() {
    return "cache";
  }

  /** Each contender has its own keys, since each writes values in its own format. */
  static String[] smallKeys(Bench bench, String contender) {
    return Workloads.keys(contender + SMALL, bench.plan().keys());
  }

  /** Writes what {@link #reads} reads. */
  static void fill(Bench bench, Clients<CacheClient> clients) {
    clients
        .byName()
        .forEach((name, client) -> Workloads.fill(client, smallKeys(bench, name), Workloads.SMALL));
  }

  /** Writes large values. */
  static void fillLarge(Bench bench, Clients<CacheClient> clients) {
    clients
        .byName()
        .forEach(
            (name, client) -> {
              String[] large = Workloads.keys(name + LARGE, bench.plan().keys());
              Workloads.fill(client, large, Workloads.LARGE);
            });
  }

  /** Reads of small values, each turn in a loop of its own. */
  static Map<String, Turn> reads(
      Bench bench, Clients<CacheClient> clients, Supplier<ClosedLoop> loops) {
    return turns(bench, clients, loops, SMALL, Workloads::get);
  }

  @Override
  public void run(Bench bench) throws Exception {
    try (Clients<CacheClient> clients = Clients.open(bench, Contenders.caches(), bench.redis())) {
      fill(bench, clients);
      fillLarge(bench, clients);
      bench.warmUp(turns(bench, clients, () -> new ClosedLoop(MANY), MIXED, Workloads::mix));
      for (int threads : bench.plan().threads()) {
        measure(bench, clients, Workloads.GET, threads, SMALL, Workloads::get);
        measure(bench, clients, Workloads.SET, threads, SMALL, Workloads::set);
        measure(bench, clients, Workloads.MIX, threads, MIXED, Workloads::mix);
        if (bench.plan().isFull()) {
          measure(bench, clients, Workloads.MOSTLY_GET, threads, SMALL, Workloads::mostlyGet);
          measure(bench, clients, Workloads.MISS, threads, MISSING, Workloads::miss);
        }
        if (threads == 64 || bench.plan().isFull()) {
          measure(bench, clients, Workloads.GET_LARGE, threads, LARGE, Workloads::get);
        }
      }
    }
  }

  private static void measure(
      Bench bench,
      Clients<CacheClient> clients,
      String workload,
      int threads,
      String prefix,
      Work work) {
    Map<String, Turn> turns = turns(bench, clients, () -> new ClosedLoop(threads), prefix, work);
    if (workload.equals(Workloads.GET) && threads == 64) {
      turns.putAll(limits(bench));
    }
    bench.rounds(Workloads.of(workload, threads), turns);
  }

  /** Work on the keys of a prefix, each turn in a loop of its own. */
  static Map<String, Turn> turns(
      Bench bench,
      Clients<CacheClient> clients,
      Supplier<ClosedLoop> loops,
      String prefix,
      Work work) {
    Map<String, Turn> turns = new LinkedHashMap<>();
    clients
        .byName()
        .forEach(
            (name, client) -> {
              String[] keys = Workloads.keys(name + prefix, bench.plan().keys());
              turns.put(
                  name, window -> loops.get().run(window, seed -> work.of(client, keys, seed)));
            });
    return turns;
  }

  private static Map<String, Turn> limits(Bench bench) {
    Map<String, Turn> turns = new LinkedHashMap<>();
    if (!ServerLimit.isInstalled()) {
      bench.out().println("redis-benchmark is not installed: the server's own limit is left out");
      return turns;
    }
    int scale = bench.plan().isFull() ? 5 : 1;
    for (int pipeline : List.of(1, PIPELINE)) {
      int requests = (pipeline == 1 ? 30_000 : 300_000) * scale;
      turns.put(
          pipeline == 1 ? LIMIT : PIPELINED,
          window -> {
            double rate = ServerLimit.gets(bench.redis(), pipeline, Workloads.SMALL, requests);
            return Map.of(Metric.RATE, rate);
          });
    }
    return turns;
  }
}
