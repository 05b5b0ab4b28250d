package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/**
 * Values that were loaded before a removal and loaders that overlap are found, and nothing else.
 */
class LoadingTest extends HandwrittenHistory {
  @Test
  void loading_valueOfBeforeARemoval_isBroken() {
    loaded(1, "v1", 0, 10);
    removed(20, 30, Outcome.OK);
    called(2, Kind.LOAD, "v1", 40, 45);
    assertThat(broken()).containsExactly("loads are fresh");
  }

  @Test
  void loading_valueWhoseLoaderBeganBeforeARemovalDuringIt_isBroken() {
    loaded(1, "v1", 0, 50);
    removed(20, 30, Outcome.OK);
    called(2, Kind.LOAD, "v1", 60, 65);
    assertThat(broken()).containsExactly("loads are fresh");
  }

  @Test
  void loading_itsOwnCallerAndWhoCameBeforeTheRemovalEnded_getTheValue() {
    loaded(1, "v1", 0, 50);
    called(2, Kind.LOAD, "v1", 25, 55);
    removed(20, 30, Outcome.OK);
    assertThat(broken()).isEmpty();
  }

  @Test
  void loading_loaderBeganDuringTheRemoval_holds() {
    removed(20, 30, Outcome.OK);
    loaded(1, "v1", 25, 28);
    called(2, Kind.LOAD, "v1", 40, 45);
    assertThat(broken()).isEmpty();
  }

  @Test
  void loading_failedOrForgottenRemoval_holds() {
    loaded(1, "v1", 0, 10);
    removed(20, 30, Outcome.FAILED);
    called(2, Kind.LOAD, "v1", 40, 45);
    assertThat(broken()).isEmpty();
    removed(50, 60, Outcome.OK);
    fault("master killed", Fault.SERVERS, true, 61, 70);
    called(2, Kind.LOAD, "v1", 80, 85);
    assertThat(broken()).isEmpty();
  }

  @Test
  void loading_nearCacheWithinItsBound_holdsAndBeyondIsBroken() {
    loaded(1, "v1", 0, 10);
    removed(20, 30, Outcome.OK);
    called(2, Kind.NEAR_LOAD, "v1", 900, 901);
    assertThat(broken()).isEmpty();
    called(2, Kind.NEAR_LOAD, "v1", 1_100, 1_101);
    assertThat(broken()).containsExactly("loads are fresh");
  }

  @Test
  void loading_valueThatNobodyLoaded_isBroken() {
    called(1, Kind.LOAD, "v9", 0, 1);
    assertThat(broken()).containsExactly("loads are true");
  }

  @Test
  void loading_twoLoadersOfTwoProcesses_isBroken() {
    loaded(1, "v1", 0, 50);
    loaded(2, "v2", 20, 70);
    assertThat(broken()).containsExactly("one loader at a time");
  }

  @Test
  void loading_twoLoadersOneAfterTheOther_holds() {
    loaded(1, "v1", 0, 50);
    loaded(2, "v2", 60, 70);
    assertThat(broken()).isEmpty();
  }

  @Test
  void loading_twoLoadersAroundARemoval_holds() {
    loaded(1, "v1", 0, 50);
    removed(10, 15, Outcome.OK);
    loaded(2, "v2", 20, 70);
    assertThat(broken()).isEmpty();
  }

  /** The second to begin had claimed first; a removal ended its lease, and the other claimed. */
  @Test
  void loading_secondToBeginHadClaimedBeforeTheRemoval_holds() {
    call(2, "v2", 0, 70);
    removed(5, 8, Outcome.OK);
    loaded(1, "v1", 20, 50);
    loader(2, "v2", 30, 65);
    assertThat(broken()).isEmpty();
  }

  @Test
  void loading_firstTookLongerThanALoadMay_holds() {
    loaded(1, "v1", 0, 2_300);
    loaded(2, "v2", 2_001, 2_200);
    assertThat(broken()).isEmpty();
  }

  @Test
  void loading_leaseForgottenOrRefused_holds() {
    loaded(1, "v1", 0, 50);
    loaded(2, "v2", 20, 70);
    fault("memory full (1)", Fault.SERVERS, false, 0, 10);
    assertThat(broken()).isEmpty();
    faults.clear();
    fault("links cut (1)", Fault.SERVERS, false, 0, 10);
    assertThat(broken()).containsExactly("one loader at a time");
  }

  /** A call that begins a moment before its loader. */
  private void loaded(int process, String value, int begin, int end) {
    call(process, value, begin, end + 1);
    loader(process, value, begin, end);
  }

  private void call(int process, String value, int begin, int end) {
    add("c" + value, process, Kind.LOAD, "key", "", 0, begin, end, Outcome.OK, value);
  }

  private void loader(int process, String value, int begin, int end) {
    add("l" + value, process, Kind.LOADING, "key", "", 0, begin, end, Outcome.OK, value);
  }

  private void called(int process, Kind kind, String value, int begin, int end) {
    add("c" + begin, process, kind, "key", "", 0, begin, end, Outcome.OK, value);
  }

  private void removed(int begin, int end, Outcome outcome) {
    add("d" + begin, 0, Kind.REMOVE, "key", "", 0, begin, end, outcome, "");
  }
}
