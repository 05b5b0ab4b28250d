package org.pipservices3.redis.benchmarks.suite;

import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LockClient;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;
import org.pipservices3.redis.benchmarks.server.Effort;

/**
 * ProfileSuite measures where the time goes in the workloads that miss their targets on some
 * machines, and in those that they are compared with.
 */
final class ProfileSuite implements Suite {
  private static final Set<String> PEERS =
      Set.of(Contender.OURS, Contender.JEDIS, Contender.LETTUCE);
  private static final int FEW = 8;
  private static final int MANY = 64;

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public void run(Bench bench) throws Exception {
    if (!Effort.isKnown()) {
      bench.out().println("Profiles need Linux: left out");
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
      CacheSuite.fill(bench, clients);
      CacheSuite.fillLarge(bench, clients);
      Supplier<ClosedLoop> few = () -> new ClosedLoop(FEW);
      Supplier<ClosedLoop> many = () -> new ClosedLoop(MANY);
      rounds(
          bench,
          effort,
          Workloads.of(Workloads.SET, FEW),
          CacheSuite.turns(bench, clients, few, CacheSuite.SMALL, Workloads::set));
      rounds(
          bench,
          effort,
          Workloads.of(Workloads.SET, MANY),
          CacheSuite.turns(bench, clients, many, CacheSuite.SMALL, Workloads::set));
      rounds(
          bench, effort, Workloads.of(Workloads.GET, MANY), CacheSuite.reads(bench, clients, many));
      rounds(
          bench,
          effort,
          Workloads.of(Workloads.GET_LARGE, MANY),
          CacheSuite.turns(bench, clients, many, CacheSuite.LARGE, Workloads::get));
      VirtualSuite.loops()
          .ifPresent(
              loops ->
                  rounds(
                      bench,
                      effort,
                      Workloads.of(Workloads.VIRTUAL, VirtualSuite.THREADS),
                      CacheSuite.reads(bench, clients, loops)));
    }
  }

  private static void nearMisses(Bench bench, Effort effort) throws Exception {
    try (NearSuite.Misses misses = NearSuite.Misses.of(bench)) {
      rounds(bench, effort, Workloads.of(Workloads.NEAR_MISS, FEW), misses.turns(FEW));
    }
  }

  private static void locks(Bench bench, Effort effort) throws Exception {
    try (Clients<LockClient> first = Clients.open(bench, Contenders.locks(), bench.redis());
        Clients<LockClient> second = Clients.open(bench, Contenders.locks(), bench.redis())) {
      rounds(
          bench,
          effort,
          Workloads.of(Workloads.CONTENDED, 2),
          LockSuite.contended(first, second, /* threads= */ 1));
    }
  }

  private static void rounds(Bench bench, Effort effort, String workload, Map<String, Turn> turns) {
    turns.replaceAll((name, turn) -> effort.of(turn));
    bench.rounds("profile: " + workload, turns);
  }
}
