package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/** What a sick server does to calls for healthy ones is found, and nothing else. */
class IsolationTest extends HandwrittenHistory {
  @Test
  void isolation_callToAHealthyServerFails_isBroken() {
    hang(Set.of("key"), 4_000, 6_000);
    add("r", 0, Kind.READ, "key", "", 0, 4_500, 4_600, Outcome.FAILED, "TIMEOUT");
    assertThat(broken()).containsExactly("a sick server harms nobody else");
  }

  @Test
  void isolation_callToAHealthyServerIsHeldUp_isBroken() {
    hang(Set.of("key"), 4_000, 9_000);
    add("r", 0, Kind.READ, "key", "", 0, 4_500, 7_100, Outcome.OK, "");
    assertThat(broken()).containsExactly("a sick server harms nobody else");
  }

  @Test
  void isolation_keptLeaseOfAHealthyServerIsLost_isBroken() {
    hang(Set.of("lock"), 0, 3_000);
    leased("a", 100, 110, 1);
    add("k", 0, Kind.KEEP, "lock", "a", 0, 111, 111, Outcome.OK, "");
    told("a", 1_200);
    endedLeases("a");
    assertThat(broken()).containsExactly("a sick server harms nobody else");
  }

  /** The hammer's own interrupt of a wait was counted as harm done by the sick server. */
  @Test
  void isolation_waitForAHealthyLockIsInterruptedByTheHammer_holds() {
    hang(Set.of("lock"), 4_000, 9_000);
    interrupted(4_600);
    assertThat(broken()).isEmpty();
  }

  @Test
  void isolation_interruptedCallToAHealthyServerIsHeldUp_isBroken() {
    hang(Set.of("lock"), 4_000, 9_000);
    interrupted(7_100);
    assertThat(broken()).containsExactly("a sick server harms nobody else");
  }

  @Test
  void isolation_callToTheSickServerFails_holds() {
    hang(Set.of("other"), 4_000, 6_000);
    add("r", 0, Kind.READ, "key", "", 0, 4_500, 4_600, Outcome.FAILED, "TIMEOUT");
    assertThat(broken()).isEmpty();
  }

  @Test
  void isolation_whileWhatWasBeforeEnds_isNotJudged() {
    hang(Set.of("key"), 4_000, 9_000);
    add("r", 0, Kind.READ, "key", "", 0, 3_500, 3_600, Outcome.FAILED, "TIMEOUT");
    assertThat(broken()).isEmpty();
  }

  private void interrupted(int end) {
    String why = Operation.INTERRUPTED;
    add("a", 0, Kind.ACQUIRE, "lock", TTL, 0, 4_500, end, Outcome.FAILED, why);
  }
}
