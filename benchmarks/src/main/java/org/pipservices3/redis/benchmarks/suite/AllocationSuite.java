package org.pipservices3.redis.benchmarks.suite;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.Metric;

/**
 * AllocationSuite measures the bytes that a read allocates on the calling thread, for the
 * contenders that do all their work there.
 */
final class AllocationSuite implements Suite {
  private static final int READS = 10_000;
  private static final Set<String> NAMES = Set.of(Contender.OURS, Contender.JEDIS);

  @Override
  public String name() {
    return "allocation";
  }

  @Override
  public void run(Bench bench) throws Exception {
    try (Clients<CacheClient> clients =
        Clients.open(bench, Contenders.caches(NAMES), bench.redis())) {
      Map<String, Turn> turns = new LinkedHashMap<>();
      clients
          .byName()
          .forEach(
              (name, client) -> {
                String key = CacheSuite.smallKeys(bench, name)[0];
                client.set(key, Workloads.value(Workloads.SMALL));
                turns.put(name, window -> Map.of(Metric.BYTES, allocated(client, key)));
              });
      bench.rounds(Workloads.ALLOCATION, turns);
    }
  }

  private static double allocated(CacheClient client, String key) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < READS; i++) {
      client.get(key);
    }
    return (threads.getThreadAllocatedBytes(id) - before) / (double) READS;
  }
}
