package org.pipservices3.redis.benchmarks.suite;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.contender.Contenders;
import org.pipservices3.redis.benchmarks.contender.LockClient;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Metric;
import org.pipservices3.redis.benchmarks.server.CommandCount;
import org.pipservices3.redis.benchmarks.server.RedisProcess;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/**
 * CommandsSuite counts the commands that waiting costs the server. Counts do not depend on the load
 * of the machine: all cases run at the same time, each on its own server.
 */
final class CommandsSuite implements Suite {
  private static final int RENEWALS = 100;
  private static final long RENEWAL_MILLIS = 20;

  private record Case(String workload, String contender, Callable<Map<Metric, Double>> count) {}

  @Override
  public String name() {
    return "commands";
  }

  @Override
  public void run(Bench bench) throws Exception {
    ExecutorService executor = Executors.newCachedThreadPool();
    try {
      Map<Case, Future<Map<Metric, Double>>> counts = new LinkedHashMap<>();
      for (Case each : cases(bench)) {
        counts.put(each, executor.submit(each.count()));
      }
      Map<String, Set<String>> done = new LinkedHashMap<>();
      for (Map.Entry<Case, Future<Map<Metric, Double>>> count : counts.entrySet()) {
        Case each = count.getKey();
        try {
          bench.results().add(each.workload(), each.contender(), count.getValue().get());
          done.computeIfAbsent(each.workload(), workload -> new LinkedHashSet<>())
              .add(each.contender());
        } catch (ExecutionException e) {
          bench.results().fail(each.workload(), each.contender(), String.valueOf(e.getCause()));
        }
      }
      done.forEach(bench::print);
    } finally {
      executor.shutdownNow();
    }
  }

  private static List<Case> cases(Bench bench) {
    List<Case> cases = new ArrayList<>();
    for (Contender<LockClient> contender : Contenders.locks()) {
      for (int waiters : List.of(1, bench.plan().waiters())) {
        cases.add(
            new Case(
                Workloads.of(Workloads.HELD, waiters),
                contender.name(),
                () -> held(contender, waiters, bench.plan().held().toMillis())));
      }
      if (Set.of(Contender.OURS, Contender.SIBLING).contains(contender.name())) {
        cases.add(new Case(Workloads.RENEWED, contender.name(), () -> renewed(contender)));
      }
    }
    return cases;
  }

  private static Map<Metric, Double> held(Contender<LockClient> contender, int waiters, long millis)
      throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        LockClient holder = contender.open(redis.address());
        LockClient other = contender.open(redis.address());
        CommandCount count = new CommandCount(redis.address())) {
      holder.lock("held");
      count.start();
      List<Thread> threads = startWaiters(other, "held", waiters);
      TimeUnit.MILLISECONDS.sleep(millis);
      Map<Metric, Double> sample = count.sample();
      holder.unlock("held");
      end(threads);
      return sample;
    }
  }

  private static Map<Metric, Double> renewed(Contender<LockClient> contender) throws Exception {
    try (RedisProcess redis = RedisProcess.start();
        LockClient other = contender.open(redis.address());
        Jedis holder = connect(redis.address());
        CommandCount count = new CommandCount(redis.address(), "pexpire")) {
      holder.set("renewed", "foreign", SetParams.setParams().px(LockClient.TTL_MILLIS));
      count.start();
      List<Thread> threads = startWaiters(other, "renewed", 1);
      for (int i = 0; i < RENEWALS; i++) {
        holder.pexpire("renewed", LockClient.TTL_MILLIS);
        TimeUnit.MILLISECONDS.sleep(RENEWAL_MILLIS);
      }
      Map<Metric, Double> sample = count.sample();
      holder.del("renewed");
      end(threads);
      return sample;
    }
  }

  private static Jedis connect(Address redis) {
    return new Jedis(redis.host(), redis.port());
  }

  private static List<Thread> startWaiters(LockClient client, String key, int waiters) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < waiters; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  client.lock(key);
                  client.unlock(key);
                } catch (Exception e) {
                  // Interrupted: the count is done.
                }
              },
              "waiter");
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    return threads;
  }

  private static void end(List<Thread> threads) throws InterruptedException {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    }
  }
}
