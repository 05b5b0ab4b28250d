package org.pipservices3.redis.benchmarks.suite;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LockClient;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.Metric;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** HandOffSuite measures the time from an unlock, or a foreign DEL, until a waiter has the lock. */
final class HandOffSuite implements Suite {
  private static final long HIGHEST = TimeUnit.MINUTES.toNanos(2);

  /** Long enough that every contender's waiter has begun to wait. */
  private static final long SETTLE_MILLIS = 10;

  /** Fewer hand-offs for clients that poll: they take long and vary little. */
  private static final int POLLING_SHARE = 4;

  /** Wakes the waiter. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  @Override
  public String name() {
    return "handoff";
  }

  @Override
  public void run(Bench bench) throws Exception {
    ExecutorService waiter = Executors.newSingleThreadExecutor();
    try (Clients<LockClient> here = Clients.open(bench, Contenders.locks(), bench.redis());
        Clients<LockClient> there = Clients.open(bench, Contenders.locks(), bench.redis());
        Jedis foreign = new Jedis(bench.redis().host(), bench.redis().port())) {
      Map<String, Turn> turns = new LinkedHashMap<>();
      Map<String, Turn> deletions = new LinkedHashMap<>();
      for (Map.Entry<String, LockClient> each : here.byName().entrySet()) {
        String name = each.getKey();
        LockClient holder = each.getValue();
        LockClient other = there.byName().get(name);
        String key = name + ":hand-off";
        int count =
            name.equals(Contender.SIBLING)
                ? Math.max(1, bench.plan().handOffs() / POLLING_SHARE)
                : bench.plan().handOffs();
        turns.put(
            name,
            window ->
                measure(
                    count, waiter, other, key, () -> holder.lock(key), () -> holder.unlock(key)));
        if (Set.of(Contender.OURS, Contender.SIBLING).contains(name)) {
          String deleted = name + ":deleted";
          SetParams lifetime = SetParams.setParams().px(LockClient.TTL_MILLIS);
          deletions.put(
              name,
              window ->
                  measure(
                      count,
                      waiter,
                      other,
                      deleted,
                      () -> foreign.set(deleted, "foreign", lifetime),
                      () -> foreign.del(deleted)));
        }
      }
      bench.rounds(Workloads.HAND_OFF, turns);
      bench.rounds(Workloads.FOREIGN_DEL, deletions);
    } finally {
      waiter.shutdownNow();
    }
  }

  static Map<Metric, Double> measure(
      int count, ExecutorService waiter, LockClient there, String key, Action hold, Action free)
      throws Exception {
    Histogram histogram = new Histogram(HIGHEST, 3);
    for (int i = 0; i < count; i++) {
      hold.run();
      CountDownLatch calling = new CountDownLatch(1);
      Future<Long> acquired =
          waiter.submit(
              () -> {
                calling.countDown();
                there.lock(key);
                long now = System.nanoTime();
                there.unlock(key);
                return now;
              });
      calling.await();
      TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
      if (acquired.isDone()) {
        throw new IllegalStateException("The waiter did not wait");
      }
      long before = System.nanoTime();
      free.run();
      histogram.recordValue(Math.max(0, acquired.get() - before));
    }
    return Map.of(
        Metric.P50, histogram.getValueAtPercentile(50) / 1e3,
        Metric.P99, histogram.getValueAtPercentile(99) / 1e3);
  }
}
