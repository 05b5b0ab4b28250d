package org.pipservices3.redis.benchmarks.report;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.benchmarks.contender.Contender;
import org.pipservices3.redis.benchmarks.load.Metric;
import org.pipservices3.redis.benchmarks.load.Results;

/**
 * Target is a figure that this module should reach: a ratio to a peer's, or a number. At least the
 * bound where more is better, otherwise at most.
 */
record Target(
    String workload,
    Metric metric,
    @Nullable String peer,
    @Nullable String peerWorkload,
    double bound) {

  static Target ratio(String workload, Metric metric, String peer, double bound) {
    return new Target(workload, metric, peer, workload, bound);
  }

  static Target number(String workload, Metric metric, double bound) {
    return new Target(workload, metric, null, null, bound);
  }

  /** The rate under one load as a share of the own rate under another. */
  static Target ofOwn(String workload, String other, double bound) {
    return new Target(workload, Metric.RATE, Contender.OURS, other, bound);
  }

  OptionalDouble ours(Results results) {
    return results.median(workload, Contender.OURS, metric);
  }

  OptionalDouble peers(Results results) {
    return peer == null || peerWorkload == null
        ? OptionalDouble.empty()
        : results.median(peerWorkload, peer, metric);
  }

  /** The ratio, or the number itself; empty if it was not measured. */
  OptionalDouble value(Results results) {
    OptionalDouble ours = ours(results);
    if (peer == null || ours.isEmpty()) {
      return ours;
    }
    OptionalDouble peers = peers(results);
    return peers.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(ours.getAsDouble() / peers.getAsDouble());
  }

  boolean isReached(double value) {
    return metric.moreIsBetter() ? value >= bound : value <= bound;
  }
}
