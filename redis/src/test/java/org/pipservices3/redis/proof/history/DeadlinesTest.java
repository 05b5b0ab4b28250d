package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/** Calls that end too late, never, or with a strange error are found, and nothing else. */
class DeadlinesTest extends HandwrittenHistory {
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
}
