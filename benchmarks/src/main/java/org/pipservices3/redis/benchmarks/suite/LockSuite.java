package org.pipservices3.redis.benchmarks.suite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LockClient;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;

/** LockSuite measures uncontended locks, and one for which two clients contend. */
final class LockSuite implements Suite {
  /** A contended lock is served to one thread at a time: it takes longer to see all of them. */
  private static final int PATIENCE = 2;

  @Override
  public String name() {
    return "locks";
  }

  @Override
  public void run(Bench bench) throws Exception {
    try (Clients<LockClient> first = Clients.open(bench, Contenders.locks(), bench.redis());
        Clients<LockClient> second = Clients.open(bench, Contenders.locks(), bench.redis())) {
      Map<String, Turn> alone = new LinkedHashMap<>();
      first
          .byName()
          .forEach(
              (name, client) ->
                  alone.put(
                      name,
                      window ->
                          new ClosedLoop(1)
                              .run(
                                  window,
                                  i ->
                                      () -> {
                                        client.lock(name + ":alone");
                                        client.unlock(name + ":alone");
                                      })));
      bench.warmUp(alone);
      bench.rounds(Workloads.of(Workloads.UNCONTENDED, 1), alone);
      for (int threads : List.of(1, 16)) {
        Map<String, Turn> turns = contended(first, second, threads);
        turns.replaceAll((name, turn) -> window -> turn.measure(window.multipliedBy(PATIENCE)));
        bench.rounds(Workloads.of(Workloads.CONTENDED, 2 * threads), turns);
      }
    }
  }

  /** Two clients of each kind that contend for one key. */
  static Map<String, Turn> contended(
      Clients<LockClient> first, Clients<LockClient> second, int threads) {
    Map<String, Turn> turns = new LinkedHashMap<>();
    first
        .byName()
        .forEach(
            (name, client) -> {
              List<LockClient> both = List.of(client, second.byName().get(name));
              String key = name + ":contended:" + threads;
              turns.put(name, window -> new ContendedLock(both, key, threads).measure(window));
            });
    return turns;
  }
}
