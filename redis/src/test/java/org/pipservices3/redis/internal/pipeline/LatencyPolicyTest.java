package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How many connections are in use, and who spins. */
class LatencyPolicyTest {
  private static final int FEW = 2;
  private static final int CONNECTIONS = 8;
  private static final int ALONE_AFTER = 32;

  private final LatencyPolicy policy = new LatencyPolicy(CONNECTIONS, FEW);

  @Test
  void connections_fewCallers_haveOneEach() {
    enter(FEW);

    assertThat(policy.isCrowd()).isFalse();
    assertThat(policy.connections(0)).isEqualTo(CONNECTIONS);
    assertThat(policy.connections(1_000)).isEqualTo(CONNECTIONS);
  }

  @Test
  void connections_crowd_usesMoreWhereManyAreQueued() {
    enter(FEW + 1);

    assertThat(policy.isCrowd()).isTrue();
    assertThat(policy.connections(7)).isEqualTo(1);
    assertThat(policy.connections(8)).isEqualTo(2);
    assertThat(policy.connections(255)).isEqualTo(2);
    assertThat(policy.connections(256)).isEqualTo(3);
  }

  @Test
  void connections_crowdAndFewerConnections_usesNoMoreThanThereAre() {
    for (int most = 1; most <= 2; most++) {
      LatencyPolicy policy = new LatencyPolicy(most, FEW);
      for (int i = 0; i < FEW + 1; i++) {
        policy.enter();
      }

      assertThat(policy.connections(256)).isEqualTo(most);
      assertThat(policy.connections(1_000)).isEqualTo(most);
    }
  }

  @Test
  void connections_farServer_usesAll() {
    policy.probe(LatencyPolicyTest::takeLong);
    enter(100);

    assertThat(policy.isCrowd()).isFalse();
    assertThat(policy.connections(0)).isEqualTo(CONNECTIONS);
  }

  /** A busy machine delays replies, but not all of them. */
  @Test
  void probe_oneQuickReplyAmongSlowOnes_isNear() {
    int[] probes = {0};
    policy.probe(
        () -> {
          if (probes[0]++ != 2) {
            takeLong();
          }
        });
    enter(FEW + 1);

    assertThat(probes[0]).isEqualTo(5);
    assertThat(policy.isCrowd()).isTrue();
  }

  @Test
  void spinNanos_aloneForAWhile_spinsUntilAnotherComes() {
    policy.probe(() -> {});
    policy.enter();
    for (int i = 1; i < ALONE_AFTER; i++) {
      assertThat(policy.spinNanos()).isZero();
    }
    assertThat(policy.spinNanos()).isEqualTo(LatencyPolicy.SPIN_NANOS);
    assertThat(policy.spinNanos()).isEqualTo(LatencyPolicy.SPIN_NANOS);

    policy.enter();
    assertThat(policy.spinNanos()).isZero();
    policy.leave();
    assertThat(policy.spinNanos()).isZero();
  }

  @Test
  void spinNanos_farServer_neverSpins() {
    policy.probe(LatencyPolicyTest::takeLong);
    policy.enter();
    for (int i = 0; i < 2 * ALONE_AFTER; i++) {
      assertThat(policy.spinNanos()).isZero();
    }
  }

  @Test
  void isAlone_withOneCallerOnly() {
    assertThat(policy.isAlone()).isFalse();
    policy.enter();
    assertThat(policy.isAlone()).isTrue();
    policy.enter();
    assertThat(policy.isAlone()).isFalse();
  }

  @Test
  void yieldWhile_crowdNearby_asksUntilThereIsNothingToWaitFor() {
    enter(FEW + 1);
    AtomicInteger asked = new AtomicInteger();
    policy.yieldWhile(() -> asked.incrementAndGet() < 2);
    assertThat(asked).hasPositiveValue();
  }

  @Test
  void yieldWhile_few_doesNotYield() {
    enter(FEW);
    AtomicInteger asked = new AtomicInteger();
    policy.yieldWhile(() -> asked.incrementAndGet() < 2);
    assertThat(asked).hasValue(0);
  }

  @Test
  void isIdle_allHaveLeft_isTrue() {
    assertThat(policy.isIdle()).isTrue();
    policy.enter();
    assertThat(policy.isIdle()).isFalse();
    policy.leave();
    assertThat(policy.isIdle()).isTrue();
  }

  private void enter(int callers) {
    for (int i = 0; i < callers; i++) {
      policy.enter();
    }
  }

  /** A server that is not on this machine. */
  private static void takeLong() {
    long start = System.nanoTime();
    while (System.nanoTime() - start <= LatencyPolicy.FAR_NANOS) {
      Thread.onSpinWait();
    }
  }
}
