package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/** Processes that do not work again after the faults are found, and nothing else. */
class RecoveryTest extends HandwrittenHistory {
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
}
