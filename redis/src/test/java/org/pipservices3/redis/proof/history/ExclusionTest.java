package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Two holders of one lock are found, and nothing else. */
class ExclusionTest extends HandwrittenHistory {
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
    leased("b", 250, 260, 2);
    endedLeases("a", "b");
    assertThat(broken()).isEmpty();
  }

  @Test
  void exclusion_redisForgotButRenewedOn_isBroken() {
    leased("a", 0, 10, 1).checked("a", 2_500, 2_505, 900);
    fault("restart", Fault.SERVERS, true, 100, 200);
    leased("b", 250, 260, 2);
    endedLeases("a", "b");
    assertThat(broken()).containsExactly("one holder");
  }
}
