package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** The states of a call, one step after the other on its caller's thread. */
@Timeout(60)
class CallTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
  private final Call call = new Call(ping());
  private final PipelinedConnection connection =
      new PipelinedConnection(
          FakeWire::new, new ConnectionValidity(() -> {}), new ReplySizes(), FakeWire.NOTHING);

  @Test
  void fresh_isUnsettledAndNothingElse() {
    assertThat(call.isUnsettled()).isTrue();
    assertThat(call.isDone()).isFalse();
    assertThat(call.isGone()).isFalse();
    assertThat(call.mayHaveRun()).isFalse();
    assertThat(call.hasSlept(0)).isFalse();
  }

  @Test
  void take_twice_isFalse() {
    assertThat(call.take()).isTrue();
    assertThat(call.take()).isFalse();
    assertThat(call.isUnsettled()).isTrue();
  }

  @Test
  void putBack_inABatchOrLeading_isQueuedAgain() {
    assertThat(call.putBack()).as("queued").isFalse();
    assertThat(call.take()).isTrue();
    assertThat(call.putBack()).as("in a batch").isTrue();
    assertThat(call.grant(connection)).isTrue();
    assertThat(call.isUnsettled()).isFalse();
    assertThat(call.putBack()).as("leading").isTrue();
    assertThat(call.take()).isTrue();
    call.complete("reply", null);
    assertThat(call.putBack()).as("done").isFalse();
  }

  @Test
  void grant_queued_givesItsCallerTheConnection() {
    assertThat(call.grant(connection)).isTrue();
    assertThat(call.await(MINUTE)).isSameAs(connection);
  }

  @Test
  void grant_taken_isFalse() {
    call.take();
    assertThat(call.grant(connection)).isFalse();
  }

  /** Its connection would never be handed on. */
  @Test
  void grant_callerHasLeft_isFalse() {
    assertThatThrownBy(() -> call.await(0)).isInstanceOf(JedisConnectionException.class);
    assertThat(call.grant(connection)).isFalse();
    assertThat(call.mayHaveRun()).isFalse();
  }

  @Test
  void complete_taken_isTheOutcome() {
    call.take();
    call.complete("reply", null);
    assertThat(call.isDone()).isTrue();
    assertThat(call.isUnsettled()).isFalse();
    assertThat(call.isGone()).isFalse();
    assertThat(call.await(MINUTE)).isNull();
    assertThat(call.result()).isEqualTo("reply");
    assertThat(call.putBack()).isFalse();
    assertThat(call.grant(connection)).isFalse();
  }

  @Test
  void await_queuedForTooLong_leavesAndNeverRuns() {
    assertThatThrownBy(() -> call.await(1)).isInstanceOf(JedisConnectionException.class);
    assertThat(call.isGone()).isTrue();
    assertThat(call.isUnsettled()).isFalse();
    assertThat(call.mayHaveRun()).isFalse();
    assertThat(call.take()).isFalse();
    assertThat(call.hasSlept(0)).isTrue();
    assertThat(call.hasSlept(MINUTE)).isFalse();
    call.complete("late", null);
    assertThat(call.isDone()).isFalse();
  }

  @Test
  void await_inABatchForTooLong_leavesAndMayHaveRun() {
    call.take();
    assertThatThrownBy(() -> call.await(1)).isInstanceOf(JedisConnectionException.class);
    assertThat(call.isGone()).isTrue();
    assertThat(call.mayHaveRun()).isTrue();
    assertThat(call.putBack()).isFalse();
  }

  @Test
  void result_replyToACallerThatLeft_isNotKept() {
    assertThat(call.take()).isTrue();
    assertThatThrownBy(() -> call.await(0)).isInstanceOf(JedisConnectionException.class);
    call.complete("too late", null);
    assertThat(call.isDone()).isFalse();
    assertThat(call.isGone()).isTrue();
  }

  @Test
  void expire_neverAsleep_changesNothing() {
    call.expire(System.nanoTime() + MINUTE, MINUTE);
    assertThat(call.take()).isTrue();
  }

  @Test
  void markSent_mayHaveRun() {
    call.markSent();
    assertThat(call.mayHaveRun()).isTrue();
  }

  @Test
  void once_mayNotRunAgain() {
    assertThat(call.mayRunAgain()).isTrue();
    assertThat(call.once()).isSameAs(call);
    assertThat(call.mayRunAgain()).isFalse();
  }

  @Test
  void isLed_virtualThreadOrOwnTimeout_isTrue() {
    assertThat(call.isLed()).isFalse();
    assertThat(call.isExpiring()).isFalse();
    Call virtual = new Call(ping()).ofVirtualThread();
    assertThat(virtual.isLed()).isTrue();
    assertThat(virtual.isExpiring()).isTrue();
    Call timed = new Call(ping(), List.of(), /* wakesOthers= */ false, /* timeoutMillis= */ 10);
    assertThat(timed.isLed()).isTrue();
    assertThat(timed.isExpiring()).isFalse();
    assertThat(timed.ofVirtualThread().isExpiring()).as("has a timer").isFalse();
  }

  @Test
  void timeoutAndWakesOthers_unlessGiven_areNone() {
    Call timed = new Call(ping(), List.of(), /* wakesOthers= */ true, /* timeoutMillis= */ 1);
    assertThat(timed.timeoutMillis()).isEqualTo(1);
    assertThat(timed.wakesOthers()).isTrue();
    assertThat(call.timeoutMillis()).isZero();
    assertThat(call.wakesOthers()).isFalse();
  }

  @Test
  void size_severalCommands_isThatOfAllArguments() {
    CommandArguments get = new CommandArguments(Command.GET).add("key");
    Call several = new Call(ping(), List.of(get, get), /* wakesOthers= */ false);
    assertThat(call.size()).isEqualTo("PING".length());
    assertThat(new Call(get).size()).isEqualTo("GETkey".length());
    assertThat(several.size()).isEqualTo("PING".length() + 2 * "GETkey".length());
    assertThat(several.following()).containsExactly(get, get);
  }

  @Test
  void keyHash_isThatOfItsKey() {
    CommandArguments get = new CommandArguments(Command.GET).add("key");
    Call read = new Call(get);
    assertThat(read.keyHash()).isEqualTo(ReplySizes.hash(get));
    assertThat(read.keyHash()).isEqualTo(ReplySizes.hash(get));
  }

  private static CommandArguments ping() {
    return new CommandArguments(Command.PING);
  }
}
