package org.pipservices3.redis.proof.history;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All that happened in one run: what the workers did, and what was done to them. Immutable.
 *
 * <p>{@code calm} is when the last fault was over; {@code over} when the workers were told to stop.
 */
public final class History {
  private final List<Operation> operations;
  private final List<Fault> faults;
  private final long calm;
  private final long over;
  private final List<Tenure> tenures;
  private final Map<Integer, Long> lastSigns = new HashMap<>();

  public History(List<Operation> operations, List<Fault> faults, long calm, long over) {
    this.operations =
        operations.stream().sorted(Comparator.comparingLong(Operation::begin)).toList();
    this.faults = List.copyOf(faults);
    this.calm = calm;
    this.over = over;
    for (Operation each : operations) {
      long last = each.end() == Long.MAX_VALUE ? each.begin() : each.end();
      lastSigns.merge(each.process(), last, Math::max);
    }
    this.tenures = tenuresOf(this.operations);
  }

  public List<Operation> operations() {
    return operations;
  }

  public List<Fault> faults() {
    return faults;
  }

  public long calm() {
    return calm;
  }

  public long over() {
    return over;
  }

  /** Every lock and lease that was granted, in the order in which they were asked for. */
  List<Tenure> tenures() {
    return tenures;
  }

  Map<String, List<Tenure>> tenuresByKey() {
    return byKey(tenures.stream(), tenure -> tenure.grant().key());
  }

  Map<String, List<Operation>> byKey(Predicate<Operation> wanted) {
    return byKey(operations.stream().filter(wanted), Operation::key);
  }

  /** Whether Redis may have forgotten, between these times, what it had confirmed. */
  boolean isForgetful(long from, long to) {
    return faults.stream().anyMatch(fault -> fault.losesData() && fault.overlaps(from, to));
  }

  /** Whether anything at all was wrong between these times, or shortly before. */
  boolean isFaulty(long from, long to) {
    long early = from - TimeUnit.SECONDS.toNanos(1);
    return faults.stream().anyMatch(fault -> fault.overlaps(early, to));
  }

  /** Until when a process that was stopped at this time, or soon after, could not run. */
  long stoppedUntil(int process, long time) {
    return faults.stream()
        .filter(fault -> fault.process() == process)
        .filter(fault -> fault.overlaps(time - TimeUnit.SECONDS.toNanos(1), time))
        .mapToLong(Fault::end)
        .reduce(time, Math::max);
  }

  /** When a process last gave a sign of life. */
  long lastSign(int process) {
    return lastSigns.getOrDefault(process, Long.MIN_VALUE);
  }

  /** The processes that lived to the end. */
  List<Integer> survivors() {
    return lastSigns.keySet().stream().filter(process -> lastSign(process) > over).toList();
  }

  private static List<Tenure> tenuresOf(List<Operation> operations) {
    Map<String, List<Operation>> later =
        operations.stream()
            .filter(each -> !each.kind().acquires() && !each.kind().writes())
            .filter(each -> !each.argument().isEmpty())
            .collect(groupingBy(Operation::argument));
    List<Tenure> tenures = new ArrayList<>();
    for (Operation each : operations) {
      if (each.kind().acquires() && each.isOk()) {
        tenures.add(new Tenure(each, later.getOrDefault(each.id(), List.of())));
      }
    }
    return tenures;
  }

  private static <T> Map<String, List<T>> byKey(Stream<T> things, Function<T, String> key) {
    return things.collect(groupingBy(key, TreeMap::new, toList()));
  }
}
