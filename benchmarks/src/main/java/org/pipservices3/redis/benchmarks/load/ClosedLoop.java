package org.pipservices3.redis.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * ClosedLoop runs a task in a number of threads for a given time: each thread starts its next run
 * as soon as the last is done. Every run is timed.
 *
 * <p>Each thread has its own counter and histogram. A run that ends after the time is over is in
 * the histogram, but does not count towards the rate.
 */
public final class ClosedLoop {
  private static final long HIGHEST = TimeUnit.MINUTES.toNanos(2);
  private static final int DIGITS = 2;

  private final ThreadFactory threads;
  private final int count;
  private final int batch;
  private volatile boolean over;

  /** Task is one operation of a thread. */
  @FunctionalInterface
  public interface Task {
    void once() throws Exception;
  }

  /**
   * Creates a loop.
   *
   * @param batch how many runs are timed as one: more than 1 where reading the clock would cost
   *     more than a run
   */
  public ClosedLoop(ThreadFactory threads, int count, int batch) {
    this.threads = threads;
    this.count = count;
    this.batch = batch;
  }

  /** Creates a loop of platform threads that times every run. */
  public ClosedLoop(int count) {
    this(Thread::new, count, /* batch= */ 1);
  }

  /** Runs the tasks, one per thread, and returns the rate and the percentiles. */
  public Map<Metric, Double> run(Duration window, IntFunction<Task> tasks) throws Exception {
    CountDownLatch ready = new CountDownLatch(count);
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Worker> workers = new ArrayList<>();
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Worker worker = new Worker(tasks.apply(i), ready, go, failure);
      workers.add(worker);
      Thread thread = threads.newThread(worker);
      thread.start();
      started.add(thread);
    }
    ready.await();
    long start = System.nanoTime();
    go.countDown();
    TimeUnit.NANOSECONDS.sleep(window.toNanos());
    over = true;
    long elapsed = System.nanoTime() - start;
    for (Thread thread : started) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new IllegalStateException(failure.get().toString(), failure.get());
    }
    return sum(workers, elapsed);
  }

  private Map<Metric, Double> sum(List<Worker> workers, long elapsed) {
    Histogram all = new Histogram(HIGHEST, DIGITS);
    long done = 0;
    for (Worker worker : workers) {
      all.add(worker.histogram);
      done += worker.done;
    }
    Map<Metric, Double> sample = new EnumMap<>(Metric.class);
    sample.put(Metric.RATE, done * 1e9 / elapsed);
    sample.put(Metric.P50, micros(all.getValueAtPercentile(50)));
    sample.put(Metric.P99, micros(all.getValueAtPercentile(99)));
    sample.put(Metric.P999, micros(all.getValueAtPercentile(99.9)));
    sample.put(Metric.MAX, micros(all.getMaxValue()));
    return sample;
  }

  private double micros(long nanos) {
    return nanos / 1e3 / batch;
  }

  private final class Worker implements Runnable {
    private final Task task;
    private final CountDownLatch ready;
    private final CountDownLatch go;
    private final AtomicReference<Throwable> failure;
    private final Histogram histogram = new Histogram(HIGHEST, DIGITS);
    private long done;

    Worker(Task task, CountDownLatch ready, CountDownLatch go, AtomicReference<Throwable> failure) {
      this.task = task;
      this.ready = ready;
      this.go = go;
      this.failure = failure;
    }

    @Override
    public void run() {
      try {
        ready.countDown();
        go.await();
        loop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception | AssertionError e) {
        failure.compareAndSet(null, e);
      }
    }

    private void loop() throws Exception {
      long before = System.nanoTime();
      while (!over) {
        for (int i = 0; i < batch; i++) {
          task.once();
        }
        long now = System.nanoTime();
        histogram.recordValue(Math.min(HIGHEST, now - before));
        before = now;
        if (!over) {
          done += batch;
        }
      }
    }
  }
}
