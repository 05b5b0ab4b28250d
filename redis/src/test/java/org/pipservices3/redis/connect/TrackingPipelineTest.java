package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

@Timeout(60)
class TrackingPipelineTest {
  private static final CommandArguments PTTL = new CommandArguments(Command.PTTL);
  private static final int FEW = 2;

  private final CountingWire wire = new CountingWire();
  private final Pace pace = new Pace(1, FEW);
  private final TrackingPipeline pipeline = new TrackingPipeline(wire, pace);

  @Test
  void send_fewCallers_goesAtOnce() {
    enter(FEW);

    assertThat(pipeline.send(reply(), PTTL)).isTrue();
    assertThat(pipeline.send(reply(), PTTL)).isFalse();

    assertThat(wire.flushes).hasValue(2);
  }

  @Test
  void send_crowd_goesWithTheNextBatch() {
    enter(FEW + 1);
    Reply first = reply();
    pipeline.send(first, PTTL);
    pipeline.send(reply(), PTTL);
    pipeline.send(reply(), PTTL);
    assertThat(wire.flushes).hasValue(1);

    assertThat(pipeline.take(first, 1L)).isTrue();

    assertThat(wire.flushes).hasValue(2);
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
  void send_manyThreads_nobodyIsLeftBehind() throws Exception {
    Background<Boolean> reader =
        Background.call(
            () -> {
              for (int taken = 0; taken < 8 * 20_000; taken++) {
                wire.answers.acquire();
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
      pace.enter();
      pipeline.send(reply, PTTL);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!reply.isComplete() && System.nanoTime() < deadline) {
        LockSupport.parkNanos(deadline - System.nanoTime());
      }
      pace.leave();
      reply.leave();
    }
    return true;
  }

  private void enter(int callers) {
    for (int i = 0; i < callers; i++) {
      pace.enter();
    }
  }

  private static Reply reply() {
    return reply(1);
  }

  private static Reply reply(int commands) {
    return Reply.to(commands, /* reader= */ false, () -> {});
  }

  /** Answers every command as soon as it is sent. */
  private static final class CountingWire implements Link.Wire {
    private final AtomicInteger flushes = new AtomicInteger();
    private final Semaphore answers = new Semaphore(0);
    private int written; // guarded by the pipeline's lock
    private volatile boolean dropped;

    @Override
    public void sendCommand(CommandArguments command) {
      written++;
    }

    @Override
    public void flush() {
      flushes.incrementAndGet();
      answers.release(written);
      written = 0;
    }

    @Override
    public void look(long nanos, BooleanSupplier alone) {}

    @Override
    public @Nullable Object getUnflushedObject() {
      return null;
    }

    @Override
    public void drop() {
      dropped = true;
    }
  }
}
