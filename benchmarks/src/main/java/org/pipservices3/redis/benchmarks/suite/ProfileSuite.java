package org.pipservices3.redis.benchmarks.suite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.Supplier;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Client;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LockClient;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;
import org.pipservices3.redis.benchmarks.load.Threads;
import org.pipservices3.redis.benchmarks.server.Effort;

/**
 * ProfileSuite measures where the time goes in the workloads whose targets are missed on some
 * machines, each next to what it is compared with.
 */
final class ProfileSuite implements Suite {
  private static final Set<String> PEERS =
      Set.of(Contender.OURS, Contender.JEDIS, Contender.LETTUCE);
  private static final String PROFILE = "profile: ";
  private static final int MISSED = 50;
  private static final int VIRTUAL = 1_000;

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public void run(Bench bench) throws Exception {
    if (!Effort.isKnown()) {
      bench.out().println("Only Linux keeps the books for profiles: left out");
      return;
    }
    try (Effort effort = new Effort(bench.redis())) {
      caches(bench, effort);
      nearMisses(bench, effort);
      locks(bench, effort);
    }
  }

  private static void caches(Bench bench, Effort effort) throws Exception {
    try (Clients<CacheClient> clients =
        Clients.open(bench, Contenders.caches(PEERS), bench.redis())) {
      String[] small = Workloads.keys("profile:small:", bench.plan().keys());
      for (int threads : List.of(8, 64)) {
        rounds(
            bench,
            effort,
            Workloads.of(Workloads.SET, threads),
            clients,
            cache ->
                window ->
                    new ClosedLoop(threads).run(window, seed -> Workloads.set(cache, small, seed)));
      }
      Supplier<ClosedLoop> many = () -> new ClosedLoop(64);
      reads(bench, effort, clients, Workloads.of(Workloads.GET, 64), Workloads.SMALL, many);
      reads(bench, effort, clients, Workloads.of(Workloads.GET_LARGE, 64), Workloads.LARGE, many);
      ThreadFactory virtual = Threads.virtual().orElse(null);
      if (virtual != null) {
        reads(
            bench,
            effort,
            clients,
            Workloads.of(Workloads.VIRTUAL, VIRTUAL),
            Workloads.SMALL,
            () -> new ClosedLoop(virtual, VIRTUAL, /* batch= */ 1));
      }
    }
  }

  private static void reads(
      Bench bench,
      Effort effort,
      Clients<CacheClient> clients,
      String workload,
      int bytes,
      Supplier<ClosedLoop> loops) {
    rounds(
        bench,
        effort,
        workload,
        clients,
        cache -> {
          String prefix = "profile:" + cache.getClass().getSimpleName() + bytes + ":";
          String[] keys = Workloads.keys(prefix, bench.plan().keys());
          Workloads.fill(cache, keys, bytes);
          return window -> loops.get().run(window, seed -> Workloads.get(cache, keys, seed));
        });
  }

  private static void nearMisses(Bench bench, Effort effort) throws Exception {
    String[] keys = Workloads.keys("profile:many:", MISSED * bench.plan().keys());
    try (CacheClient plain = Contenders.caches().get(0).open(bench.redis());
        CacheClient near = Contenders.nearCaches().get(0).open(bench.redis())) {
      Workloads.fill(plain, keys, Workloads.SMALL);
      Map<String, Turn> turns = new LinkedHashMap<>();
      Map<String, CacheClient> both = new LinkedHashMap<>();
      both.put(Contender.OURS, near);
      both.put(Workloads.PLAIN, plain);
      both.forEach(
          (name, cache) ->
              turns.put(
                  name,
                  effort.of(
                      window ->
                          new ClosedLoop(8)
                              .run(window, seed -> Workloads.get(cache, keys, seed)))));
      bench.rounds(PROFILE + Workloads.of(Workloads.NEAR_MISS, 8), turns);
    }
  }

  private static void locks(Bench bench, Effort effort) throws Exception {
    try (Clients<LockClient> first = Clients.open(bench, Contenders.locks(), bench.redis());
        Clients<LockClient> second = Clients.open(bench, Contenders.locks(), bench.redis())) {
      Map<LockClient, LockClient> rivals = new LinkedHashMap<>();
      first.byName().forEach((name, lock) -> rivals.put(lock, second.byName().get(name)));
      rounds(
          bench,
          effort,
          Workloads.of(Workloads.CONTENDED, 2),
          first,
          lock ->
              window ->
                  new ContendedLock(
                          List.of(lock, rivals.get(lock)), "profile:lock", /* threads= */ 1)
                      .measure(window));
    }
  }

  private static <C extends Client> void rounds(
      Bench bench,
      Effort effort,
      String workload,
      Clients<C> clients,
      Function<C, Turn> measuring) {
    Map<String, Turn> turns = new LinkedHashMap<>();
    clients.byName().forEach((name, client) -> turns.put(name, effort.of(measuring.apply(client))));
    bench.rounds(PROFILE + workload, turns);
  }
}
