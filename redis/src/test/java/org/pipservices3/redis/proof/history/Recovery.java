package org.pipservices3.redis.proof.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/**
 * When the faults are over everything works again within {@link #BOUND}, in every process that has
 * lived, without a restart; and closing leaves no thread.
 */
final class Recovery implements Rule {
  private static final String PROMISE = "all works again";

  static final long BOUND = TimeUnit.SECONDS.toNanos(8);

  private static final Set<Kind> NEEDED =
      Set.of(
          Kind.STORE,
          Kind.READ,
          Kind.NEAR_READ,
          Kind.NEAR_HIT,
          Kind.LOAD,
          Kind.ACQUIRE,
          Kind.RELEASE,
          Kind.LEASE,
          Kind.RELEASE_LEASE);

  @Override
  public List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    long by = history.calm() + BOUND;
    for (int process : history.survivors()) {
      List<Operation> after =
          history.operations().stream()
              .filter(each -> each.process() == process && each.begin() > history.calm())
              .toList();
      NEEDED.stream()
          .filter(kind -> after.stream().noneMatch(each -> succeeds(each, kind, by)))
          .map(kind -> missing(process, kind, after))
          .forEach(violations::add);
      after.stream()
          .filter(each -> each.begin() > by && each.outcome() == Outcome.FAILED)
          .map(each -> new Violation(PROMISE, "it still fails", List.of(each)))
          .forEach(violations::add);
      after.stream()
          .filter(each -> each.kind() == Kind.CLOSE && each.isOk() && each.number() != 0)
          .map(each -> new Violation(PROMISE, "threads stayed after closing", List.of(each)))
          .forEach(violations::add);
    }
    return violations;
  }

  private static boolean succeeds(Operation each, Kind kind, long by) {
    return each.kind() == kind && each.isOk() && (kind == Kind.NEAR_HIT || each.end() < by);
  }

  private static Violation missing(int process, Kind kind, List<Operation> after) {
    return new Violation(
        PROMISE,
        "process " + process + " has no success at " + kind + " in time",
        after.stream().filter(each -> each.kind() == kind).limit(1).toList());
  }
}
