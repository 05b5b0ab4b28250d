package org.pipservices3.redis.proof.history;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.pipservices3.redis.proof.history.Operation.Kind;

/**
 * The holder of a lease hears of its loss, once, by the lease's deadline; and a lease that is over
 * stays so. Where its process is stopped, as soon as that continues.
 */
final class Losses implements Rule {
  private static final String PROMISE = "losses are told";

  /** What a busy machine needs to run a callback. */
  static final long SLACK = TimeUnit.MILLISECONDS.toNanos(1_500);

  @Override
  public List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    for (Tenure lease : history.tenures()) {
      if (lease.isLease()) {
        check(history, lease, violations);
      }
    }
    return violations;
  }

  private static void check(History history, Tenure lease, List<Violation> violations) {
    List<Operation> told = lease.all(Kind.LOST).toList();
    if (told.size() > 1) {
      violations.add(new Violation(PROMISE, "the loss was told twice", told));
    }
    revived(lease, violations);
    if (told.isEmpty() || told.get(0).begin() > dueBy(history, lease)) {
      untold(history, lease, told, violations);
    }
  }

  private static void revived(Tenure lease, List<Violation> violations) {
    Operation over = null;
    for (Operation each : lease.later()) {
      boolean check = each.kind() == Kind.CHECK && each.isOk();
      boolean says = check && each.number() > 0;
      if (over != null && says && each.begin() > over.end()) {
        violations.add(
            new Violation(PROMISE, "the lease was over and held again", List.of(over, each)));
        return;
      }
      if (over == null && (each.kind() == Kind.LOST || (check && !says))) {
        over = each;
      }
    }
  }

  private static void untold(
      History history, Tenure lease, List<Operation> told, List<Violation> violations) {
    boolean released = lease.release().filter(each -> !isLate(lease, each)).isPresent();
    long due = dueBy(history, lease);
    if (released || history.lastSign(lease.grant().process()) < due || due > history.over()) {
      return;
    }
    List<Operation> operations = new ArrayList<>();
    operations.add(lease.grant());
    lease.lastHeld().ifPresent(operations::add);
    operations.addAll(told);
    violations.add(new Violation(PROMISE, "the loss was not told, or late", operations));
  }

  /** Whether a release came only after the lease had said that it was over. */
  private static boolean isLate(Tenure lease, Operation release) {
    return lease
        .all(Kind.CHECK)
        .anyMatch(each -> each.isOk() && each.number() == 0 && each.end() < release.begin());
  }

  /**
   * When the loss must have been told, if there is one: by what the lease last said it had left.
   */
  private static long dueBy(History history, Tenure lease) {
    long deadline =
        lease.lastHeld().map(each -> each.end() + each.number()).orElse(lease.grant().end());
    int process = lease.grant().process();
    long due = history.stoppedUntil(process, deadline) + SLACK;
    long stopped = history.stoppedUntil(process, due);
    return stopped > due ? stopped + SLACK : due;
  }
}
