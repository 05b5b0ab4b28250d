package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/** Locks that stay though nobody holds them are found, and nothing else. */
class LeftoversTest extends HandwrittenHistory {
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
}
