package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CourtesyTest {
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
}
