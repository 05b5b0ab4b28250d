package org.pipservices3.redis.benchmarks.suite;

import java.util.List;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Plan;

/** Suite is a named group of workloads. */
public interface Suite {
  /** The name by which the command line asks for it. */
  String name();

  void run(Bench bench) throws Exception;

  /** All suites, in the order in which they run. */
  static List<Suite> all() {
    return List.of(
        new CacheSuite(),
        new FarSuite(),
        new VirtualSuite(),
        new AllocationSuite(),
        new NearSuite(),
        new LoadsSuite(),
        new BulkSuite(),
        new LockSuite(),
        new HandOffSuite(),
        new ProcessesSuite(),
        new ClusterSuite(),
        new CommandsSuite(),
        new ProfileSuite());
  }

  /** The suites of a whole pass; profiles are only part of a full one. */
  static List<Suite> of(Plan plan) {
    return all().stream()
        .filter(suite -> plan.isFull() || !(suite instanceof ProfileSuite))
        .toList();
  }
}
