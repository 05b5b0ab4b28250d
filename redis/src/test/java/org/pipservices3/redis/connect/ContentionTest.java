package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A crowd that gives way to busy neighbours once ran at half the rate of a pool. */
class ContentionTest {
  private static final long LONG = Contention.LONG;

  private final Contention contention = new Contention();
  private long now = System.nanoTime();

  @Test
  void isOn_afterManyShortWaits_isFalse() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(give(LONG - 1)).isFalse();
    }
    assertThat(contention.isOn(now)).isFalse();
  }

  @Test
  void isOn_afterARunOfLongWaits_isTrueForAWhile() {
    giveLong(Contention.MANY - 1);
    assertThat(contention.isOn(now)).isFalse();
    assertThat(give(LONG)).isTrue();
    assertThat(contention.isOn(now)).isTrue();
    assertThat(contention.isOn(now + Contention.PAUSE - 1)).isTrue();
    assertThat(contention.isOn(now + Contention.PAUSE)).isFalse();
  }

  @Test
  void isOn_afterOneLongWaitOfAllThreads_isFalse() {
    for (int thread = 0; thread < 100; thread++) {
      assertThat(contention.isTold(now + thread, now + thread + LONG)).isTrue();
    }
    assertThat(contention.isOn(now + 2 * LONG)).isFalse();
  }

  @Test
  void isOn_afterLongWaitsFarApart_isFalse() {
    for (int i = 0; i < 100; i++) {
      give(LONG);
      now += Contention.WINDOW;
    }
    assertThat(contention.isOn(now)).isFalse();
  }

  @Test
  void isOn_again_takesFewerLongWaits() {
    giveLong(Contention.MANY);
    now += Contention.PAUSE;
    assertThat(contention.isOn(now)).isFalse();
    giveLong(Contention.AGAIN);
    assertThat(contention.isOn(now)).isTrue();
  }

  @Test
  void isOn_longAfterContention_takesARunAgain() {
    giveLong(Contention.MANY);
    now += Contention.PAUSE + Contention.WINDOW;
    giveLong(Contention.MANY - 1);
    assertThat(contention.isOn(now)).isFalse();
  }

  private void giveLong(int times) {
    for (int i = 0; i < times; i++) {
      give(LONG);
    }
  }

  private boolean give(long time) {
    long start = now;
    now += time;
    return contention.isTold(start, now);
  }
}
