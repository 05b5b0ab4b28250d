package org.pipservices3.redis.proof.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A lock has one holder at a time: nobody is granted it while another has the library's word that
 * it holds. Where Redis forgot the first between the two, that may be so until the first lease's
 * next renewal, at the latest until its ttl is over.
 */
final class Exclusion implements Rule {

  @Override
  public List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    history.tenuresByKey().values().forEach(tenures -> check(history, tenures, violations));
    return violations;
  }

  private static void check(History history, List<Tenure> tenures, List<Violation> violations) {
    List<Tenure> inOrder = new ArrayList<>(tenures);
    inOrder.sort(Comparator.comparingLong(tenure -> tenure.grant().end()));
    Tenure holder = null;
    for (Tenure next : inOrder) {
      if (holder != null && allowed(history, holder, next) < holder.promisedUntil()) {
        violations.add(
            new Violation(
                "one holder",
                "the second was granted "
                    + Checker.millis(holder.promisedUntil() - next.grant().end())
                    + " before the first had its last word that it held",
                List.of(holder.grant(), next.grant(), holder.lastProof())));
      }
      if (holder == null || next.promisedUntil() > holder.promisedUntil()) {
        holder = next;
      }
    }
  }

  /** Until when the first may be told that it holds. */
  private static long allowed(History history, Tenure first, Tenure second) {
    return history.faults().stream()
        .filter(Fault::losesData)
        .filter(fault -> fault.overlaps(first.grant().begin(), second.grant().end()))
        .mapToLong(fault -> Math.max(fault.end(), second.grant().end()) + first.ttl())
        .reduce(second.grant().end(), Math::max);
  }
}
