package org.pipservices3.redis.benchmarks.suite;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;
import org.pipservices3.redis.benchmarks.server.DelayProxy;

/** FarSuite measures reads from a Redis whose replies are delayed by half a millisecond. */
final class FarSuite implements Suite {
  private static final long DELAY_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

  @Override
  public String name() {
    return "far";
  }

  @Override
  public void run(Bench bench) throws Exception {
    try (DelayProxy proxy = new DelayProxy(bench.redis(), DELAY_NANOS);
        Clients<CacheClient> clients =
            Clients.open(bench, Contenders.caches(Contender.MAIN), proxy.address())) {
      CacheSuite.fill(bench, clients);
      for (int threads : List.of(8, 64)) {
        Map<String, Turn> turns = CacheSuite.reads(bench, clients, () -> new ClosedLoop(threads));
        bench.rounds(Workloads.of(Workloads.FAR, threads), turns);
      }
    }
  }
}
