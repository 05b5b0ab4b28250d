package org.pipservices3.redis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is promised holds under sentinels, with masters that change. */
class SentinelProof {

  @Test
  void underFaults_allPromisesHold() throws Exception {
    try (Site site = new SentinelSite()) {
      assertThat(new Run("sentinel").check(site)).isEmpty();
    }
  }
}
