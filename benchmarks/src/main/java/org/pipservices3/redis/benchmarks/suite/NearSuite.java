package org.pipservices3.redis.benchmarks.suite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;

/**
 * NearSuite measures near-cache hits, and misses: reads of so many keys that the next one hardly
 * ever has an entry.
 */
final class NearSuite implements Suite {
  private static final List<Integer> THREADS = List.of(1, 8);
  private static final int HOT = 100;
  private static final int MANY = 50;
  private static final int BATCH = 100;

  @Override
  public String name() {
    return "near";
  }

  @Override
  public void run(Bench bench) throws Exception {
    hits(bench, Contenders.nearCaches(), bench.redis(), Workloads.NEAR_HIT);
    try (Misses misses = Misses.of(bench)) {
      for (int threads : THREADS) {
        bench.rounds(Workloads.of(Workloads.NEAR_MISS, threads), misses.turns(threads));
      }
    }
  }

  static void hits(
      Bench bench, List<Contender<CacheClient>> contenders, Address redis, String workload)
      throws Exception {
    try (Clients<CacheClient> clients = Clients.open(bench, contenders, redis)) {
      for (int threads : THREADS) {
        Map<String, Turn> turns = new LinkedHashMap<>();
        clients
            .byName()
            .forEach(
                (name, client) -> {
                  String[] keys = Workloads.keys(name + ":hot:", HOT);
                  Workloads.fill(client, keys, Workloads.SMALL);
                  turns.put(
                      name,
                      window ->
                          new ClosedLoop(Thread::new, threads, BATCH)
                              .run(window, seed -> Workloads.get(client, keys, seed)));
                });
        if (threads == 1) {
          bench.warmUp(turns);
        }
        bench.rounds(Workloads.of(workload, threads), turns);
      }
    }
  }

  /** Near-cache misses, beside reads of the same keys without a near cache. */
  static final class Misses implements AutoCloseable {
    private final CacheClient copying;
    private final CacheClient plain;
    private final String[] keys;

    private Misses(CacheClient copying, CacheClient plain, String[] keys) {
      this.copying = copying;
      this.plain = plain;
      this.keys = keys;
    }

    static Misses of(Bench bench) throws Exception {
      String[] keys = Workloads.keys("many:", MANY * bench.plan().keys());
      CacheClient plain = Contenders.caches().get(0).open(bench.redis());
      CacheClient copying = Contenders.nearCaches().get(0).open(bench.redis());
      Workloads.fill(plain, keys, Workloads.SMALL);
      return new Misses(copying, plain, keys);
    }

    Map<String, Turn> turns(int threads) {
      Map<String, Turn> turns = new LinkedHashMap<>();
      turns.put(Contender.OURS, reads(copying, threads));
      turns.put(Workloads.PLAIN, reads(plain, threads));
      return turns;
    }

    @Override
    public void close() {
      copying.close();
      plain.close();
    }

    private Turn reads(CacheClient cache, int threads) {
      return window ->
          new ClosedLoop(threads).run(window, seed -> Workloads.get(cache, keys, seed));
    }
  }
}
