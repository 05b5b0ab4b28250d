package org.pipservices3.redis.proof.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/**
 * A lock that nobody holds can be had: no lost reply, no failed release and no interrupted waiter
 * leaves it taken, and nobody waits for it in vain.
 *
 * <p>For every acquisition there is a time until which the key may be taken by it. A refusal after
 * the last of these is a violation. That time is the end of the release; after an error, as long as
 * the docs give the background work to give the lock back ({@link #GIVING_BACK}, from when Redis
 * could be reached again); of a holder that was killed, the ttl. Who was refused in peace has taken
 * nothing.
 */
final class Leftovers implements Rule {
  static final long GIVING_BACK = TimeUnit.SECONDS.toNanos(5);
  private static final long SLACK = Deadlines.PROMPT;

  /** What a waiter may lose while its tracking connection is half-open, and some polls. */
  private static final long UNHEARD = Freshness.SILENCE + SLACK;

  private record Taken(Operation by, long until) {}

  @Override
  public List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    Map<String, List<Tenure>> tenures = history.tenuresByKey();
    history
        .byKey(each -> each.kind().acquires())
        .forEach(
            (key, asked) ->
                check(history, asked, tenures.getOrDefault(key, List.of()), violations));
    return violations;
  }

  private static void check(
      History history, List<Operation> asked, List<Tenure> tenures, List<Violation> violations) {
    Map<Operation, Tenure> granted =
        tenures.stream().collect(Collectors.toMap(Tenure::grant, tenure -> tenure));
    List<Taken> taken = new ArrayList<>();
    for (Operation each : asked) {
      Tenure tenure = granted.get(each);
      long until =
          tenure == null ? unknownUntil(history, each) : takenUntil(history, tenure, each.end());
      taken.add(new Taken(each, until));
    }
    for (Operation each : asked) {
      long since = freeSince(taken, each);
      if (each.outcome() == Outcome.REFUSED && isInVain(history, each, since)) {
        violations.add(violation(taken, each));
      }
    }
  }

  private static boolean isInVain(History history, Operation each, long freeSince) {
    if (each.kind() == Kind.TRY_LOCK || each.kind() == Kind.TRY_LEASE) {
      return each.begin() - freeSince > SLACK;
    }
    long from = Math.max(freeSince, each.begin());
    return each.end() - from > (history.isFaulty(from, each.end()) ? UNHEARD : SLACK);
  }

  private static long freeSince(List<Taken> taken, Operation asker) {
    long since = Long.MIN_VALUE;
    for (Taken each : taken) {
      if (each.by.begin() > asker.end()) {
        break;
      }
      if (!each.by.id().equals(asker.id())) {
        since = Math.max(since, each.until);
      }
    }
    return since;
  }

  private static Violation violation(List<Taken> taken, Operation refused) {
    @Nullable Operation last =
        taken.stream()
            .filter(each -> !each.by.id().equals(refused.id()))
            .filter(each -> each.by.begin() < refused.end())
            .max(Comparator.comparingLong(Taken::until))
            .map(Taken::by)
            .orElse(null);
    return new Violation(
        "free locks can be had",
        "it was refused although nobody had it any more",
        last == null ? List.of(refused) : List.of(last, refused));
  }

  private static long takenUntil(History history, Tenure tenure, long granted) {
    long lastWord =
        tenure.later().stream()
            .filter(each -> each.kind() != Kind.LOST)
            .mapToLong(Operation::begin)
            .reduce(granted, Math::max);
    long expiry = lastWord + tenure.ttl();
    Operation release = tenure.release().orElse(null);
    long until = expiry;
    if (release != null && release.outcome() != Outcome.OPEN) {
      boolean sure = release.outcome() != Outcome.FAILED;
      until = sure ? release.end() : Math.min(expiry, givenBackBy(history, release.end()));
    }
    return remembered(history, tenure.grant(), until);
  }

  private static long unknownUntil(History history, Operation each) {
    long ttl = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(each.argument()));
    if (each.outcome() == Outcome.OPEN) {
      long last = history.lastSign(each.process());
      return remembered(history, each, givenBackBy(history, last) + ttl);
    }
    if (each.outcome() == Outcome.REFUSED && !history.isFaulty(each.begin(), each.end())) {
      return Long.MIN_VALUE;
    }
    return remembered(history, each, givenBackBy(history, each.end()));
  }

  /** After this time, once Redis has been left in peace for as long as giving back may take. */
  private static long givenBackBy(History history, long from) {
    long by = from + GIVING_BACK;
    for (Fault fault : history.faults()) {
      if (fault.overlaps(from, by)) {
        by = Math.max(by, fault.end() + GIVING_BACK);
      }
    }
    return by;
  }

  /** A server that forgets what it has confirmed may also forget a release. */
  private static long remembered(History history, Operation grant, long until) {
    long ttl = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(grant.argument()));
    return history.faults().stream()
        .filter(fault -> fault.losesData() && fault.overlaps(grant.begin(), until + SLACK))
        .mapToLong(fault -> fault.end() + ttl)
        .reduce(until, Math::max);
  }
}
