package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pipservices3.redis.internal.pipeline.FakeWire.echo;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** What becomes of calls whose caller leaves, and of those after a failure. */
@Timeout(60)
class CombinerTest {
  private static final int TIMEOUT = 300;

  private final List<FakeWire> opened = new CopyOnWriteArrayList<>();
  private final LatencyPolicy policy = new LatencyPolicy(1, Combiner.FEW);
  private final Combiner combiner = combiner(TIMEOUT);

  @AfterEach
  void close() {
    combiner.close();
  }

  @Test
  void execute_callerGivesUpWhileQueued_isNeverSent() throws Exception {
    assertThat(combiner.execute(echo("first"))).isEqualTo("first");
    CountDownLatch unblock = new CountDownLatch(1);
    CountDownLatch blocked = holdUpReplies(unblock);
    Background<Object> leader = Background.call(() -> combiner.execute(echo("leader")));
    await(blocked);
    Call late = echo("late");

    assertThatThrownBy(() -> combiner.execute(late)).isInstanceOf(JedisConnectionException.class);

    assertThat(late.mayHaveRun()).isFalse();
    opened.get(0).beforeReply = FakeWire.NOTHING;
    unblock.countDown();
    assertThat(leader.result()).isEqualTo("leader");
    assertThat(combiner.execute(echo("next"))).isEqualTo("next");
    assertThat(written()).containsExactly("first", "leader", "next");
  }

  /** What was written may have left the buffer before the flush failed. */
  @Test
  void execute_flushFails_mayHaveRun() {
    assertThat(combiner.execute(echo("first"))).isEqualTo("first");
    opened.get(0).beforeFlush =
        () -> {
          throw new JedisConnectionException("broken pipe");
        };
    Call call = echo("word");

    assertThatThrownBy(() -> combiner.execute(call)).isInstanceOf(JedisConnectionException.class);

    assertThat(call.mayHaveRun()).isTrue();
  }

  @Test
  void execute_wireThrowsWhatNobodyExpects_theNextCallIsServed() {
    assertThat(combiner.execute(echo("first"))).isEqualTo("first");
    opened.get(0).beforeWrite = CombinerTest::fail;

    assertThatThrownBy(() -> combiner.execute(echo("word")))
        .isInstanceOf(IllegalStateException.class);

    assertThat(combiner.execute(echo("next"))).isEqualTo("next");
    assertThat(opened).hasSize(2);
  }

  @Test
  void execute_wireThrowsWhatNobodyExpects_thoseInTheQueueAreServed() throws Exception {
    assertThat(combiner.execute(echo("first"))).isEqualTo("first");
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch unblock = new CountDownLatch(1);
    AtomicBoolean once = new AtomicBoolean();
    opened.get(0).beforeReply =
        () -> {
          blocked.countDown();
          await(unblock);
          if (once.compareAndSet(false, true)) {
            throw new IllegalStateException("unexpected");
          }
        };
    Background<Object> leader = Background.call(() -> combiner.execute(echo("leader")));
    await(blocked);
    Background<Object> follower = Background.call(() -> combiner.execute(echo("follower")));
    follower.awaitSleep();
    unblock.countDown();

    assertThatThrownBy(leader::result).isInstanceOf(IllegalStateException.class);
    assertThat(follower.result()).isEqualTo("follower");
  }

  /** A crowd that was never left would make the others wait for ever. */
  @Test
  void execute_fails_callerIsNoLongerCounted() {
    assertThat(combiner.execute(echo("first"))).isEqualTo("first");
    opened.get(0).beforeWrite = CombinerTest::fail;
    assertThatThrownBy(() -> combiner.execute(echo("word")))
        .isInstanceOf(IllegalStateException.class);

    assertThat(policy.isIdle()).isTrue();
  }

  /** Its own reply could take as long again; and whoever is behind it must not wait for nothing. */
  @Test
  void execute_connectionIsFreeAfterHalfTheTime_goesToTheNextCaller() throws Exception {
    Combiner slow = combiner(2_000);
    assertThat(slow.execute(echo("first"))).isEqualTo("first");
    Semaphore replies = new Semaphore(0);
    opened.get(0).beforeReply = replies::acquireUninterruptibly;
    Background<Object> leader = Background.call(() -> slow.execute(echo("leader")));
    Awaitility.await().until(() -> written().contains("leader"));
    Background<Object> follower = Background.call(() -> slow.execute(echo("follower")));
    follower.awaitSleep();
    replies.release();
    Awaitility.await().until(() -> written().contains("follower"));
    Background<Object> late = Background.call(() -> slow.execute(echo("late")));
    late.awaitSleep();
    long half = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1_000);
    Awaitility.await().until(() -> System.nanoTime() - half > 0);
    replies.release(2);

    assertThat(leader.result()).isEqualTo("leader");
    assertThat(follower.result()).isEqualTo("follower");
    assertThatThrownBy(late::result).isInstanceOf(JedisConnectionException.class);
    assertThat(slow.execute(echo("next"))).isEqualTo("next");
    assertThat(written()).containsExactly("first", "leader", "follower", "next");
    slow.close();
  }

  @Test
  void execute_afterClose_opensNothing() {
    combiner.close();
    Call call = echo("word");

    assertThatThrownBy(() -> combiner.execute(call)).hasMessage("The connection was closed");

    assertThat(call.mayHaveRun()).isFalse();
    assertThat(opened).isEmpty();
  }

  /** The server takes one connection only. */
  @Test
  void execute_secondConnectionIsRefused_goesOverTheFirst() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    Combiner two =
        new Combiner(
            () -> {
              if (attempts.incrementAndGet() > 1) {
                throw new JedisConnectionException("refused");
              }
              return open();
            },
            new ConnectionValidity(() -> {}),
            /* maxConnections= */ 2,
            /* timeoutMillis= */ 20_000,
            new LatencyPolicy(2, Combiner.FEW),
            new ReplySizes());
    assertThat(two.execute(echo("first"))).isEqualTo("first");
    CountDownLatch unblock = new CountDownLatch(1);
    CountDownLatch blocked = holdUpReplies(unblock);
    Background<Object> leader = Background.call(() -> two.execute(echo("leader")));
    await(blocked);
    Background<Object> second = Background.call(() -> two.execute(echo("second")));
    second.awaitSleep();
    Background<Object> third = Background.call(() -> two.execute(echo("third")));
    third.awaitSleep();
    unblock.countDown();

    assertThat(leader.result()).isEqualTo("leader");
    assertThat(second.result()).isEqualTo("second");
    assertThat(third.result()).isEqualTo("third");
    assertThat(attempts).as("attempts to open one").hasValue(2);
    two.close();
  }

  private Combiner combiner(int timeout) {
    return new Combiner(
        this::open, new ConnectionValidity(() -> {}), 1, timeout, policy, new ReplySizes());
  }

  private static void fail() {
    throw new IllegalStateException("unexpected");
  }

  private List<String> written() {
    return opened.stream().flatMap(wire -> wire.written.stream()).toList();
  }

  private FakeWire open() {
    FakeWire wire = new FakeWire();
    opened.add(wire);
    return wire;
  }

  /** Has the first connection's replies wait for this; returns what tells that one does. */
  private CountDownLatch holdUpReplies(CountDownLatch unblock) {
    CountDownLatch blocked = new CountDownLatch(1);
    opened.get(0).beforeReply =
        () -> {
          blocked.countDown();
          await(unblock);
        };
    return blocked;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
