package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pipservices3.redis.internal.pipeline.FakeWire.echo;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** What goes into a batch, and what becomes of calls that could not be sent. */
class CallQueueTest {
  private static final int MAX_BATCH = 384;
  private static final int MAX_BYTES = 64 * 1024;
  private static final int KB = 1024;
  private final JedisConnectionException refusal = new JedisConnectionException("refused");
  private final CallQueue queue = new CallQueue(new ReplySizes());

  @Test
  void collect_moreThanABatch_leavesTheRestForTheNext() {
    List<Call> calls = add(MAX_BATCH + 1, 0);

    assertThat(queue.collect(null)).isEqualTo(calls.subList(0, MAX_BATCH));

    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.isEmpty()).isFalse();
    assertThat(queue.collect(null)).containsExactly(calls.get(MAX_BATCH));
    assertThat(queue.size()).isZero();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void collect_ownCall_isTheFirstAndCounts() {
    List<Call> calls = add(MAX_BATCH, 0);
    Call own = write(0);

    List<Call> batch = queue.collect(own);

    assertThat(batch).hasSize(MAX_BATCH).startsWith(own, calls.get(0));
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void collect_leadersOwnCommandIsLarge_addsNoMoreBytesThanFit() {
    queue.add(echo("x".repeat(10 * KB)));
    Call own = echo("x".repeat(60 * KB));

    assertThat(queue.collect(own)).containsExactly(own);
  }

  @Test
  void collect_ownBytes_count() {
    Call own = write(MAX_BYTES - 2 * write(0).size());
    List<Call> calls = add(2, 0);

    assertThat(queue.collect(own)).containsExactly(own, calls.get(0));
  }

  @Test
  void collect_moreBytesThanABatchHas_stopsBefore() {
    int half = MAX_BYTES / 2 - write(0).size();
    List<Call> calls = add(2, half);
    Call more = write(0);
    queue.add(more);

    assertThat(queue.collect(null)).isEqualTo(calls);
    assertThat(queue.collect(null)).containsExactly(more);
  }

  @Test
  void collect_manySmallCommands_areBoundedInBytes() {
    for (int i = 0; i < 10; i++) {
      queue.add(echo("x".repeat(10 * KB)));
    }

    assertThat(queue.collect(null)).hasSize(6);
  }

  @Test
  void collect_commandsAboveTheBound_goAlone() {
    List<Call> calls = add(2, 2 * MAX_BYTES);
    Call small = write(0);
    queue.add(small);

    assertThat(queue.collect(null)).containsExactly(calls.get(0));
    assertThat(queue.collect(null)).containsExactly(calls.get(1));
    assertThat(queue.collect(null)).containsExactly(small);
  }

  /** The server would have to keep all their replies at once. */
  @Test
  void collect_readsOfUnknownKeys_areBoundedByTheirExpectedReplies() {
    for (int i = 0; i < 10; i++) {
      queue.add(new Call(new CommandArguments(Command.GET).add("key" + i)));
    }

    assertThat(queue.collect(null)).hasSize(4);
    assertThat(queue.collect(queue.poll())).hasSize(4);
  }

  @Test
  void collect_callerHasLeft_isSkippedAndNotCounted() {
    Call left = withdrawn();
    queue.add(left);
    Call next = echo("next");
    queue.add(next);

    assertThat(queue.collect(null)).containsExactly(next);
    assertThat(queue.size()).isZero();
  }

  @Test
  void collect_takenMeanwhile_isLeftOut() {
    List<Call> calls = add(3, 0);
    calls.get(1).take();

    assertThat(queue.collect(null)).containsExactly(calls.get(0), calls.get(2));
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void poll_takesTheOldestUntilThereIsNone() {
    List<Call> calls = add(2, 0);

    assertThat(queue.poll()).isSameAs(calls.get(0));
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.poll()).isSameAs(calls.get(1));
    assertThat(queue.poll()).isNull();
    assertThat(queue.size()).isZero();
  }

  @Test
  void pollLed_oldestLeadsItself_staysInTheQueue() {
    assertThat(queue.pollLed()).isNull();
    queue.add(echo("leads itself"));
    queue.add(echo("is led").ofVirtualThread());

    assertThat(queue.pollLed()).isNull();
    assertThat(queue.size()).isEqualTo(2);
  }

  @Test
  void pollLed_oldestIsLed_isRemoved() {
    Call led = echo("is led").ofVirtualThread();
    queue.add(led);

    assertThat(queue.pollLed()).isSameAs(led);
    assertThat(queue.size()).isZero();
    assertThat(queue.pollLed()).isNull();
  }

  @Test
  void putBack_othersAreOpen_queuesThoseThatStillWait() {
    List<Call> waiting = List.of(write(0), write(0));
    assertThat(waiting).allMatch(Call::take);

    queue.putBack(
        List.of(waiting.get(0), withdrawn(), waiting.get(1)), /* othersAreOpen= */ true, refusal);

    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.collect(null)).isEqualTo(waiting);
  }

  @Test
  void putBack_noneIsOpen_failsTheCallsByTheRefusal() {
    Call call = write(0);
    assertThat(call.take()).isTrue();

    queue.putBack(List.of(call), /* othersAreOpen= */ false, refusal);

    assertThat(queue.isEmpty()).isTrue();
    assertThat(call.isDone()).isTrue();
    assertThatThrownBy(call::result).isSameAs(refusal);
  }

  private List<Call> add(int count, int bytes) {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      calls.add(write(bytes));
    }
    calls.forEach(queue::add);
    return calls;
  }

  private static Call write(int bytes) {
    return new Call(new CommandArguments(Command.ECHO).add(new byte[bytes]));
  }

  private static Call withdrawn() {
    Call call = echo("left");
    assertThatThrownBy(() -> call.await(0)).isInstanceOf(JedisConnectionException.class);
    return call;
  }
}
