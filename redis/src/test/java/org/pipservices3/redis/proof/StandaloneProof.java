package org.pipservices3.redis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is promised holds over one server, whatever happens to it. */
class StandaloneProof {

  @Test
  void underFaults_allPromisesHold() throws Exception {
    try (Site site = new StandaloneSite()) {
      assertThat(new Run("standalone").check(site)).isEmpty();
    }
  }
}
