package org.pipservices3.redis.internal.loading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** XFetch: when a value is loaded again before it ends. */
class LoadHistoryTest {
  private static final String KEY = "key";
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long now;
  private double random = 0.5;
  private final LoadHistory history = new LoadHistory(100, () -> now, () -> random);

  @Test
  void isDue_timeLeftOfSoManyLoads_followsTheExponentialDistribution() {
    Random dice = new Random(1);
    history.loaded(KEY, 10 * SECOND, SECOND);
    for (int left = 0; left <= 4; left++) {
      now = (10 - left) * SECOND;
      int due = 0;
      for (int i = 0; i < 10_000; i++) {
        random = dice.nextDouble();
        due += history.isDue(KEY, /* beta= */ 2) ? 1 : 0;
      }
      assertThat(due / 10_000.0).isCloseTo(Math.exp(-left / 2.0), within(0.02));
    }
  }

  @Test
  void isDue_unknownForgottenOrPostponed_isFalse() {
    now = 20 * SECOND;
    assertThat(history.isDue(KEY, 1)).isFalse();
    history.found(KEY, 10 * SECOND);
    assertThat(history.isKnown(KEY)).isTrue();
    assertThat(history.isDue(KEY, 1)).isTrue();
    history.postpone(KEY, 1_000);
    assertThat(history.isDue(KEY, 1)).isFalse();
    now += SECOND;
    assertThat(history.isDue(KEY, 1)).isTrue();
    history.forget(KEY);
    assertThat(history.isKnown(KEY)).isFalse();
    assertThat(history.isDue(KEY, 1)).isFalse();
  }

  @Test
  void millisLeft_roundsUpAndIsNeverNegative() {
    assertThat(history.millisLeft(KEY)).isZero();
    history.found(KEY, SECOND);
    assertThat(history.millisLeft(KEY)).isEqualTo(1_001);
    now = 3 * SECOND;
    assertThat(history.millisLeft(KEY)).isZero();
  }

  @Test
  void found_durationNotKnown_isTheMeanOfOthers() {
    for (int i = 0; i < 200; i++) {
      history.loaded("other" + i, SECOND, SECOND);
    }
    history.found(KEY, 10 * SECOND);
    random = 1 - Math.exp(-1);
    now = 9 * SECOND - SECOND / 10;
    assertThat(history.isDue(KEY, 1)).isFalse();
    now = 9 * SECOND + SECOND / 10;
    assertThat(history.isDue(KEY, 1)).isTrue();
  }
}
