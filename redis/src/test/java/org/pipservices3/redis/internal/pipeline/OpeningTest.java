package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pipservices3.redis.internal.pipeline.FakeWire.echo;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** When a connection is opened anew, and when it must answer before it is used. */
class OpeningTest extends OnFakeWires {
  private static final long IDLE = TimeUnit.MILLISECONDS.toNanos(500);

  @Test
  void prepare_usable_opensOnce() {
    assertThat(connection.isOpen()).isFalse();

    open();
    open();

    assertThat(opened).hasSize(1);
    assertThat(connection.isOpen()).isTrue();
  }

  @Test
  void prepare_afterDistrust_dropsAndOpensAnew() {
    open();
    validity.distrust();

    open();

    assertThat(opened).extracting(wire -> wire.dropped).containsExactly(true, false);
  }

  @Test
  void prepare_anotherWasLostSinceItsLastReply_opensAnew() {
    long sent = usedLater();
    validity.lost(sent, /* idle= */ false, Call.late());
    assertThat(prepare(sent, echo("word"))).isNull();
    assertThat(opened).hasSize(1);

    validity.lost(sent + 1, /* idle= */ false, Call.late());
    assertThat(prepare(sent, echo("word"))).isNull();

    assertThat(opened).hasSize(2);
  }

  @Test
  void prepare_idleAndACommandThatCannotBeSentAgain_asksFirst() {
    long used = usedLater();

    assertThat(prepare(used + IDLE - 1, echo("again"), echo("once").once())).isNull();
    assertThat(wire().asked).hasValue(0);
    assertThat(prepare(used + IDLE, echo("again"), echo("once").once())).isNull();
    assertThat(wire().asked).hasValue(1);
    assertThat(wire().askedMillis).isEqualTo(500);
    assertThat(prepare(used + 2 * IDLE - 1, echo("once").once())).isNull();
    assertThat(wire().asked).as("it has just answered").hasValue(1);
    assertThat(opened).hasSize(1);
  }

  @Test
  void prepare_idleAndAllCanBeSentAgain_doesNotAsk() {
    long used = usedLater();

    assertThat(prepare(used + 100 * IDLE, echo("again"), echo("likewise"))).isNull();

    assertThat(wire().asked).hasValue(0);
    assertThat(opened).hasSize(1);
  }

  @Test
  void prepare_usedAMomentAgo_doesNotAsk() {
    open();

    assertThat(prepare(System.nanoTime(), echo("once").once())).isNull();

    assertThat(wire().asked).hasValue(0);
  }

  @Test
  void prepare_idleConnectionDoesNotAnswer_opensANewOneAndDoubtsTheOthers() {
    long used = usedLater();
    wire().answers = false;
    long before = System.nanoTime();
    assertThat(validity.allows(validity.epoch(), before)).isTrue();

    assertThat(prepare(used + IDLE, echo("once").once())).isNull();

    assertThat(opened).extracting(wire -> wire.dropped).containsExactly(true, false);
    assertThat(validity.allows(validity.epoch(), before)).isFalse();
  }

  @Test
  void prepare_openedAMomentAgoForAnOldCall_isUsedAsItIs() {
    long time = System.nanoTime();
    runAt(time - 2 * IDLE, echo("old"));

    assertThat(prepare(time, echo("once").once())).isNull();

    assertThat(wire().asked).hasValue(0);
    assertThat(opened).hasSize(1);
  }

  @Test
  void prepare_cannotBeOpened_sendsNothingAndSaysWhy() {
    for (JedisException refusal :
        List.of(
            new JedisConnectionException("refused"),
            new JedisDataException("ERR max number of clients reached"))) {
      whileOpening =
          () -> {
            throw refusal;
          };
      Call call = echo("word");

      assertThat(prepare(System.nanoTime(), call)).isSameAs(refusal);

      assertThat(call.isUnsettled()).isTrue();
      assertThat(call.mayHaveRun()).isFalse();
      assertThat(call.isDone()).isFalse();
      assertThat(connection.isOpen()).isFalse();
    }
  }

  @Test
  void prepare_openerThrowsWhatNobodyExpects_failsTheCalls() {
    IllegalStateException unexpected = new IllegalStateException("unexpected");
    whileOpening =
        () -> {
          throw unexpected;
        };
    Call call = echo("word");

    assertThatThrownBy(() -> prepare(System.nanoTime(), call)).isSameAs(unexpected);

    assertThatThrownBy(call::result).isInstanceOf(JedisConnectionException.class);
    assertThat(call.mayHaveRun()).isFalse();
  }

  /** The address belongs to another master since the connection was made. */
  @Test
  void prepare_distrustedWhileItWasOpened_opensAnother() {
    whileOpening = validity::distrust;
    open();
    whileOpening = FakeWire.NOTHING;

    open();

    assertThat(opened).hasSize(2);
  }

  @Test
  void prepare_anotherWasLostWhileItWasOpened_opensAnother() {
    whileOpening = () -> validity.lost(0, /* idle= */ false, new JedisConnectionException("reset"));
    assertThat(prepare(System.nanoTime(), echo("first"))).isNull();
    whileOpening = FakeWire.NOTHING;

    assertThat(prepare(System.nanoTime(), echo("second"))).isNull();

    assertThat(opened).hasSize(2);
    assertThat(opened.get(0).dropped).isTrue();
  }

  @Test
  void shutDown_whileItIsOpened_leavesNothingOpen() {
    whileOpening = connection::shutDown;

    assertThat(prepare(System.nanoTime(), echo("word"))).hasMessage("The connection was closed");

    assertThat(wire().dropped).isTrue();
    assertThat(connection.isOpen()).isFalse();
  }

  /** Runs a call that counts as sent half a second from now, which is returned. */
  private long usedLater() {
    long time = System.nanoTime() + IDLE;
    runAt(time, echo("first"));
    return time;
  }

  private @Nullable JedisException prepare(long time, Call... calls) {
    return connection.prepare(List.of(calls), time);
  }
}
