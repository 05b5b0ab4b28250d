package org.pipservices3.redis.proof.history;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.proof.history.Operation.Kind;

/**
 * What a load gives was loaded after the last removal, and one loader of a key runs at a time.
 *
 * <p>A call that began after a removal had ended must not get a value whose loader began before
 * that removal did. A near cache may be behind by as much as a read of it may. Not promised where
 * Redis forgot the removal.
 *
 * <p>Two loaders of two processes may overlap if one took longer than a load may, or waited as long
 * for the other: then each of the calls is older than that. And if a removal ended the first lease:
 * then there was one after the older of both calls began. It is the older that counts, since the
 * loader that began second may have claimed first. Nor is it promised where Redis forgot the lease,
 * refused to write it or was asked to run no scripts.
 */
final class Loading implements Rule {
  /** Of the hammer's loads. */
  public static final long LOAD_TIMEOUT = TimeUnit.MILLISECONDS.toNanos(2_000);

  private static final List<String> REFUSALS =
      List.of("memory full", "writes refused", "scripts forbidden", "slots moved");

  @Override
  public List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    Map<String, List<Operation>> removals = history.byKey(each -> each.kind() == Kind.REMOVE);
    Map<String, List<Operation>> calls =
        history.byKey(each -> each.kind() == Kind.LOAD || each.kind() == Kind.NEAR_LOAD);
    Map<String, List<Operation>> loaders = history.byKey(each -> each.kind() == Kind.LOADING);
    calls.forEach(
        (key, ofKey) -> {
          List<Operation> removed = removals.getOrDefault(key, List.of());
          List<Operation> ran = loaders.getOrDefault(key, List.of());
          fresh(history, removed, ofKey, ran, violations);
          alone(history, removed, ofKey, ran, violations);
        });
    return violations;
  }

  private static void fresh(
      History history,
      List<Operation> removals,
      List<Operation> calls,
      List<Operation> loaders,
      List<Violation> violations) {
    Map<String, Operation> byValue =
        loaders.stream()
            .filter(each -> !each.result().isEmpty())
            .collect(toMap(Operation::result, each -> each));
    for (Operation call : calls) {
      if (!call.isOk() || call.result().isEmpty()) {
        continue;
      }
      Operation loader = byValue.get(call.result());
      if (loader == null) {
        violations.add(new Violation("loads are true", "nobody loaded this", List.of(call)));
        continue;
      }
      long seen = call.begin() - bound(history, call);
      removals.stream()
          .filter(Operation::isOk)
          .filter(each -> loader.begin() < each.begin() && each.end() < seen)
          .filter(each -> !history.isForgetful(each.begin(), call.end()))
          .findFirst()
          .ifPresent(
              missed ->
                  violations.add(
                      new Violation(
                          "loads are fresh",
                          "the value was loaded before a removal that had ended",
                          List.of(loader, missed, call))));
    }
  }

  private static void alone(
      History history,
      List<Operation> removals,
      List<Operation> calls,
      List<Operation> loaders,
      List<Violation> violations) {
    for (int i = 0; i < loaders.size(); i++) {
      Operation first = loaders.get(i);
      for (int j = i + 1;
          j < loaders.size() && loaders.get(j).begin() < lastOf(history, first);
          j++) {
        Operation second = loaders.get(j);
        if (second.process() == first.process()) {
          continue;
        }
        Operation ofFirst = callOf(first, calls);
        Operation ofSecond = callOf(second, calls);
        if (ofFirst == null || ofSecond == null) {
          continue;
        }
        long since = Math.min(ofFirst.begin(), ofSecond.begin());
        if (second.begin() - since < LOAD_TIMEOUT
            && removals.stream().noneMatch(each -> overlaps(each, since, second.begin()))
            && !isExcused(history, since, second.begin())) {
          violations.add(
              new Violation(
                  "one loader at a time", "two loaders of one key", List.of(first, second)));
        }
      }
    }
  }

  /** When a loader had ended; one that did not, when its process was last seen. */
  private static long lastOf(History history, Operation loader) {
    return loader.end() == Long.MAX_VALUE ? history.lastSign(loader.process()) : loader.end();
  }

  /** The call that a loader ran in: the one of its thread that was under way. */
  private static @Nullable Operation callOf(Operation loader, List<Operation> calls) {
    return calls.stream()
        .filter(call -> call.process() == loader.process() && call.thread() == loader.thread())
        .filter(call -> call.begin() <= loader.begin() && call.end() >= loader.begin())
        .findFirst()
        .orElse(null);
  }

  /** A removal that failed may take effect at any time after its begin. */
  private static boolean overlaps(Operation removal, long from, long to) {
    return removal.begin() <= to && removal.settled() >= from;
  }

  private static boolean isExcused(History history, long from, long to) {
    long early = from - TimeUnit.SECONDS.toNanos(1);
    return history.isForgetful(early, to)
        || history.faults().stream()
            .filter(fault -> fault.overlaps(early, to))
            .anyMatch(fault -> REFUSALS.stream().anyMatch(fault.name()::startsWith));
  }

  private static long bound(History history, Operation call) {
    if (call.kind() == Kind.LOAD) {
      return 0;
    }
    return history.isFaulty(call.begin() - Freshness.SILENCE, call.end())
        ? Freshness.SILENCE
        : Freshness.REPORT;
  }
}
