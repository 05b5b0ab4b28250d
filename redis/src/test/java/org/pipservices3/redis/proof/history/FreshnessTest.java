package org.pipservices3.redis.proof.history;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/** Stale and invented reads are found, and nothing else. */
class FreshnessTest extends HandwrittenHistory {
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
}
