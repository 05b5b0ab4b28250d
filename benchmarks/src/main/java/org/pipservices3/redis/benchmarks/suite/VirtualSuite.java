package org.pipservices3.redis.benchmarks.suite;

import java.util.Map;
import java.util.Optional;
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
    try (Clients<CacheClient> clients =
        Clients.open(bench, Contenders.caches(Contender.MAIN), bench.redis())) {
      CacheSuite.fill(bench, clients);
      Map<String, Turn> turns =
          CacheSuite.reads(
              bench, clients, () -> new ClosedLoop(threads.get(), THREADS, /* batch= */ 1));
      bench.rounds(Workloads.of(Workloads.VIRTUAL, THREADS), turns);
    }
  }
}
