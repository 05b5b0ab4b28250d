package org.pipservices3.redis.benchmarks.suite;

import java.util.Optional;
import java.util.function.Supplier;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;
import org.pipservices3.redis.benchmarks.load.Threads;

/** VirtualSuite measures reads of a thousand virtual threads, where Java has them. */
final class VirtualSuite implements Suite {
  static final int THREADS = 1_000;

  @Override
  public String name() {
    return "virtual";
  }

  /** Its loops, where Java has virtual threads. */
  static Optional<Supplier<ClosedLoop>> loops() {
    return Threads.virtual().map(threads -> () -> new ClosedLoop(threads, THREADS, /* batch= */ 1));
  }

  @Override
  public void run(Bench bench) throws Exception {
    Optional<Supplier<ClosedLoop>> loops = loops();
    if (loops.isEmpty()) {
      bench.out().println("No virtual threads before Java 21: left out");
      return;
    }
    try (Clients<CacheClient> clients =
        Clients.open(bench, Contenders.caches(Contender.MAIN), bench.redis())) {
      CacheSuite.fill(bench, clients);
      bench.rounds(
          Workloads.of(Workloads.VIRTUAL, THREADS), CacheSuite.reads(bench, clients, loops.get()));
    }
  }
}
