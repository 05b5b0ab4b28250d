package org.pipservices3.redis.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;

class HeartbeatTest {
  private static final long START = System.nanoTime();
  private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(Heartbeat.PERIOD);
  private static final long BOUND = TimeUnit.MILLISECONDS.toNanos(KeyTracking.STALENESS_BOUND);

  private final Heartbeat heartbeat = new Heartbeat(START);

  @Test
  void isLive_noReply_endsWithTheBound() {
    assertThat(heartbeat.isLive(START + BOUND - 1)).isTrue();
    assertThat(heartbeat.isLive(START + BOUND)).isFalse();
  }

  @Test
  void isLive_reply_countsFromItsCommand() {
    heartbeat.replied(START + 7);

    assertThat(heartbeat.isLive(START + 7 + BOUND - 1)).isTrue();
    assertThat(heartbeat.isLive(START + 7 + BOUND)).isFalse();
  }

  @Test
  void isLive_askedWithoutReply_isNotProlonged() {
    assertThat(heartbeat.isDue(START + PERIOD + 1, /* silent= */ true)).isTrue();

    assertThat(heartbeat.isLive(START + BOUND)).isFalse();
  }

  @Test
  void isDue_onlyAfterThePeriodAndOnce() {
    assertThat(heartbeat.isDue(START + PERIOD, /* silent= */ true)).isFalse();
    assertThat(heartbeat.isDue(START + PERIOD + 1, /* silent= */ true)).isTrue();
    assertThat(heartbeat.isDue(START + PERIOD + 2, /* silent= */ true)).isFalse();
  }

  @Test
  void isDue_bytesComeButNoReply_asks() {
    assertThat(heartbeat.isDue(START + PERIOD + 1, /* silent= */ false)).isTrue();
  }

  @Test
  void isDue_answered_asksAgainAfterAnotherPeriod() {
    long asked = START + PERIOD + 1;
    assertThat(heartbeat.isDue(asked, /* silent= */ true)).isTrue();
    heartbeat.replied(asked);

    assertThat(heartbeat.isDue(asked + PERIOD, /* silent= */ true)).isFalse();
    assertThat(heartbeat.isDue(asked + PERIOD + 1, /* silent= */ true)).isTrue();
    assertThat(heartbeat.isDue(asked + PERIOD + 2, /* silent= */ true)).isFalse();
  }

  @Test
  void isDue_askedAndSilentForAnotherPeriod_fails() {
    long asked = START + PERIOD + 1;
    assertThat(heartbeat.isDue(asked, /* silent= */ true)).isTrue();

    assertThat(heartbeat.isDue(asked + PERIOD - 1, /* silent= */ true)).isFalse();
    assertThat(heartbeat.isDue(asked + PERIOD, /* silent= */ false)).isFalse();
    assertThatThrownBy(() -> heartbeat.isDue(asked + PERIOD, /* silent= */ true))
        .isInstanceOf(JedisConnectionException.class)
        .hasMessage("The server is silent");
  }
}
