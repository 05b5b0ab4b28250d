package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Which connections are used as they are after one was lost. */
class ConnectionValidityTest {
  private final JedisConnectionException timeout =
      new JedisConnectionException(new SocketTimeoutException());
  private final JedisConnectionException reset = new JedisConnectionException("reset");
  private final AtomicInteger losses = new AtomicInteger();
  private final ConnectionValidity validity = new ConnectionValidity(losses::incrementAndGet);
  private final long start = System.nanoTime();

  @Test
  void allows_newerThanTheUnansweredCommand_isTrue() {
    validity.lost(start + 10, /* idle= */ false, timeout);

    assertThat(validity.allows(0, start + 9)).isFalse();
    assertThat(validity.allows(0, start + 10)).isTrue();
    assertThat(validity.allows(0, start + 11)).isTrue();
  }

  /** A server that restarted has closed all of them. */
  @Test
  void allows_answeredAfterTheSendingButBeforeTheLoss_isFalse() {
    validity.lost(start, /* idle= */ false, reset);

    assertThat(validity.allows(0, start + 1)).isFalse();
    assertThat(validity.allows(0, System.nanoTime())).isTrue();
  }

  @Test
  void lost_anOlderCommandTimesOutLater_forgetsNothing() {
    validity.lost(start + 10, /* idle= */ false, timeout);
    validity.lost(start + 5, /* idle= */ false, timeout);

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

  @Test
  void lost_idleOrInUse_onlyTheLatterIsTold() {
    validity.lost(start, /* idle= */ true, reset);
    assertThat(losses).hasValue(0);
    validity.lost(start, /* idle= */ false, reset);
    assertThat(losses).hasValue(1);
  }
}
