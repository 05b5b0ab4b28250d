package org.pipservices3.redis.benchmarks.suite;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LoadingClient;

/**
 * LoadProcessMain is a JVM whose threads ask for a key that nobody holds, all at the same time, on
 * the commands of its standard input. It answers with the longest wait in ns and the number of
 * loads. It ends with its input.
 */
final class LoadProcessMain {
  static final int THREADS = 64;
  static final long QUERY = TimeUnit.MILLISECONDS.toNanos(20);

  private final Map<String, LoadingClient> clients = new LinkedHashMap<>();
  private final AtomicLong loads = new AtomicLong();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  private LoadProcessMain() {}

  /** Runs one, for the Redis at this host and port. */
  public static void main(String... args) throws Exception {
    Address redis = new Address(args[0], Integer.parseInt(args[1]));
    LoadProcessMain process = new LoadProcessMain();
    for (Contender<LoadingClient> contender : Contenders.loading(process::load)) {
      process.clients.put(contender.name(), contender.open(redis));
    }
    System.out.println(WorkerProcess.READY + System.nanoTime());
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] parts = order.split("\t", -1);
      System.out.println(process.rush(parts[0], parts[1], Long.parseLong(parts[2])));
    }
    // Some contenders leave threads behind.
    Runtime.getRuntime().halt(0);
  }

  private String load(String key) {
    loads.incrementAndGet();
    LockSupport.parkNanos(QUERY);
    return key;
  }

  private String rush(String contender, String key, long start) throws Exception {
    LoadingClient client = clients.get(contender);
    long before = loads.get();
    List<Future<Long>> answers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      answers.add(threads.submit(() -> ask(client, key, start)));
    }
    long slowest = 0;
    for (Future<Long> each : answers) {
      slowest = Math.max(slowest, each.get());
    }
    return WorkerProcess.DONE + slowest + " " + (loads.get() - before);
  }

  private static long ask(LoadingClient client, String key, long start) throws Exception {
    for (long left = start - System.nanoTime(); left > 0; left = start - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
    client.get(key);
    return System.nanoTime() - start;
  }
}
