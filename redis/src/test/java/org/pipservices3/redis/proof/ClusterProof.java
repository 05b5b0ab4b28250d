package org.pipservices3.redis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is promised holds over a cluster, with masters and slots that move. */
class ClusterProof {

  @Test
  void underFaults_allPromisesHold() throws Exception {
    try (Site site = new ClusterSite()) {
      assertThat(new Run("cluster").check(site)).isEmpty();
    }
  }
}
