package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Losses of leases that are not told, or told wrongly, are found, and nothing else. */
class LossesTest extends HandwrittenHistory {
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
}
