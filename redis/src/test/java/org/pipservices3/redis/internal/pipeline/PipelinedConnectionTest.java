package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pipservices3.redis.internal.pipeline.FakeWire.echo;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.internal.wire.Wire;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Which call gets which reply or error, and what ends the connection. */
class PipelinedConnectionTest extends OnFakeWires {
  @Test
  void run_callOfSeveralCommands_readsTheRepliesToAll() {
    Call several = new Call(command("a"), List.of(command("b"), command("c")), false);
    Call next = echo("next");

    run(several, next);

    assertThat((Object[]) several.result()).containsExactly("a", "b", "c");
    assertThat(next.result()).isEqualTo("next");
    assertThat(wire().written).containsExactly("a", "b", "c", "next");
  }

  @Test
  void run_errorWithinACallOfSeveral_isOneOfItsReplies() {
    Call several = new Call(command("a"), List.of(command("ERR b"), command("c")), false);

    run(several);

    assertThat((Object[]) several.result())
        .satisfiesExactly(
            first -> assertThat(first).isEqualTo("a"),
            second -> assertThat(second).isInstanceOf(JedisDataException.class),
            third -> assertThat(third).isEqualTo("c"));
  }

  @Test
  void run_anErrorOfRedis_belongsToItsOwnCommand() {
    Call first = echo("first");
    Call refused = echo("ERR refused");
    Call third = echo("third");

    run(first, refused, third);

    assertThat(first.result()).isEqualTo("first");
    assertThatThrownBy(refused::result)
        .isInstanceOf(JedisDataException.class)
        .hasMessage("ERR refused");
    assertThat(third.result()).isEqualTo("third");
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void run_breaksAfterSomeReplies_failsOnlyTheRest() {
    JedisConnectionException loss = new JedisConnectionException("broken");
    open();
    int[] replies = {0};
    wire().beforeReply =
        () -> {
          if (++replies[0] > 2) {
            throw loss;
          }
        };
    Call answered = echo("answered");
    Call refused = echo("ERR refused");
    List<Call> lost = List.of(echo("lost"), echo("likewise"));
    long before = System.nanoTime();

    run(answered, refused, lost.get(0), lost.get(1));

    assertThat(answered.result()).isEqualTo("answered");
    assertThatThrownBy(refused::result).isInstanceOf(JedisDataException.class);
    for (Call call : lost) {
      assertThatThrownBy(call::result).isSameAs(loss);
      assertThat(call.mayHaveRun()).isTrue();
    }
    assertThat(wire().dropped).isTrue();
    assertThat(connection.isOpen()).isFalse();
    assertThat(validity.allows(validity.epoch(), before)).isFalse();
  }

  @Test
  void run_unexpectedException_failsTheCallsAndClosesTheConnection() {
    IllegalStateException unexpected = new IllegalStateException("unexpected");
    open();
    wire().beforeReply =
        () -> {
          throw unexpected;
        };
    Call call = echo("word");

    assertThatThrownBy(() -> run(call)).isSameAs(unexpected);

    assertThatThrownBy(call::result)
        .isInstanceOf(JedisConnectionException.class)
        .hasCause(unexpected);
    assertThat(call.mayHaveRun()).isTrue();
    assertThat(wire().dropped).isTrue();
  }

  @Test
  void run_reply_isNotedForTheNextEstimate() {
    Call get = new Call(new CommandArguments(Command.GET).add("key"));
    open();
    wire().value = new byte[1_000];

    run(get);

    assertThat(sizes.estimate(get)).isEqualTo(1_024);
  }

  /** Reads of others would be put into batches with it. */
  @Test
  void run_writesALargeValue_isKnownBeforeItIsSent() {
    open();
    Call get = new Call(new CommandArguments(Command.GET).add("key"));
    boolean[] known = {false};
    wire().beforeWrite = () -> known[0] = sizes.isLarge(get);
    byte[] value = new byte[2 * Wire.LARGE];

    run(new Call(new CommandArguments(Command.SET).add("key").add(value)));

    assertThat(known[0]).isTrue();
  }

  @Test
  void isBusy_largeReply_untilItIsThere() {
    open();
    assertThat(connection.isBusy()).isFalse();
    boolean[] seen = {false};
    wire().beforeReply =
        () -> {
          wire().large.run();
          seen[0] = connection.isBusy();
        };

    run(echo("large"));

    assertThat(seen[0]).isTrue();
    assertThat(busy).hasValue(1);
    assertThat(connection.isBusy()).isFalse();
  }

  @Test
  void isBusy_breaksInALargeReply_isFalse() {
    open();
    wire().beforeReply =
        () -> {
          wire().large.run();
          throw new JedisConnectionException("broken");
        };

    run(echo("large"));

    assertThat(connection.isBusy()).isFalse();
  }

  @Test
  void shutDown_open_closesAndNeverOpensAgain() {
    open();
    connection.shutDown();
    assertThat(wire().dropped).isTrue();
    validity.distrust();

    JedisException closed = connection.prepare(List.of(echo("word")), System.nanoTime());

    assertThat(closed).hasMessageContaining("closed");
    assertThat(opened).allMatch(wire -> wire.dropped);
    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void dropAbandoned_someCallersStillWait_keepsTheConnection() {
    open();
    Call gone = echo("gone");
    Call waits = echo("waits");
    wire().beforeReply =
        () -> {
          abandon(gone);
          connection.dropAbandoned();
        };

    run(gone, waits);
    connection.dropAbandoned();

    assertThat(wire().dropped).isFalse();
    assertThat(waits.result()).isEqualTo("waits");
  }

  @Test
  void dropAbandoned_allCallersHaveLeft_closesTheConnection() {
    open();
    Call gone = echo("gone");
    Call likewise = echo("likewise");
    wire().beforeReply =
        () -> {
          abandon(gone);
          abandon(likewise);
          connection.dropAbandoned();
        };

    run(gone, likewise);

    assertThat(wire().dropped).isTrue();
  }

  @Test
  void dropAbandoned_lateReplyHasCome_keepsTheConnection() {
    open();
    Call gone = echo("gone");
    wire().beforeReply = () -> abandon(gone);
    run(gone);

    connection.dropAbandoned();

    assertThat(wire().dropped).isFalse();
  }

  @Test
  void tryTake_takenByAnother_isFalse() {
    assertThat(connection.tryTake()).isTrue();
    assertThat(connection.tryTake()).isFalse();
    connection.release();
    assertThat(connection.tryTake()).isTrue();
  }

  /** The caller's time is over. */
  private static void abandon(Call call) {
    if (!call.isGone()) {
      assertThatThrownBy(() -> call.await(0)).isInstanceOf(JedisConnectionException.class);
    }
    assertThat(call.isGone()).isTrue();
  }

  private static CommandArguments command(String word) {
    return new CommandArguments(Command.ECHO).add(word);
  }
}
