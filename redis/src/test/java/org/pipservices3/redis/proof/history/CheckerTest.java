package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/** Histories by hand, in milliseconds: what breaks a promise is found, and nothing else. */
class CheckerTest {
  private static final int TTL = 1_000;
  private static final int OVER = 60_000;

  private final List<Operation> operations = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();

  @Test
  void exclusion_oneAfterTheOther_holds() {
    locked("a", 0, 10).released("a", 50, 60);
    locked("b", 55, 70).released("b", 90, 95);
    assertThat(broken()).isEmpty();
  }

  @Test
  void exclusion_secondBeforeRelease_isBroken() {
    locked("a", 0, 10).released("a", 50, 60);
    locked("b", 20, 30).released("b", 90, 95);
    assertThat(broken()).containsExactly("one holder");
  }

  @Test
  void exclusion_afterTheTtl_holds() {
    locked("a", 0, 10).released("a", 1_400, 1_410);
    locked("b", 1_000, 1_011).released("b", 1_090, 1_095);
    assertThat(broken()).isEmpty();
  }

  @Test
  void exclusion_leaseSaysItHolds_isBroken() {
    leased("a", 0, 10, 1).checked("a", 50, 55, 900);
    leased("b", 20, 30, 2);
    endedLeases("a", "b");
    assertThat(broken()).contains("one holder");
  }

  @Test
  void exclusion_redisForgot_holdsUntilTheTtl() {
    leased("a", 0, 10, 1).checked("a", 500, 505, 900);
    fault("restart", Fault.SERVERS, true, 100, 200);
    leased("b", 250, 260, 1);
    endedLeases("a", "b");
    assertThat(broken()).isEmpty();
  }

  @Test
  void exclusion_redisForgotButRenewedOn_isBroken() {
    leased("a", 0, 10, 1).checked("a", 2_500, 2_505, 900);
    fault("restart", Fault.SERVERS, true, 100, 200);
    leased("b", 250, 260, 1);
    endedLeases("a", "b");
    assertThat(broken()).containsExactly("one holder");
  }

  @Test
  void fencing_tokenDoesNotRise_isBroken() {
    leased("a", 0, 10, 2);
    ended("a", 20);
    leased("b", 30, 40, 2);
    ended("b", 50);
    assertThat(broken()).containsExactly("fencing tokens rise");
  }

  @Test
  void fencing_resourceTookAStaleToken_isBroken() {
    leased("a", 0, 10, 1);
    leased("b", 1, 40, 2);
    guarded("b", 45, Outcome.OK, 1);
    guarded("a", 46, Outcome.OK, 2);
    endedLeases("a", "b");
    assertThat(broken()).contains("fencing tokens rise");
  }

  /**
   * A lease from before the loss of data wrote after it: the next token of that value was blamed.
   */
  @Test
  void fencing_tokenGivenAgainAfterALossOfData_holds() {
    leased("a", 0, 10, 1);
    fault("restart", Fault.SERVERS, true, 20, 30);
    leased("b", 35, 40, 1);
    guarded("a", 45, Outcome.OK, 1);
    guarded("b", 46, Outcome.OK, 2);
    endedLeases("a", "b");
    assertThat(broken()).isEmpty();
  }

  @Test
  void fencing_resourceRefusedTheHolder_isBroken() {
    leased("a", 0, 10, 1);
    guarded("a", 20, Outcome.REFUSED, 0);
    checked("a", 30, 31, 500);
    ended("a", 40);
    assertThat(broken()).containsExactly("fencing tokens rise");
  }

  @Test
  void freshness_oldValueAfterANewWrite_isBroken() {
    stored("v1", 0, 10, Outcome.OK);
    stored("v2", 20, 30, Outcome.OK);
    read(Kind.READ, "v1", 40, 45);
    assertThat(broken()).containsExactly("reads are fresh");
  }

  @Test
  void freshness_whileTheWriteIsUnderWay_holds() {
    stored("v1", 0, 10, Outcome.OK);
    stored("v2", 20, 30, Outcome.OK);
    read(Kind.READ, "v1", 25, 45);
    assertThat(broken()).isEmpty();
  }

  @Test
  void freshness_failedWriteShowsLate_holds() {
    stored("v1", 0, 10, Outcome.FAILED);
    stored("v2", 20, 30, Outcome.OK);
    read(Kind.READ, "v1", 40, 45);
    assertThat(broken()).isEmpty();
  }

  @Test
  void freshness_confirmedStoreGone_isBroken() {
    stored("v1", 0, 10, Outcome.OK);
    read(Kind.READ, "", 40, 45);
    assertThat(broken()).containsExactly("reads are fresh");
  }

  @Test
  void freshness_confirmedStoreForgotten_holds() {
    stored("v1", 0, 10, Outcome.OK);
    fault("flush", Fault.SERVERS, true, 20, 30);
    read(Kind.READ, "", 40, 45);
    assertThat(broken()).isEmpty();
  }

  @Test
  void freshness_nobodyStoredIt_isBroken() {
    read(Kind.READ, "v1", 40, 45);
    assertThat(broken()).containsExactly("reads are true");
  }

  @Test
  void freshness_nearReadWithinItsBound_holds() {
    stored("v1", 0, 10, Outcome.OK);
    stored("v2", 20, 30, Outcome.OK);
    read(2, Kind.NEAR_READ, "v1", 900, 901);
    assertThat(broken()).isEmpty();
  }

  @Test
  void freshness_nearReadBehindItsBound_isBroken() {
    stored("v1", 0, 10, Outcome.OK);
    stored("v2", 20, 30, Outcome.OK);
    read(2, Kind.NEAR_READ, "v1", 1_031, 1_032);
    assertThat(broken()).containsExactly("reads are fresh");
  }

  @Test
  void freshness_nearReadBehindUnderFaults_holdsLonger() {
    stored("v1", 0, 10, Outcome.OK);
    stored("v2", 20, 30, Outcome.OK);
    fault("cut", Fault.SERVERS, false, 0, 100);
    read(2, Kind.NEAR_READ, "v1", 2_529, 2_530);
    read(2, Kind.NEAR_READ, "v1", 2_531, 2_532);
    assertThat(broken()).containsExactly("reads are fresh");
  }

  @Test
  void freshness_nearReadBehindItsOwnThread_isBroken() {
    stored("v1", 0, 10, Outcome.OK);
    stored("v2", 20, 30, Outcome.OK);
    read(Kind.NEAR_READ, "v1", 31, 32);
    assertThat(broken()).containsExactly("reads are fresh");
  }

  @Test
  void deadlines_tooLong_isBroken() {
    add("w", 0, Kind.ACQUIRE, "k", TTL, 3_000, 0, 5_600, Outcome.OK, "");
    released("w", 5_700, 5_701);
    assertThat(broken()).containsExactly("calls end in time and as documented");
  }

  @Test
  void deadlines_neverEnded_isBroken() {
    add("r", 0, Kind.READ, "k", "", 0, 0, Long.MAX_VALUE, Outcome.OPEN, "");
    read(Kind.READ, "", 20_000, 20_001);
    assertThat(broken()).containsExactly("calls end in time and as documented");
  }

  @Test
  void deadlines_processStopped_holds() {
    add("r", 0, Kind.READ, "k", "", 0, 0, 12_000, Outcome.OK, "");
    fault("stop", 0, false, 100, 11_500);
    assertThat(broken()).isEmpty();
  }

  @Test
  void deadlines_strangeError_isBroken() {
    add("r", 0, Kind.READ, "k", "", 0, 0, 10, Outcome.BROKEN, "NullPointerException");
    assertThat(broken()).containsExactly("calls end in time and as documented");
  }

  @Test
  void losses_untold_isBroken() {
    leased("a", 0, 10, 1).checked("a", 100, 101, 900).checked("a", 1_200, 1_201, 0);
    sign(OVER);
    assertThat(broken()).containsExactly("losses are told");
  }

  @Test
  void losses_toldInTime_holds() {
    leased("a", 0, 10, 1).checked("a", 100, 101, 900).told("a", 1_005);
    sign(OVER);
    assertThat(broken()).isEmpty();
  }

  @Test
  void losses_toldLate_isBroken() {
    leased("a", 0, 10, 1).checked("a", 100, 101, 900).told("a", 2_600);
    sign(OVER);
    assertThat(broken()).containsExactly("losses are told");
  }

  @Test
  void losses_toldWhenTheProcessContinues_holds() {
    leased("a", 0, 10, 1).checked("a", 100, 101, 900).told("a", 4_600);
    fault("stop", 0, false, 500, 4_500);
    sign(OVER);
    assertThat(broken()).isEmpty();
  }

  @Test
  void losses_toldTwice_isBroken() {
    leased("a", 0, 10, 1).told("a", 900).told("a", 901);
    sign(OVER);
    assertThat(broken()).containsExactly("losses are told");
  }

  @Test
  void losses_heldAgain_isBroken() {
    leased("a", 0, 10, 1).told("a", 900).checked("a", 950, 951, 500);
    sign(OVER);
    assertThat(broken()).contains("losses are told");
  }

  @Test
  void leftovers_refusedWhenFree_isBroken() {
    locked("a", 0, 10).released("a", 20, 30);
    add("t", 1, Kind.TRY_LOCK, "lock", TTL, 0, 3_000, 3_001, Outcome.REFUSED, "");
    assertThat(broken()).containsExactly("free locks can be had");
  }

  /** Each refusal once excused the next: so a leaked lock was never found. */
  @Test
  void leftovers_refusedAgainAndAgainWhenFree_isBroken() {
    locked("a", 0, 10).released("a", 20, 30);
    for (int i = 0; i < 30; i++) {
      int at = 100 * i;
      add("t" + i, 1, Kind.TRY_LOCK, "lock", TTL, 0, at, at + 1, Outcome.REFUSED, "");
    }
    assertThat(broken()).containsExactly("free locks can be had");
  }

  @Test
  void leftovers_refusedWhileHeld_holds() {
    locked("a", 0, 10).released("a", 4_000, 4_030);
    add("t", 1, Kind.TRY_LOCK, "lock", TTL, 0, 3_000, 3_001, Outcome.REFUSED, "");
    assertThat(broken()).isEmpty();
  }

  @Test
  void leftovers_failedAcquisitionIsGivenBackLate_isBroken() {
    add("a", 0, Kind.TRY_LOCK, "lock", 60_000, 0, 0, 500, Outcome.FAILED, "TIMEOUT");
    add("t", 1, Kind.TRY_LOCK, "lock", 60_000, 0, 5_000, 5_001, Outcome.REFUSED, "");
    assertThat(broken()).isEmpty();
    add("u", 1, Kind.TRY_LOCK, "lock", 60_000, 0, 8_100, 8_101, Outcome.REFUSED, "");
    assertThat(broken()).containsExactly("free locks can be had");
  }

  @Test
  void leftovers_waitedInVain_isBroken() {
    locked("a", 0, 10).released("a", 20, 30);
    add("t", 1, Kind.ACQUIRE, "lock", TTL, 3_000, 15, 3_015, Outcome.REFUSED, "LOCK_TIMEOUT");
    assertThat(broken()).containsExactly("free locks can be had");
  }

  @Test
  void recovery_nothingSucceeds_isBroken() {
    List<Violation> violations =
        Checker.check(new History(List.of(operation(0, OVER)), faults, 0, nanos(OVER - 1)));
    assertThat(violations).extracting(Violation::promise).contains("all works again");
  }

  @Test
  void recovery_stillFails_isBroken() {
    add("r", 0, Kind.READ, "k", "", 0, 9_000, 9_001, Outcome.FAILED, "NO_CONNECTION");
    List<Violation> violations =
        Checker.check(new History(operations, faults, 0, nanos(OVER))).stream().toList();
    assertThat(violations).isEmpty();
    sign(OVER + 1);
    assertThat(Checker.check(new History(operations, faults, 0, nanos(OVER))))
        .extracting(Violation::text)
        .contains("it still fails");
  }

  @Test
  void tell_violation_showsOperationsAndFaults() {
    locked("a", 0, 10).released("a", 50, 60);
    locked("b", 20, 30).released("b", 90, 95);
    fault("links cut", Fault.SERVERS, false, 5, 8);
    History history = history();
    Violation violation = Checker.check(history).get(0);
    assertThat(Checker.tell(history, violation)).contains("[a]", "[b]", "fault: links cut");
    assertThat(Timeline.of(history, violation)).contains("[a]", "[b]", "links cut", "</svg>");
    assertThat(Timeline.of(history)).contains("held lock", "faults");
  }

  private List<String> broken() {
    return Checker.check(history()).stream().map(Violation::promise).distinct().toList();
  }

  /** No process outlives the end, so that {@link Recovery} asks nothing of any. */
  private History history() {
    return new History(operations, faults, nanos(OVER), nanos(2 * OVER));
  }

  private CheckerTest locked(String id, int begin, int end) {
    return add(id, 0, Kind.TRY_LOCK, "lock", TTL, 0, begin, end, Outcome.OK, "");
  }

  private void released(String id, int begin, int end) {
    add("r" + id, 0, Kind.RELEASE, "lock", id, 0, begin, end, Outcome.OK, "");
  }

  private CheckerTest leased(String id, int begin, int end, int fence) {
    return add(id, 0, Kind.TRY_LEASE, "lock", TTL, 0, begin, end, Outcome.OK, "" + fence);
  }

  private CheckerTest checked(String id, int begin, int end, long left) {
    String result = Long.toString(nanos(left));
    return add("c" + begin, 0, Kind.CHECK, "lock", id, 0, begin, end, Outcome.OK, result);
  }

  private CheckerTest told(String id, int at) {
    return add("l" + at, 0, Kind.LOST, "lock", id, 0, at, at, Outcome.OK, "");
  }

  private void guarded(String id, int at, Outcome outcome, int number) {
    add("g" + at, 0, Kind.GUARDED, "lock", id, 0, at, at, outcome, "" + number);
  }

  private void ended(String id, int at) {
    add("e" + id, 0, Kind.RELEASE_LEASE, "lock", id, 0, at, at, Outcome.OK, "");
  }

  /** Leases that were let go of when they had ended anyway. */
  private void endedLeases(String... ids) {
    for (String id : ids) {
      add("e" + id, 0, Kind.RELEASE_LEASE, "lock", id, 0, 9_000, 9_001, Outcome.REFUSED, "");
    }
  }

  private void stored(String value, int begin, int end, Outcome outcome) {
    add("s" + value, 0, Kind.STORE, "key", value, 0, begin, end, outcome, "");
  }

  private void read(Kind kind, String value, int begin, int end) {
    add("r" + begin, 0, kind, "key", "", 0, begin, end, Outcome.OK, value);
  }

  private void read(int process, Kind kind, String value, int begin, int end) {
    add("r" + begin, process, kind, "key", "", 0, begin, end, Outcome.OK, value);
  }

  private void sign(int at) {
    operations.add(operation(0, at));
  }

  private void fault(String name, int process, boolean losesData, int begin, int end) {
    faults.add(new Fault(name, process, losesData, nanos(begin), nanos(end)));
  }

  private CheckerTest add(
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

  private static Operation operation(int process, int at) {
    return new Operation(
        "sign" + at, process, 0, Kind.CHECK, "", "", 0, nanos(at), nanos(at), Outcome.OK, "0");
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
