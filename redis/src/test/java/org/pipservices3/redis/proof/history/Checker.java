package org.pipservices3.redis.proof.history;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** All rules, and how what breaks them is told. */
public final class Checker {
  private static final List<Rule> RULES =
      List.of(
          new Exclusion(),
          new Fencing(),
          new Freshness(),
          new Loading(),
          new Deadlines(),
          new Losses(),
          new Leftovers(),
          new Isolation(),
          new Recovery());
  private static final long BEFORE = TimeUnit.SECONDS.toNanos(3);

  private Checker() {}

  /** What breaks any rule, those that need the fewest operations to show it first. */
  public static List<Violation> check(History history) {
    return RULES.stream()
        .flatMap(rule -> rule.check(history).stream())
        .sorted(
            Comparator.<Violation>comparingInt(each -> each.operations().size())
                .thenComparingLong(each -> each.end() - each.begin()))
        .toList();
  }

  /** A violation with its operations and the faults around them, one line each. */
  public static String tell(History history, Violation violation) {
    StringBuilder text = new StringBuilder();
    text.append(violation.promise()).append(": ").append(violation.text()).append('\n');
    long zero = violation.begin();
    Stream<String> operations =
        violation.operations().stream().map(each -> "  " + line(each, zero) + '\n');
    Stream<String> faults =
        history.faults().stream()
            .filter(fault -> fault.overlaps(zero - BEFORE, violation.end()))
            .map(fault -> "  " + line(fault, zero) + '\n');
    Stream.concat(operations, faults).forEach(text::append);
    return text.toString();
  }

  private static String line(Operation each, long zero) {
    return String.format(
        Locale.ROOT,
        "%10s to %10s  process %d thread %d  %s %s(%s) %s %s [%s]",
        millis(each.begin() - zero),
        each.end() == Long.MAX_VALUE ? "-" : millis(each.end() - zero),
        each.process(),
        each.thread(),
        each.kind(),
        each.key(),
        each.argument(),
        each.outcome(),
        each.result(),
        each.id());
  }

  private static String line(Fault fault, long zero) {
    return String.format(
        Locale.ROOT,
        "%10s to %10s  fault: %s",
        millis(fault.begin() - zero),
        millis(fault.end() - zero),
        fault.name());
  }

  static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }
}
