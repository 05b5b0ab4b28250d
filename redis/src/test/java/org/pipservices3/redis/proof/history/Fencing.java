package org.pipservices3.redis.proof.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fencing tokens of a key rise strictly; so the guarded resource accepts them in order, and from a
 * holder. A loss of data excuses no more than that one who holds by its own time is refused:
 * another may have been granted the key since.
 */
final class Fencing implements Rule {
  private static final String PROMISE = "fencing tokens rise";

  @Override
  public List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    Map<String, List<Operation>> guarded =
        history.byKey(each -> each.kind() == Operation.Kind.GUARDED && each.isOk());
    history
        .tenuresByKey()
        .forEach(
            (key, tenures) -> {
              List<Tenure> leases = tenures.stream().filter(Tenure::isLease).toList();
              checkGrants(leases, violations);
              checkGuard(leases, guarded.getOrDefault(key, List.of()), violations);
              leases.forEach(lease -> checkHolder(history, lease, violations));
            });
    return violations;
  }

  /** Who asked after another had been granted has a greater token. */
  private static void checkGrants(List<Tenure> leases, List<Violation> violations) {
    List<Tenure> ended = new ArrayList<>(leases);
    ended.sort(Comparator.comparingLong(tenure -> tenure.grant().end()));
    Tenure greatest = null;
    int next = 0;
    for (Tenure lease : leases) {
      while (next < ended.size() && ended.get(next).grant().end() < lease.grant().begin()) {
        Tenure before = ended.get(next++);
        if (greatest == null || before.fence() > greatest.fence()) {
          greatest = before;
        }
      }
      if (greatest != null && lease.fence() <= greatest.fence()) {
        violations.add(
            new Violation(
                PROMISE,
                "the later grant has no greater token",
                List.of(greatest.grant(), lease.grant())));
      }
    }
  }

  /** What the resource accepted, in its own order, by tokens that do not fall. */
  private static void checkGuard(
      List<Tenure> leases, List<Operation> guarded, List<Violation> violations) {
    Map<String, Tenure> byId = new HashMap<>();
    leases.forEach(lease -> byId.put(lease.grant().id(), lease));
    List<Operation> accepted = new ArrayList<>(guarded);
    accepted.sort(Comparator.comparingLong(Operation::number));
    Operation last = null;
    for (Operation write : accepted) {
      Tenure before = last == null ? null : byId.get(last.argument());
      Tenure next = byId.get(write.argument());
      if (before != null && next != null && !mayFollow(before, next)) {
        violations.add(
            new Violation(
                PROMISE,
                "the resource accepted a stale or a doubled token",
                List.of(before.grant(), last, next.grant(), write)));
      }
      last = write;
    }
  }

  private static boolean mayFollow(Tenure last, Tenure next) {
    return last.grant().id().equals(next.grant().id()) || last.fence() < next.fence();
  }

  /** Who still holds afterwards was not refused, as long as no data was ever lost. */
  private static void checkHolder(History history, Tenure lease, List<Violation> violations) {
    lease
        .all(Operation.Kind.GUARDED)
        .filter(write -> write.outcome() == Operation.Outcome.REFUSED)
        .filter(write -> lease.promisedUntil() > write.end())
        .filter(write -> !history.isForgetful(Long.MIN_VALUE, write.end()))
        .map(
            write ->
                new Violation(
                    PROMISE,
                    "the resource refused the holder, so it knows a greater token",
                    List.of(lease.grant(), write, lease.lastProof())))
        .forEach(violations::add);
  }
}
