package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CourtesyTest {
  private static final long MILLI = 1_000_000;

  private final FakeClock clock = new FakeClock();
  private final Courtesy courtesy = new Courtesy(clock);

  @Test
  void isDue_neverRefused_isFalse() {
    courtesy.released("key");
    assertThat(courtesy.isDue("key")).isFalse();
  }

  @Test
  void isDue_refusedLatelyAndReleased_isTrueOnce() {
    courtesy.refused("key");
    courtesy.released("key");
    assertThat(courtesy.isDue("key")).isTrue();
    assertThat(courtesy.isDue("key")).isFalse();
  }

  @Test
  void isDue_refusedLongAgo_isFalse() {
    courtesy.refused("key");
    clock.advance(Duration.ofMillis(100));
    courtesy.released("key");
    assertThat(courtesy.isDue("key")).isFalse();
  }

  /** Two components that had both been refused since their releases waited for each other. */
  @Test
  void isDue_refusedSinceTheRelease_isFalse() {
    courtesy.refused("key");
    courtesy.released("key");
    courtesy.refused("key");
    assertThat(courtesy.isDue("key")).isFalse();
  }

  @Test
  void isDue_rivalsMissTheirTurn_areOfferedItLessOften() {
    courtesy.refused("key");
    for (int pause : new int[] {1, 4, 9, 9}) {
      courtesy.released("key");
      assertThat(courtesy.isDue("key")).isTrue();
      courtesy.missed("key");
      clock.advance(Duration.ofMillis(pause).minusNanos(1));
      courtesy.released("key");
      assertThat(courtesy.isDue("key")).isFalse();
      clock.advance(Duration.ofNanos(1));
    }
  }

  @Test
  void isDue_rivalRefusesAgain_isOfferedEveryTurn() {
    courtesy.refused("key");
    courtesy.missed("key");
    courtesy.missed("key");
    courtesy.refused("key");
    courtesy.released("key");
    assertThat(courtesy.isDue("key")).isTrue();
  }

  @Test
  void patience_nothingKnown_isOneToTwoMillis() {
    assertThat(courtesy.patience("key")).isBetween(MILLI, 2 * MILLI);
  }

  @Test
  void patience_rivalsAreQuick_getsShorterDownToABound() {
    for (int turn = 0; turn < 100; turn++) {
      courtesy.taken("key", MILLI / 4);
    }
    assertThat(courtesy.patience("key")).isBetween(MILLI / 4, MILLI / 2 + 100);
    for (int turn = 0; turn < 100; turn++) {
      courtesy.taken("key", 0);
    }
    assertThat(courtesy.patience("key")).isBetween(MILLI / 10, MILLI / 5 + 100);
  }

  @Test
  void patience_rivalsMissTheirTurns_growsAgainUpToABound() {
    for (int turn = 0; turn < 100; turn++) {
      courtesy.taken("key", 0);
    }
    for (int turn = 0; turn < 100; turn++) {
      courtesy.missed("key");
    }
    assertThat(courtesy.patience("key")).isBetween(MILLI, 2 * MILLI);
    courtesy.taken("key", 1_000 * MILLI);
    assertThat(courtesy.patience("key")).isBetween(MILLI, 2 * MILLI);
  }

  @Test
  void patience_refusedAndReleased_isKept() {
    for (int turn = 0; turn < 100; turn++) {
      courtesy.taken("key", 0);
      courtesy.refused("key");
      courtesy.released("key");
      courtesy.isDue("key");
    }
    assertThat(courtesy.patience("key")).isLessThan(MILLI / 4);
  }
}
