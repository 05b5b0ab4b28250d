package org.pipservices3.redis.benchmarks.suite;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;
import org.pipservices3.redis.benchmarks.contender.LockClient;
import org.pipservices3.redis.benchmarks.load.ClosedLoop;
import org.pipservices3.redis.benchmarks.load.ClosedLoop.Task;
import org.pipservices3.redis.benchmarks.load.Metric;

/**
 * ContendedLock lets the threads of several clients contend for one key, and checks that only one
 * holds it: a run in which two held it at once is an error and no result.
 */
final class ContendedLock {
  private static final int NOBODY = -1;
  private static final long HIGHEST = TimeUnit.MINUTES.toNanos(2);

  private final List<LockClient> clients;
  private final String key;
  private final int threads;
  private final AtomicInteger holder = new AtomicInteger(NOBODY);
  private final AtomicInteger broken = new AtomicInteger();
  private final List<Histogram> waits = new ArrayList<>();
  private final long[] served;
  // Of the holder only.
  private int lastClient = NOBODY;
  private long handOffs;

  /**
   * Creates a workload.
   *
   * @param threads of each client
   */
  ContendedLock(List<LockClient> clients, String key, int threads) {
    this.clients = clients;
    this.key = key;
    this.threads = threads;
    this.served = new long[threads * clients.size()];
    for (int i = 0; i < served.length; i++) {
      waits.add(new Histogram(HIGHEST, 2));
    }
  }

  Map<Metric, Double> measure(Duration window) throws Exception {
    long start = System.nanoTime();
    Map<Metric, Double> sample = new ClosedLoop(served.length).run(window, this::task);
    long elapsed = System.nanoTime() - start;
    if (broken.get() > 0) {
      throw new IllegalStateException("Two held the lock at once, " + broken.get() + " times");
    }
    Histogram all = new Histogram(HIGHEST, 2);
    waits.forEach(all::add);
    sample.put(Metric.P50, all.getValueAtPercentile(50) / 1e3);
    sample.put(Metric.P99, all.getValueAtPercentile(99) / 1e3);
    sample.put(Metric.P999, all.getValueAtPercentile(99.9) / 1e3);
    sample.put(Metric.MAX, all.getMaxValue() / 1e3);
    sample.put(Metric.HANDOFFS, handOffs * 1e9 / elapsed);
    if (threads > 1) {
      long most = LongStream.of(served).max().orElse(0);
      long least = LongStream.of(served).min().orElse(0);
      sample.put(Metric.FAIRNESS, most == 0 ? 0 : least / (double) most);
    }
    return sample;
  }

  private Task task(int thread) {
    int mine = thread % clients.size();
    LockClient client = clients.get(mine);
    Histogram histogram = waits.get(thread);
    return () -> {
      long before = System.nanoTime();
      client.lock(key);
      histogram.recordValue(Math.min(HIGHEST, System.nanoTime() - before));
      boolean alone = holder.compareAndSet(NOBODY, thread);
      if (lastClient != mine) {
        lastClient = mine;
        handOffs++;
      }
      served[thread]++;
      if (!alone || !holder.compareAndSet(thread, NOBODY)) {
        broken.incrementAndGet();
      }
      client.unlock(key);
    };
  }
}
