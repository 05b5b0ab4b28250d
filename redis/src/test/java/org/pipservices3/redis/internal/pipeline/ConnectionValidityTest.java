package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Which connections are used as they are after one was lost. */
class ConnectionValidityTest {
  private final JedisConnectionException timeout =
      new JedisConnectionException(new SocketTimeoutException());
  private final JedisConnectionException reset = new JedisConnectionException("reset");
  private final ConnectionValidity validity = new ConnectionValidity(() -> {});
  private final long start = System.nanoTime();

  @Test
  void allows_newerThanTheUnansweredCommand_isTrue() {
    validity.lost(start + 10, timeout);

    assertThat(validity.allows(0, start + 9)).isFalse();
    assertThat(validity.allows(0, start + 10)).isTrue();
    assertThat(validity.allows(0, start + 11)).isTrue();
  }

  /** A server that restarted has closed all of them. */
  @Test
  void allows_answeredAfterTheSendingButBeforeTheLoss_isFalse() {
    validity.lost(start, reset);

    assertThat(validity.allows(0, start + 1)).isFalse();
    assertThat(validity.allows(0, System.nanoTime())).isTrue();
  }

  @Test
  void lost_anOlderCommandTimesOutLater_forgetsNothing() {
    validity.lost(start + 10, timeout);
    validity.lost(start + 5, timeout);

    assertThat(validity.allows(0, start + 5)).isFalse();
    assertThat(validity.allows(0, start + 7)).isFalse();
    assertThat(validity.allows(0, start + 10)).isTrue();
  }

  @Test
  void distrust_openedBefore_isNotAllowedHoweverNewItsReply() {
    assertThat(validity.allows(0, start)).isTrue();

    validity.distrust();

    assertThat(validity.epoch()).isEqualTo(1);
    assertThat(validity.allows(0, System.nanoTime())).isFalse();
    assertThat(validity.allows(1, start)).isTrue();
  }
}
