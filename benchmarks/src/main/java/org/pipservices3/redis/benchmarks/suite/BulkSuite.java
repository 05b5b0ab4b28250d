package org.pipservices3.redis.benchmarks.suite;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.HdrHistogram.Histogram;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.benchmarks.contender.CacheClient;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Bench.Turn;
import org.pipservices3.redis.benchmarks.load.Metric;
import org.pipservices3.redis.benchmarks.server.ServerLimit;
import org.pipservices3.redis.cache.ClearOptions;
import org.pipservices3.redis.cache.RedisCache;

/**
 * BulkSuite measures how many keys a second one thread reads and writes, a hundred in a call,
 * beside a loop over a pool and the server's own limit; and what others notice of a clear.
 */
public final class BulkSuite implements Suite {
  /** The server's limit as a contender: a client in C, one connection, as many requests at once. */
  public static final String LIMIT = "redis-benchmark -c 1 -P 100";

  private static final int KEYS = 100;
  private static final int BATCH = 1_000;
  private static final long LIFETIME = TimeUnit.MINUTES.toMillis(10);

  @Override
  public String name() {
    return "bulk";
  }

  @Override
  public void run(Bench bench) throws Exception {
    String[] keys = Workloads.keys("bulk:", KEYS);
    List<String> asked = Arrays.asList(keys);
    String value = Workloads.value(Workloads.SMALL);
    Map<String, String> values = new LinkedHashMap<>();
    asked.forEach(key -> values.put(key, value));
    RedisCache cache = new RedisCache();
    cache.configure(
        ConfigParams.fromTuples(
            "connection.host", bench.redis().host(), "connection.port", bench.redis().port()));
    cache.open(null);
    try (Clients<CacheClient> jedis =
        Clients.open(bench, Contenders.caches(List.of(Contender.JEDIS)), bench.redis())) {
      CacheClient pool = jedis.byName().get(Contender.JEDIS);
      Map<String, Turn> writes = new LinkedHashMap<>();
      writes.put(
          Contender.OURS,
          keysPerSecond(() -> cache.storeAll(null, values, CacheClient.LIFETIME_MILLIS)));
      writes.put(Contender.JEDIS, keysPerSecond(() -> each(keys, key -> pool.set(key, value))));
      bench.rounds(Workloads.WRITE_MANY, writes);

      Workloads.fill(pool, keys, Workloads.SMALL);
      cache.storeAll(null, values, CacheClient.LIFETIME_MILLIS);
      Map<String, Turn> reads = new LinkedHashMap<>();
      reads.put(
          Contender.OURS, keysPerSecond(() -> cache.retrieveAll(null, asked, String.class).size()));
      reads.put(Contender.JEDIS, keysPerSecond(() -> each(keys, pool::get)));
      if (ServerLimit.isInstalled()) {
        int requests = bench.plan().isFull() ? 1_000_000 : 200_000;
        reads.put(
            LIMIT,
            window ->
                Map.of(
                    Metric.RATE,
                    ServerLimit.gets(
                        bench.redis(), /* connections= */ 1, KEYS, Workloads.SMALL, requests)));
      }
      bench.rounds(Workloads.READ_MANY, reads);
      bench.rounds(
          Workloads.CLEAR, Map.of(Contender.OURS, window -> clear(bench, cache, pool, keys[0])));
    } finally {
      cache.close(null);
    }
  }

  /** How long another client's reads take while half of all keys are removed. */
  private static Map<Metric, Double> clear(
      Bench bench, RedisCache cache, CacheClient others, String key) throws Exception {
    int half = bench.plan().isFull() ? 1_000_000 : 100_000;
    fill(cache, "cleared:", half);
    fill(cache, "kept:", half);
    others.set(key, Workloads.value(Workloads.SMALL));
    Histogram reads = new Histogram(TimeUnit.MINUTES.toNanos(2), 3);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<Long> removed =
          thread.submit(() -> cache.clear(null, "cleared:", ClearOptions.defaults()));
      while (!removed.isDone()) {
        long start = System.nanoTime();
        others.get(key);
        reads.recordValue(System.nanoTime() - start);
      }
      if (removed.get() != half) {
        throw new IllegalStateException("Of " + half + " keys were cleared " + removed.get());
      }
      cache.clear(null, "kept:", ClearOptions.defaults());
    } finally {
      thread.shutdown();
    }
    return Map.of(
        Metric.RATE, half / (reads.getTotalCount() * reads.getMean() / 1e9),
        Metric.P99, reads.getValueAtPercentile(99) / 1e3,
        Metric.MAX, reads.getMaxValue() / 1e3);
  }

  private static void fill(RedisCache cache, String prefix, int keys) {
    Map<String, Integer> values = new LinkedHashMap<>();
    for (int i = 0; i < keys; i++) {
      values.put(prefix + i, i);
      if (values.size() == BATCH || i == keys - 1) {
        cache.storeAll(null, values, LIFETIME);
        values.clear();
      }
    }
  }

  /** Calls again and again; what it returns is how many keys a call was for. */
  private static Turn keysPerSecond(IntSupplier call) {
    return window -> {
      long start = System.nanoTime();
      long done = 0;
      while (System.nanoTime() - start < window.toNanos()) {
        done += call.getAsInt();
      }
      return Map.of(Metric.RATE, done * 1e9 / (System.nanoTime() - start));
    };
  }

  private static int each(String[] keys, Consumer<String> call) {
    for (String key : keys) {
      call.accept(key);
    }
    return keys.length;
  }
}
