package org.pipservices3.redis.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.internal.pipeline.FakeWire;
import org.pipservices3.redis.internal.pipeline.LatencyPolicy;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

@Timeout(60)
class TrackingPipelineTest {
  private static final CommandArguments PTTL = new CommandArguments(Command.PTTL);
  private static final int FEW = 2;

  private final FakeWire wire = new FakeWire();
  private final AtomicInteger flushes = new AtomicInteger();
  private final LatencyPolicy latencyPolicy = new LatencyPolicy(1, FEW);
  private final TrackingPipeline pipeline = new TrackingPipeline(wire, latencyPolicy);

  @BeforeEach
  void countFlushes() {
    wire.beforeFlush = flushes::incrementAndGet;
  }

  @Test
  void send_fewCallers_goesAtOnce() {
    enter(FEW);

    assertThat(pipeline.send(reply(), PTTL)).isTrue();
    assertThat(pipeline.send(reply(), PTTL)).isFalse();

    assertThat(flushes).hasValue(2);
  }

  @Test
  void send_crowd_goesWithTheNextBatch() {
    enter(FEW + 1);
    Reply first = reply();
    pipeline.send(first, PTTL);
    pipeline.send(reply(), PTTL);
    pipeline.send(reply(), PTTL);
    assertThat(flushes).hasValue(1);

    assertThat(pipeline.take(first, 1L)).isTrue();

    assertThat(flushes).hasValue(2);
    assertThat(pipeline.underWay()).isEqualTo(2);
  }

  @Test
  void take_severalCommands_completesWithTheLast() {
    Reply reply = reply(2);
    pipeline.send(reply, PTTL, PTTL);

    assertThat(pipeline.take(pipeline.next(), 1L)).isFalse();
    assertThat(pipeline.take(pipeline.next(), 2L)).isTrue();

    assertThat(reply.results()).containsExactly(1L, 2L);
    assertThatThrownBy(pipeline::next).isInstanceOf(JedisConnectionException.class);
  }

  @Test
  void take_errorAmongReplies_isThrownByResults() {
    Reply reply = reply(2);
    pipeline.send(reply, PTTL, PTTL);
    JedisDataException error = new JedisDataException("NOPERM");

    pipeline.take(pipeline.next(), error);
    pipeline.take(pipeline.next(), 2L);

    assertThatThrownBy(reply::results).isSameAs(error);
  }

  @Test
  void fail_endsWhatIsUnderWayAndWhatHasGathered() {
    enter(FEW + 1);
    List<Reply> replies = List.of(reply(), reply());
    replies.forEach(reply -> pipeline.send(reply, PTTL));
    JedisConnectionException cause = new JedisConnectionException("gone");

    pipeline.fail(cause);

    for (Reply reply : replies) {
      assertThatThrownBy(reply::results).isSameAs(cause);
    }
    assertThat(pipeline.isLost()).isTrue();
    assertThat(wire.dropped).isTrue();
    assertThatThrownBy(() -> pipeline.send(reply(), PTTL)).hasMessage("gone");
  }

  @Test
  void take_whileFailing_takesNoOtherReplyAway() {
    Reply[] beingRead = new Reply[1];
    Runnable reading = once(() -> pipeline.take(beingRead[0], 1L));
    beingRead[0] = Reply.to(1, /* reader= */ false, reading);
    Reply other = reply();
    List.of(beingRead[0], other).forEach(reply -> pipeline.send(reply, PTTL));

    pipeline.fail(new JedisConnectionException("gone"));

    assertThat(other.isComplete()).isTrue();
  }

  @Test
  void send_flushFails_failsWhatWasSentAndCloses() {
    Reply reply = reply();
    wire.beforeFlush =
        () -> {
          throw new JedisConnectionException("broken pipe");
        };

    assertThatThrownBy(() -> pipeline.send(reply, PTTL)).hasMessage("broken pipe");

    assertThatThrownBy(reply::results).hasMessage("broken pipe");
    assertThat(pipeline.isLost()).isTrue();
    assertThat(wire.dropped).isTrue();
  }

  @Test
  void send_behindAnother_isNotTakenForAlone() {
    assertThat(pipeline.send(reply(), PTTL)).isTrue();
    assertThat(pipeline.send(reply(), PTTL)).isFalse();
    pipeline.take(pipeline.next(), 1L);
    pipeline.take(pipeline.next(), 1L);
    assertThat(pipeline.send(reply(), PTTL)).isTrue();
  }

  /** A batch that is lost while it is flushed must be expected all the same. */
  @Test
  void send_isUnderWayBeforeTheServerCanAnswer() {
    AtomicInteger underWay = new AtomicInteger();
    wire.beforeFlush = () -> underWay.set(pipeline.underWay());

    pipeline.send(reply(), PTTL);

    assertThat(underWay).hasValue(1);
  }

  @Test
  void delegate_nothingUnderWay_isWrittenByAnotherThread() {
    enter(FEW + 1);
    Thread[] writer = new Thread[1];
    wire.beforeWrite = () -> writer[0] = Thread.currentThread();

    pipeline.delegate(reply(), PTTL);

    await().until(() -> flushes.get() == 1 && pipeline.underWay() == 1);
    assertThat(writer[0]).isNotSameAs(Thread.currentThread());
    pipeline.close();
  }

  @Test
  void delegate_batchUnderWay_goesWithItsLastReply() {
    enter(FEW + 1);
    Reply first = reply();
    pipeline.send(first, PTTL);
    Reply delegated = reply();
    pipeline.delegate(delegated, PTTL);
    assertThat(wire.written).hasSize(1);

    pipeline.take(first, 1L);

    assertThat(wire.written).hasSize(2);
    assertThat(flushes).hasValue(2);
    assertThat(pipeline.next()).isSameAs(delegated);
  }

  @Test
  void delegate_afterTheLoss_failsAtOnce() {
    pipeline.fail(new JedisConnectionException("gone"));
    Reply late = reply();

    pipeline.delegate(late, PTTL);

    assertThat(late.isComplete()).isTrue();
    assertThatThrownBy(late::results).hasMessage("gone");
  }

  @Test
  void fail_endsWhatIsInTheOutbox() {
    enter(FEW + 1);
    pipeline.send(reply(), PTTL);
    Reply delegated = reply();
    pipeline.delegate(delegated, PTTL);

    pipeline.fail(new JedisConnectionException("gone"));

    assertThat(delegated.isComplete()).isTrue();
    assertThatThrownBy(delegated::results).hasMessage("gone");
  }

  @Test
  void fail_again_keepsTheFirstCause() {
    JedisConnectionException first = new JedisConnectionException("first");
    pipeline.fail(first);
    pipeline.fail(new JedisConnectionException("second"));

    assertThat(pipeline.failure()).isSameAs(first);
  }

  @Test
  void wakeReader_firstCannotRead_wakesTheNextThatCan() throws Exception {
    pipeline.send(reply(), PTTL);
    List<Background<Boolean>> readers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Background<Boolean> reader =
          Background.run(
              () -> {
                pipeline.send(Reply.to(1, /* reader= */ true, () -> {}), PTTL);
                LockSupport.park(this);
              });
      reader.awaitSleep();
      readers.add(reader);
    }

    pipeline.wakeReader();

    assertThat(readers.get(0).result()).isTrue();
    assertThat(readers.get(1).isDone()).isFalse();
    pipeline.wakeAll();
    assertThat(readers.get(1).result()).isTrue();
  }

  @Test
  void send_manyThreads_nobodyIsLeftBehind() throws Exception {
    Semaphore answers = new Semaphore(0);
    AtomicInteger answered = new AtomicInteger();
    wire.beforeFlush =
        () -> {
          int written = wire.written.size(); // flushes and writes hold the pipeline's lock
          answers.release(written - answered.getAndSet(written));
        };
    Background<Boolean> reader =
        Background.call(
            () -> {
              for (int taken = 0; taken < 8 * 20_000; taken++) {
                answers.acquire();
                pipeline.take(pipeline.next(), 1L);
              }
              return true;
            });
    List<Background<Boolean>> callers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      callers.add(Background.call(() -> askAgainAndAgain(20_000)));
    }

    for (Background<Boolean> caller : callers) {
      assertThat(caller.result()).isTrue();
    }
    assertThat(reader.result()).isTrue();
    assertThat(pipeline.underWay()).isZero();
  }

  private static Runnable once(Runnable task) {
    AtomicBoolean done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        task.run();
      }
    };
  }

  private boolean askAgainAndAgain(int times) {
    for (int i = 0; i < times; i++) {
      Reply reply = reply();
      latencyPolicy.enter();
      pipeline.send(reply, PTTL);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!reply.isComplete() && System.nanoTime() < deadline) {
        LockSupport.parkNanos(deadline - System.nanoTime());
      }
      latencyPolicy.leave();
      reply.leave();
    }
    return true;
  }

  private void enter(int callers) {
    for (int i = 0; i < callers; i++) {
      latencyPolicy.enter();
    }
  }

  private static Reply reply() {
    return reply(1);
  }

  private static Reply reply(int commands) {
    return Reply.to(commands, /* reader= */ false, () -> {});
  }
}
