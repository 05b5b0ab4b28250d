package org.pipservices3.redis.proof.history;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/**
 * What happens to one server does not show at the others: while it is sick, calls for keys of
 * healthy servers end promptly and without an error, and their leases stay. Such a fault begins
 * with a time of {@link #PEACE}, in which whatever was before it comes to its end. An interrupt is
 * the hammer's own doing, so that a call which it ends has not failed.
 */
public final class Isolation implements Rule {
  private static final String PROMISE = "a sick server harms nobody else";

  public static final long PEACE = TimeUnit.SECONDS.toNanos(3);

  @Override
  public List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    for (Fault fault : history.faults()) {
      if (!fault.spared().isEmpty()) {
        calls(history, fault, violations);
        leases(history, fault, violations);
      }
    }
    return violations;
  }

  private static void calls(History history, Fault fault, List<Violation> violations) {
    history.operations().stream()
        .filter(each -> fault.spared().contains(each.key()) && isWithin(fault, each))
        .filter(
            each ->
                isFailure(each) || each.end() - each.begin() > each.patience() + Deadlines.PROMPT)
        .map(each -> new Violation(PROMISE, "a call to a healthy one", List.of(each)))
        .forEach(violations::add);
  }

  private static boolean isFailure(Operation each) {
    return each.outcome() == Outcome.FAILED && !each.result().equals(Operation.INTERRUPTED);
  }

  private static void leases(History history, Fault fault, List<Violation> violations) {
    for (Tenure lease : history.tenures()) {
      if (lease.isLease() && fault.spared().contains(lease.grant().key())) {
        Operation kept = lease.all(Kind.KEEP).findFirst().orElse(null);
        lease
            .all(Kind.LOST)
            .filter(lost -> kept != null && isWithin(fault, kept) && isWithin(fault, lost))
            .map(lost -> new Violation(PROMISE, "a lease of a healthy one", List.of(kept, lost)))
            .forEach(violations::add);
      }
    }
  }

  private static boolean isWithin(Fault fault, Operation each) {
    return each.begin() >= fault.begin() + PEACE && each.end() <= fault.end();
  }
}
