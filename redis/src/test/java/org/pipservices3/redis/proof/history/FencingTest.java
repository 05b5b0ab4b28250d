package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/** Fencing tokens that do not rise, or do not count, are found, and nothing else. */
class FencingTest extends HandwrittenHistory {
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

  @Test
  void fencing_tokenDoesNotRiseAfterALossOfData_isBroken() {
    leased("a", 0, 10, 2);
    fault("restart", Fault.SERVERS, true, 20, 30);
    leased("b", 35, 40, 1);
    endedLeases("a", "b");
    assertThat(broken()).containsExactly("fencing tokens rise");
  }

  @Test
  void fencing_resourceTookAStaleTokenAfterALossOfData_isBroken() {
    leased("a", 0, 10, 1);
    fault("restart", Fault.SERVERS, true, 20, 30);
    leased("b", 35, 40, 2);
    guarded("b", 45, Outcome.OK, 1);
    guarded("a", 46, Outcome.OK, 2);
    endedLeases("a", "b");
    assertThat(broken()).containsExactly("fencing tokens rise");
  }

  /** Redis has forgotten the first lease, whose holder cannot know that yet. */
  @Test
  void fencing_resourceRefusedTheHolderFromBeforeALossOfData_holds() {
    leased("a", 0, 10, 1);
    fault("restart", Fault.SERVERS, true, 20, 30);
    leased("b", 35, 40, 2);
    guarded("b", 45, Outcome.OK, 1);
    guarded("a", 46, Outcome.REFUSED, 0);
    checked("a", 47, 48, 500);
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
}
