package org.pipservices3.redis.proof.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/** A history that a test writes by hand, in milliseconds, and what the checker finds in it. */
abstract class HandwrittenHistory {
  static final int TTL = 1_000;
  static final int OVER = 60_000;

  final List<Operation> operations = new ArrayList<>();
  final List<Fault> faults = new ArrayList<>();

  List<String> broken() {
    return Checker.check(history()).stream().map(Violation::promise).distinct().toList();
  }

  /** No process outlives the end, so that {@link Recovery} asks nothing of any. */
  History history() {
    return new History(operations, faults, nanos(OVER), nanos(2 * OVER));
  }

  HandwrittenHistory locked(String id, int begin, int end) {
    return add(id, 0, Kind.TRY_LOCK, "lock", TTL, 0, begin, end, Outcome.OK, "");
  }

  void released(String id, int begin, int end) {
    add("r" + id, 0, Kind.RELEASE, "lock", id, 0, begin, end, Outcome.OK, "");
  }

  HandwrittenHistory leased(String id, int begin, int end, int fence) {
    return add(id, 0, Kind.TRY_LEASE, "lock", TTL, 0, begin, end, Outcome.OK, "" + fence);
  }

  HandwrittenHistory checked(String id, int begin, int end, long left) {
    String result = Long.toString(nanos(left));
    return add("c" + begin, 0, Kind.CHECK, "lock", id, 0, begin, end, Outcome.OK, result);
  }

  HandwrittenHistory told(String id, int at) {
    return add("l" + at, 0, Kind.LOST, "lock", id, 0, at, at, Outcome.OK, "");
  }

  void guarded(String id, int at, Outcome outcome, int number) {
    add("g" + at, 0, Kind.GUARDED, "lock", id, 0, at, at, outcome, "" + number);
  }

  void ended(String id, int at) {
    add("e" + id, 0, Kind.RELEASE_LEASE, "lock", id, 0, at, at, Outcome.OK, "");
  }

  /** Leases that were let go of when they had ended anyway. */
  void endedLeases(String... ids) {
    for (String id : ids) {
      add("e" + id, 0, Kind.RELEASE_LEASE, "lock", id, 0, 9_000, 9_001, Outcome.REFUSED, "");
    }
  }

  void stored(String value, int begin, int end, Outcome outcome) {
    add("s" + value, 0, Kind.STORE, "key", value, 0, begin, end, outcome, "");
  }

  void read(Kind kind, String value, int begin, int end) {
    add("r" + begin, 0, kind, "key", "", 0, begin, end, Outcome.OK, value);
  }

  void read(int process, Kind kind, String value, int begin, int end) {
    add("r" + begin, process, kind, "key", "", 0, begin, end, Outcome.OK, value);
  }

  void sign(int at) {
    operations.add(operation(0, at));
  }

  void fault(String name, int process, boolean losesData, int begin, int end) {
    faults.add(new Fault(name, process, losesData, Set.of(), nanos(begin), nanos(end)));
  }

  void hang(Set<String> spared, int begin, int end) {
    long peace = nanos(begin) - Isolation.PEACE;
    faults.add(new Fault("one master hangs", Fault.SERVERS, false, spared, peace, nanos(end)));
  }

  HandwrittenHistory add(
      String id,
      int process,
      Kind kind,
      String key,
      Object argument,
      long patience,
      long begin,
      long end,
      Outcome outcome,
      String result) {
    operations.add(
        new Operation(
            id,
            process,
            /* thread= */ 0,
            kind,
            key,
            argument.toString(),
            nanos(patience),
            nanos(begin),
            end == Long.MAX_VALUE ? end : nanos(end),
            outcome,
            result));
    return this;
  }

  static Operation operation(int process, int at) {
    return new Operation(
        "sign" + at, process, 0, Kind.CHECK, "", "", 0, nanos(at), nanos(at), Outcome.OK, "0");
  }

  static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
