package org.pipservices3.redis.proof.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A read gives what was stored last.
 *
 * <p>It is stale if between the write that it saw and its own begin there was room for another
 * whole, confirmed write. A write that failed may take effect at any later time, so it may be seen
 * at any. Not promised where Redis forgot the other write. A read from the near cache may be behind
 * by what the docs state: {@link #SILENCE} while something is wrong, else the time of an
 * invalidation, for which {@link #REPORT} is what a busy machine gets; and never behind its own
 * thread.
 *
 * <p>That no value was stored is taken for a write before all time; values live as long as the run.
 */
final class Freshness implements Rule {
  private static final long SLACK = TimeUnit.MILLISECONDS.toNanos(500);
  static final long SILENCE = TimeUnit.SECONDS.toNanos(2) + SLACK;
  static final long REPORT = TimeUnit.SECONDS.toNanos(1);

  @Override
  public List<Violation> check(History history) {
    List<Violation> violations = new ArrayList<>();
    Map<String, List<Operation>> writes = history.byKey(each -> each.kind().writes());
    Map<String, List<Operation>> reads =
        history.byKey(
            each ->
                each.isOk()
                    && (each.kind() == Operation.Kind.READ
                        || each.kind() == Operation.Kind.NEAR_READ));
    reads.forEach(
        (key, ofKey) -> check(history, writes.getOrDefault(key, List.of()), ofKey, violations));
    return violations;
  }

  private static void check(
      History history, List<Operation> writes, List<Operation> reads, List<Violation> violations) {
    Confirmed all = new Confirmed(writes);
    Map<List<Integer>, Confirmed> own = new HashMap<>();
    Map<String, Operation> stores = new HashMap<>();
    writes.forEach(write -> stores.put(write.argument(), write));
    for (Operation read : reads) {
      Operation seen = read.result().isEmpty() ? removal(writes, read) : stores.get(read.result());
      if (seen == null && !read.result().isEmpty()) {
        violations.add(new Violation("reads are true", "nobody stored this", List.of(read)));
        continue;
      }
      Confirmed ofThread =
          own.computeIfAbsent(
              List.of(read.process(), read.thread()),
              thread ->
                  new Confirmed(
                      writes.stream()
                          .filter(write -> write.process() == read.process())
                          .filter(write -> write.thread() == read.thread())
                          .toList()));
      long settled = seen == null ? Long.MIN_VALUE : seen.settled();
      Operation missed = ofThread.newest(read.begin());
      if (missed == null || missed.begin() <= settled) {
        missed = all.newest(read.begin() - bound(history, read));
      }
      if (missed != null
          && missed.begin() > settled
          && !history.isForgetful(missed.begin(), read.end())) {
        violations.add(stale(seen, missed, read));
      }
    }
  }

  private static Violation stale(@Nullable Operation seen, Operation missed, Operation read) {
    return new Violation(
        "reads are fresh",
        "the read is "
            + Checker.millis(read.begin() - missed.end())
            + " behind a confirmed write that it does not show",
        seen == null ? List.of(missed, read) : List.of(seen, missed, read));
  }

  private static long bound(History history, Operation read) {
    if (read.kind() == Operation.Kind.READ) {
      return 0;
    }
    return history.isFaulty(read.begin() - SILENCE, read.end()) ? SILENCE : REPORT;
  }

  /** The removal that a read of nothing shows: of those that it can, the last. */
  private static @Nullable Operation removal(List<Operation> writes, Operation read) {
    Operation last = null;
    for (Operation write : writes) {
      if (write.begin() > read.end()) {
        break;
      }
      if (write.kind() == Operation.Kind.REMOVE
          && (last == null || write.settled() > last.settled())) {
        last = write;
      }
    }
    return last;
  }

  /** Confirmed writes by their end; for each the one with the latest begin up to there. */
  private static final class Confirmed {
    private final List<Operation> newest = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();

    Confirmed(List<Operation> writes) {
      List<Operation> inOrder = new ArrayList<>(writes.stream().filter(Operation::isOk).toList());
      inOrder.sort(Comparator.comparingLong(Operation::end));
      Operation latest = null;
      for (Operation write : inOrder) {
        if (latest == null || write.begin() > latest.begin()) {
          latest = write;
        }
        newest.add(latest);
        ends.add(write.end());
      }
    }

    /** Of the writes that were over before this time, the one that began last. */
    @Nullable Operation newest(long before) {
      int index = Collections.binarySearch(ends, before);
      int count = index < 0 ? -index - 1 : index;
      return count == 0 ? null : newest.get(count - 1);
    }
  }
}
