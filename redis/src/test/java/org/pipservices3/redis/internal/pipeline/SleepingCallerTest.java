package org.pipservices3.redis.internal.pipeline;

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
class SleepingCallerTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

  @Test
  void awaitWithoutTimer_replyComes_isThatReply() throws Exception {
    Background<Object> caller = caller();
    Call call = asleep(caller);
    assertThat(call.take()).isTrue();
    call.complete("reply", null);
    assertThat(caller.result()).isEqualTo("reply");
  }

  @Test
  void awaitWithoutTimer_interrupted_goesOnWaitingAndStaysInterrupted() throws Exception {
    Background<Object> caller = caller();
    Call call = asleep(caller);
    caller.interrupt();
    assertThat(call.take()).isTrue();
    call.complete("reply", null);
    assertThat(caller.result()).isEqualTo("reply, interrupted");
  }

  @Test
  void expire_stillInTheQueue_failsAndSurelyDoesNotRun() throws Exception {
    Background<Object> caller = caller();
    Call call = asleep(caller);
    call.expire(System.nanoTime() + MINUTE, MINUTE);
    assertThatThrownBy(caller::result).isInstanceOf(JedisConnectionException.class);
    assertThat(call.mayHaveRun()).isFalse();
    assertThat(call.take()).isFalse();
  }

  @Test
  void expire_inABatch_failsAndMayHaveRun() throws Exception {
    Background<Object> caller = caller();
    Call call = asleep(caller);
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
    Call call = asleep(caller);
    call.expire(System.nanoTime(), MINUTE);
    assertThat(call.take()).isTrue();
    call.complete("reply", null);
    assertThat(caller.result()).isEqualTo("reply");
  }

  @Test
  void await_granted_isTheConnectionToLead() throws Exception {
    PipelinedConnection connection =
        new PipelinedConnection(
            FakeWire::new, new ConnectionValidity(() -> {}), new ReplySizes(), FakeWire.NOTHING);
    Background<PipelinedConnection> caller =
        Background.call(
            () -> {
              Call call = new Call(new CommandArguments(Command.PING));
              calls.add(call);
              return call.await(MINUTE);
            });
    Call call = asleep(caller);
    assertThat(call.grant(connection)).isTrue();
    assertThat(caller.result()).isSameAs(connection);
  }

  /** The call of a caller that sleeps by now. */
  private Call asleep(Background<?> caller) throws Exception {
    Call call = calls.take();
    caller.awaitSleep();
    return call;
  }

  private Background<Object> caller() {
    return Background.call(
        () -> {
          Call call = new Call(new CommandArguments(Command.PING));
          calls.add(call);
          assertThat(call.await(Long.MAX_VALUE)).isNull();
          return call.result() + (Thread.interrupted() ? ", interrupted" : "");
        });
  }
}
