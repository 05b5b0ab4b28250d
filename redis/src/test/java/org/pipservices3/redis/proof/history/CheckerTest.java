package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the checker tells of a violation. */
class CheckerTest extends HandwrittenHistory {
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
}
