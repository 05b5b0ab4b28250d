package org.pipservices3.redis.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import redis.clients.jedis.exceptions.JedisConnectionException;

@Timeout(30)
class ReplyTest {

  /** The waiter took what its callback was to prepare. */
  @Test
  void fill_last_runsTheCallbackBeforeTheWaiterGoesOn() {
    AtomicReference<Reply> filled = new AtomicReference<>();
    AtomicBoolean before = new AtomicBoolean();
    Reply reply = Reply.to(1, /* reader= */ false, () -> before.set(!filled.get().isComplete()));
    filled.set(reply);

    assertThat(reply.fill(1L)).isTrue();

    assertThat(before).isTrue();
    assertThat(reply.isComplete()).isTrue();
  }

  @Test
  void fill_byAnotherThread_wakesTheWaiter() throws Exception {
    AtomicReference<Reply> sent = new AtomicReference<>();
    Background<Boolean> waiter =
        Background.run(
            () -> {
              Reply reply = Reply.to(1, /* reader= */ false, () -> {});
              sent.set(reply);
              while (!reply.isComplete()) {
                LockSupport.park(reply);
              }
            });
    waiter.awaitSleep();

    sent.get().fill(1L);

    assertThat(waiter.result()).isTrue();
  }

  @Test
  void fail_asked_isComplete() {
    Reply reply = Reply.to(2, /* reader= */ false, () -> {});
    JedisConnectionException cause = new JedisConnectionException("gone");
    reply.fill(1L);

    reply.fail(cause);

    assertThat(reply.isComplete()).isTrue();
    assertThatThrownBy(reply::results).isSameAs(cause);
  }

  @Test
  void leave_incomplete_isATimeout() {
    Reply reply = Reply.to(2, /* reader= */ false, () -> {});
    reply.fill(1L);

    assertThatThrownBy(reply::leave)
        .isInstanceOf(JedisConnectionException.class)
        .hasCauseInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void wakeReader_onlyWhoMayReadAndStillWaits() {
    Reply reader = Reply.to(1, /* reader= */ true, () -> {});

    assertThat(Reply.to(1, /* reader= */ false, () -> {}).wakeReader()).isFalse();
    assertThat(Reply.toProbe().wakeReader()).isFalse();
    assertThat(reader.wakeReader()).isTrue();
    assertThatThrownBy(reader::leave).isInstanceOf(JedisConnectionException.class);
    assertThat(reader.wakeReader()).isFalse();
  }

  @Test
  void isProbe_onlyWithoutAWaiter() {
    assertThat(Reply.toProbe().isProbe()).isTrue();
    Reply left = Reply.to(1, /* reader= */ true, () -> {});
    left.fill(1L);
    left.leave();
    assertThat(left.isProbe()).isFalse();
  }
}
