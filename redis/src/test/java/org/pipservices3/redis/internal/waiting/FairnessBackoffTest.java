package org.pipservices3.redis.internal.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.FakeClock;

class FairnessBackoffTest {
  private static final long MILLI = 1_000_000;

  private final FakeClock clock = new FakeClock();
  private final FairnessBackoff fairness = new FairnessBackoff(clock);

  @Test
  void isDue_neverRefused_isFalse() {
    fairness.released("key");
    assertThat(fairness.isDue("key")).isFalse();
  }

  @Test
  void isDue_refusedLatelyAndReleased_isTrueOnce() {
    fairness.refused("key");
    fairness.released("key");
    assertThat(fairness.isDue("key")).isTrue();
    assertThat(fairness.isDue("key")).isFalse();
  }

  @Test
  void isDue_refusedLongAgo_isFalse() {
    fairness.refused("key");
    clock.advance(Duration.ofMillis(100));
    fairness.released("key");
    assertThat(fairness.isDue("key")).isFalse();
  }

  /** Two components that had both been refused since their releases waited for each other. */
  @Test
  void isDue_refusedSinceTheRelease_isFalse() {
    fairness.refused("key");
    fairness.released("key");
    fairness.refused("key");
    assertThat(fairness.isDue("key")).isFalse();
  }

  @Test
  void isDue_rivalsMissTheirTurn_areOfferedItLessOften() {
    fairness.refused("key");
    for (int pause : new int[] {1, 4, 9, 9}) {
      fairness.released("key");
      assertThat(fairness.isDue("key")).isTrue();
      fairness.missed("key");
      clock.advance(Duration.ofMillis(pause).minusNanos(1));
      fairness.released("key");
      assertThat(fairness.isDue("key")).isFalse();
      clock.advance(Duration.ofNanos(1));
    }
  }

  @Test
  void isDue_rivalRefusesAgain_isOfferedEveryTurn() {
    fairness.refused("key");
    fairness.missed("key");
    fairness.missed("key");
    fairness.refused("key");
    fairness.released("key");
    assertThat(fairness.isDue("key")).isTrue();
  }

  @Test
  void patience_nothingKnown_isOneToTwoMillis() {
    assertThat(fairness.offerNanos("key")).isBetween(MILLI, 2 * MILLI);
  }

  @Test
  void patience_rivalsAreQuick_getsShorterDownToABound() {
    for (int turn = 0; turn < 100; turn++) {
      fairness.used("key", MILLI / 4);
    }
    assertThat(fairness.offerNanos("key")).isBetween(MILLI / 4, MILLI / 2 + 100);
    for (int turn = 0; turn < 100; turn++) {
      fairness.used("key", 0);
    }
    assertThat(fairness.offerNanos("key")).isBetween(MILLI / 10, MILLI / 5 + 100);
  }

  @Test
  void patience_rivalsMissTheirTurns_growsAgainUpToABound() {
    for (int turn = 0; turn < 100; turn++) {
      fairness.used("key", 0);
    }
    for (int turn = 0; turn < 100; turn++) {
      fairness.missed("key");
    }
    assertThat(fairness.offerNanos("key")).isBetween(MILLI, 2 * MILLI);
    fairness.used("key", 1_000 * MILLI);
    assertThat(fairness.offerNanos("key")).isBetween(MILLI, 2 * MILLI);
  }

  @Test
  void patience_refusedAndReleased_isKept() {
    for (int turn = 0; turn < 100; turn++) {
      fairness.used("key", 0);
      fairness.refused("key");
      fairness.released("key");
      fairness.isDue("key");
    }
    assertThat(fairness.offerNanos("key")).isLessThan(MILLI / 4);
  }
}
