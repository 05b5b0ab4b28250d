package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A crowd that gives way to busy neighbours once ran at half the rate of a pool. */
class YieldPolicyTest {
  private static final long LONG = YieldPolicy.LONG;

  private final YieldPolicy yieldPolicy = new YieldPolicy();
  private long now = System.nanoTime();

  @Test
  void isOn_afterManyShortWaits_isFalse() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(give(LONG - 1)).isFalse();
    }
    assertThat(yieldPolicy.isOn(now)).isFalse();
  }

  @Test
  void isOn_afterARunOfLongWaits_isTrueForAWhile() {
    giveLong(YieldPolicy.MANY - 1);
    assertThat(yieldPolicy.isOn(now)).isFalse();
    assertThat(give(LONG)).isTrue();
    assertThat(yieldPolicy.isOn(now)).isTrue();
    assertThat(yieldPolicy.isOn(now + YieldPolicy.PAUSE - 1)).isTrue();
    assertThat(yieldPolicy.isOn(now + YieldPolicy.PAUSE)).isFalse();
  }

  @Test
  void isOn_afterOneLongWaitOfAllThreads_isFalse() {
    for (int thread = 0; thread < 100; thread++) {
      assertThat(yieldPolicy.noteYield(now + thread, now + thread + LONG)).isTrue();
    }
    assertThat(yieldPolicy.isOn(now + 2 * LONG)).isFalse();
  }

  @Test
  void isOn_afterLongWaitsFarApart_isFalse() {
    for (int i = 0; i < 100; i++) {
      give(LONG);
      now += YieldPolicy.WINDOW;
    }
    assertThat(yieldPolicy.isOn(now)).isFalse();
  }

  @Test
  void isOn_again_takesFewerLongWaits() {
    giveLong(YieldPolicy.MANY);
    now += YieldPolicy.PAUSE;
    assertThat(yieldPolicy.isOn(now)).isFalse();
    giveLong(YieldPolicy.AGAIN);
    assertThat(yieldPolicy.isOn(now)).isTrue();
  }

  @Test
  void isOn_longAfterContention_takesARunAgain() {
    giveLong(YieldPolicy.MANY);
    now += YieldPolicy.PAUSE + YieldPolicy.WINDOW;
    giveLong(YieldPolicy.MANY - 1);
    assertThat(yieldPolicy.isOn(now)).isFalse();
  }

  private void giveLong(int times) {
    for (int i = 0; i < times; i++) {
      give(LONG);
    }
  }

  private boolean give(long time) {
    long start = now;
    now += time;
    return yieldPolicy.noteYield(start, now);
  }
}
