package org.pipservices3.redis.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.load.Metric;
import org.pipservices3.redis.benchmarks.suite.BulkSuite;
import org.pipservices3.redis.benchmarks.suite.Workloads;

/** Targets lists the figures that this module should reach. */
final class Targets {
  private static final double MILLI = 1_000;

  private Targets() {}

  static List<Target> all() {
    List<Target> targets = new ArrayList<>();
    for (String work : List.of(Workloads.GET, Workloads.SET, Workloads.MIX)) {
      cache(targets, work);
    }
    String get64 = Workloads.of(Workloads.GET, 64);
    targets.add(Target.ratio(get64, Metric.RATE, "redis-benchmark -c 64", 1.8));
    targets.add(
        Target.ratio(Workloads.of(Workloads.GET_LARGE, 64), Metric.RATE, Contender.JEDIS, 1.5));
    far(targets);
    String virtual = Workloads.of(Workloads.VIRTUAL, 1_000);
    targets.add(Target.ratio(virtual, Metric.RATE, Contender.JEDIS, 10));
    targets.add(Target.ratio(virtual, Metric.RATE, Contender.LETTUCE, 4));
    targets.add(Target.number(virtual, Metric.P99, 20 * MILLI));
    targets.add(Target.ratio(Workloads.ALLOCATION, Metric.BYTES, Contender.JEDIS, 1.5));
    near(targets);
    loads(targets);
    locks(targets);
    cluster(targets);
    return targets;
  }

  private static void cluster(List<Target> targets) {
    String one = Workloads.of(Workloads.CLUSTER, 1);
    String many = Workloads.of(Workloads.CLUSTER, 64);
    targets.add(Target.ratio(one, Metric.RATE, Contender.JEDIS, 0.9));
    targets.add(Target.ratio(many, Metric.RATE, Contender.JEDIS, 1.5));
    for (int threads : List.of(1, 8)) {
      String near = Workloads.of(Workloads.CLUSTER_NEAR_HIT, threads);
      targets.add(Target.ofOwn(near, Workloads.of(Workloads.NEAR_HIT, threads), 0.9));
    }
    targets.add(Target.ratio(Workloads.CLUSTER_HAND_OFF, Metric.P50, Contender.REDISSON, 0.5));
  }

  private static void cache(List<Target> targets, String work) {
    String one = Workloads.of(work, 1);
    targets.add(Target.ratio(one, Metric.RATE, Contender.JEDIS, 0.95));
    targets.add(Target.ratio(one, Metric.RATE, Contender.LETTUCE, 2));
    targets.add(Target.ratio(one, Metric.RATE, Contender.REDISSON, 2));
    targets.add(Target.ratio(Workloads.of(work, 8), Metric.RATE, Contender.JEDIS, 1.1));
    String many = Workloads.of(work, 64);
    targets.add(Target.ratio(many, Metric.RATE, Contender.JEDIS, 1.9));
    targets.add(Target.ratio(many, Metric.P99, Contender.JEDIS, 0.5));
    targets.add(Target.number(many, Metric.MAX, 100 * MILLI));
    targets.add(Target.ratio(many, Metric.RATE, Contender.REDISSON, 4.5));
    targets.add(Target.ratio(many, Metric.RATE, Contender.LETTUCE, 2.3));
    targets.add(Target.ratio(many, Metric.RATE, Contender.SPRING_CACHE, 2.3));
    String most = Workloads.of(work, 256);
    targets.add(Target.ratio(most, Metric.RATE, Contender.JEDIS, 2));
    targets.add(Target.ofOwn(most, many, 0.7));
  }

  private static void far(List<Target> targets) {
    targets.add(Target.ratio(Workloads.of(Workloads.FAR, 8), Metric.RATE, Contender.JEDIS, 0.95));
    targets.add(Target.ratio(Workloads.of(Workloads.FAR, 64), Metric.RATE, Contender.JEDIS, 2));
  }

  private static void near(List<Target> targets) {
    for (int threads : List.of(1, 8)) {
      String hit = Workloads.of(Workloads.NEAR_HIT, threads);
      targets.add(Target.ratio(hit, Metric.RATE, Contender.REDISSON, 4));
      targets.add(Target.ratio(hit, Metric.RATE, Contender.JEDIS_CACHE, 30));
      targets.add(Target.ratio(hit, Metric.RATE, Contender.CAFFEINE, 1 / 3.0));
    }
    for (int threads : List.of(1, 8)) {
      targets.add(
          Target.ratio(
              Workloads.of(Workloads.NEAR_MISS, threads), Metric.RATE, Workloads.PLAIN, 0.7));
    }
  }

  private static void loads(List<Target> targets) {
    for (int threads : List.of(1, 64)) {
      String hit = Workloads.of(Workloads.LOAD_HIT, threads);
      targets.add(Target.ratio(hit, Metric.RATE, Workloads.RETRIEVE_AS, 0.97));
    }
    for (int threads : List.of(1, 8)) {
      String hit = Workloads.of(Workloads.LOAD_NEAR_HIT, threads);
      targets.add(Target.ratio(hit, Metric.RATE, Workloads.RETRIEVE_AS, 0.97));
    }
    String load = Workloads.of(Workloads.LOAD, 64);
    targets.add(Target.ratio(load, Metric.RATE, Contender.JETCACHE, 3));
    targets.add(Target.ratio(load, Metric.RATE, Contender.REDISSON, 5));
    targets.add(Target.number(Workloads.COLD, Metric.LOADS, 1));
    targets.add(Target.number(Workloads.COLD, Metric.P50, 25 * MILLI));
    targets.add(Target.number(Workloads.CLEAR, Metric.P99, 5 * MILLI));
    targets.add(Target.ratio(Workloads.READ_MANY, Metric.RATE, Contender.JEDIS, 8));
    targets.add(Target.ratio(Workloads.READ_MANY, Metric.RATE, BulkSuite.LIMIT, 0.6));
    targets.add(Target.ratio(Workloads.WRITE_MANY, Metric.RATE, Contender.JEDIS, 8));
  }

  private static void locks(List<Target> targets) {
    targets.add(
        Target.ratio(Workloads.of(Workloads.UNCONTENDED, 1), Metric.RATE, Contender.REDISSON, 2.5));
    String two = Workloads.of(Workloads.CONTENDED, 2);
    targets.add(Target.ratio(two, Metric.HANDOFFS, Contender.REDISSON, 5));
    targets.add(Target.ratio(two, Metric.HANDOFFS, Contender.SPRING_LOCK, 2.5));
    String many = Workloads.of(Workloads.CONTENDED, 32);
    targets.add(Target.ratio(many, Metric.HANDOFFS, Contender.REDISSON, 3));
    targets.add(Target.ratio(many, Metric.P99, Contender.REDISSON, 1 / 3.0));
    targets.add(Target.number(many, Metric.FAIRNESS, 0.9));
    targets.add(Target.ratio(Workloads.HAND_OFF, Metric.P50, Contender.REDISSON, 0.5));
    targets.add(Target.number(Workloads.FOREIGN_DEL, Metric.P50, 1.5 * MILLI));
    targets.add(Target.number(Workloads.of(Workloads.HELD, 1), Metric.COMMANDS, 5));
    targets.add(Target.number(Workloads.of(Workloads.HELD, 500), Metric.COMMANDS, 5));
    targets.add(Target.number(Workloads.RENEWED, Metric.COMMANDS, 30));
  }
}
