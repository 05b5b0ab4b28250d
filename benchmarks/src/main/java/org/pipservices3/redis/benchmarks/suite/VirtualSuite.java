package org.pipservices3.redis.benchmarks.suite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;
import org.pipservices3.redis.benchmarks.load.Threads;

/** VirtualSuite measures reads of a thousand virtual threads, where Java has them. */
final class VirtualSuite implements Suite {
  private static final int THREADS = 1_000;
  private static final Set<String> NAMES =
      Set.of(Contender.OURS, Contender.JEDIS, Contender.LETTUCE, Contender.REDISSON);

  @Override
  public String name() {
    return "virtual";
  }

  @Override
  public void run(Bench bench) throws Exception {
    Optional<ThreadFactory> threads = Threads.virtual();
    if (threads.isEmpty()) {
      bench.out().println("No virtual threads before Java 21: left out");
      return;
    }
    List<Contender<CacheClient>> contenders =
        Contenders.caches().stream().filter(each -> NAMES.contains(each.name())).toList();
    try (Clients<CacheClient> clients = Clients.open(bench, contenders, bench.redis())) {
      Map<String, Turn> turns = new LinkedHashMap<>();
      clients
          .byName()
          .forEach(
              (name, client) -> {
                String[] keys = CacheSuite.smallKeys(bench, name);
                Workloads.fill(client, keys, Workloads.SMALL);
                turns.put(
                    name,
                    window ->
                        new ClosedLoop(threads.get(), THREADS, /* batch= */ 1)
                            .run(window, seed -> Workloads.get(client, keys, seed)));
              });
      bench.rounds(Workloads.of(Workloads.VIRTUAL, THREADS), turns);
    }
  }
}
