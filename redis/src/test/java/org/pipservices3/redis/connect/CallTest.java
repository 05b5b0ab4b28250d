package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Callers that sleep without an alarm, and what is known of their commands afterwards. */
@Timeout(60)
class CallTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

  @Test
  void awaitExpiry_replyComes_isThatReply() throws Exception {
    Background<Object> caller = caller();
    Call call = calls.take();
    caller.awaitSleep();
    assertThat(call.take()).isTrue();
    call.complete("reply", null);
    assertThat(caller.result()).isEqualTo("reply");
  }

  @Test
  void awaitExpiry_interrupted_goesOnWaitingAndStaysInterrupted() throws Exception {
    Background<Object> caller = caller();
    Call call = calls.take();
    caller.awaitSleep();
    caller.interrupt();
    assertThat(call.take()).isTrue();
    call.complete("reply", null);
    assertThat(caller.result()).isEqualTo("reply, interrupted");
  }

  @Test
  void expire_stillInTheQueue_failsAndSurelyDoesNotRun() throws Exception {
    Background<Object> caller = caller();
    Call call = calls.take();
    caller.awaitSleep();
    call.expire(System.nanoTime() + MINUTE, MINUTE);
    assertThatThrownBy(caller::result).isInstanceOf(JedisConnectionException.class);
    assertThat(call.mayHaveRun()).isFalse();
    assertThat(call.take()).isFalse();
  }

  @Test
  void expire_inABatch_failsAndMayHaveRun() throws Exception {
    Background<Object> caller = caller();
    Call call = calls.take();
    caller.awaitSleep();
    assertThat(call.take()).isTrue();
    call.expire(System.nanoTime() + MINUTE, MINUTE);
    assertThatThrownBy(caller::result).isInstanceOf(JedisConnectionException.class);
    assertThat(call.mayHaveRun()).isTrue();
    call.complete("too late", null);
    assertThat(call.mayHaveRun()).isTrue();
  }

  @Test
  void expire_beforeItsTime_changesNothing() throws Exception {
    Background<Object> caller = caller();
    Call call = calls.take();
    caller.awaitSleep();
    call.expire(System.nanoTime(), MINUTE);
    assertThat(call.take()).isTrue();
    call.complete("reply", null);
    assertThat(caller.result()).isEqualTo("reply");
  }

  @Test
  void expire_neverAsleep_changesNothing() {
    Call call = new Call(new CommandArguments(Command.PING));
    call.expire(System.nanoTime() + MINUTE, MINUTE);
    assertThat(call.take()).isTrue();
  }

  private Background<Object> caller() {
    return Background.call(
        () -> {
          Call call = new Call(new CommandArguments(Command.PING));
          calls.add(call);
          assertThat(call.awaitExpiry()).isNull();
          return call.result() + (Thread.interrupted() ? ", interrupted" : "");
        });
  }
}
