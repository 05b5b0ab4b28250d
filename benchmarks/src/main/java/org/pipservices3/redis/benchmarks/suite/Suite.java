package org.pipservices3.redis.benchmarks.suite;

import java.util.List;
import org.pipservices3.redis.benchmarks.load.Bench;
import org.pipservices3.redis.benchmarks.load.Plan;

/** Suite is a subject with its workloads. */
public interface Suite {
  /** The name by which the command line asks for it. */
  String name();

  void run(Bench bench) throws Exception;

  /** All there are, in the order in which they run. */
  static List<Suite> all() {
    return List.of(
        new CacheSuite(),
        new FarSuite(),
        new VirtualSuite(),
        new AllocationSuite(),
        new NearSuite(),
        new LockSuite(),
        new HandOffSuite(),
        new ProcessesSuite(),
        new ClusterSuite(),
        new CommandsSuite(),
        new ProfileSuite());
  }

  /** Those of a whole pass: profiles take a full one's time. */
  static List<Suite> of(Plan plan) {
    return all().stream()
        .filter(suite -> plan.isFull() || !(suite instanceof ProfileSuite))
        .toList();
  }
}
