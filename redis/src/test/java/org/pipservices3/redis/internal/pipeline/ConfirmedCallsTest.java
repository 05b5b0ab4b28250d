package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Threads;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Writes that share a confirmation: each gets its own replies, and all the same confirmation. */
@Timeout(60)
class ConfirmedCallsTest {
  private static final CommandArguments ONE_REPLICA = confirmation("one");
  private static final CommandArguments TWO_REPLICAS = confirmation("two");

  private final List<FakeWire> opened = new CopyOnWriteArrayList<>();
  private final CountDownLatch blocked = new CountDownLatch(1);
  private final CountDownLatch unblock = new CountDownLatch(1);
  private volatile Runnable whileOpening = FakeWire.NOTHING;
  private final Combiner combiner =
      new Combiner(
          this::open,
          new ConnectionValidity(() -> {}),
          /* maxConnections= */ 2,
          /* timeoutMillis= */ 20_000,
          new LatencyPolicy(2, /* few= */ Integer.MAX_VALUE),
          new ReplySizes());
  private final ConfirmedCalls calls = new ConfirmedCalls(combiner);

  @AfterEach
  void close() {
    unblock.countDown();
    combiner.close();
  }

  @Test
  void execute_alone_getsItsRepliesAndTheConfirmation() {
    assertThat(calls.execute(call("a", "b"), ONE_REPLICA)).containsExactly("a", "b", "one");
    assertThat(calls.execute(call("c"), ONE_REPLICA)).containsExactly("c", "one");
  }

  @Test
  void execute_whileABatchIsUnderWay_sharesTheNextAndGetsItsOwnReplies() throws Exception {
    Background<Object[]> first = executeBlocked();
    Background<Object[]> second = execute(call("a", "b", "c"), ONE_REPLICA);
    second.awaitSleep();
    Background<Object[]> third = execute(call("d", "e"), ONE_REPLICA);
    third.awaitSleep();
    Background<Object[]> fourth = execute(call("f"), ONE_REPLICA);
    fourth.awaitSleep();
    unblock.countDown();

    assertThat(first.result()).containsExactly("first", "one");
    assertThat(second.result()).containsExactly("a", "b", "c", "one");
    assertThat(third.result()).containsExactly("d", "e", "one");
    assertThat(fourth.result()).containsExactly("f", "one");
    assertThat(opened.get(0).written)
        .containsExactly("first", "one", "a", "b", "c", "d", "e", "f", "one");
  }

  @Test
  void execute_otherNumberOfReplicas_hasAConfirmationOfItsOwn() throws Exception {
    Background<Object[]> first = executeBlocked();

    assertThat(calls.execute(call("second"), TWO_REPLICAS)).containsExactly("second", "two");

    assertThat(first.isDone()).isFalse();
    unblock.countDown();
    assertThat(first.result()).containsExactly("first", "one");
  }

  /** A renewal waited for the confirmation of others, and its lease was lost. */
  @Test
  void execute_ownTimeoutWhileABatchIsUnderWay_goesAlone() throws Exception {
    Background<Object[]> first = executeBlocked();
    CommandArguments renewal = new CommandArguments(Command.ECHO).add("renewal");
    Call timed = new Call(renewal, List.of(), /* wakesOthers= */ false, 20_000);

    assertThat(calls.execute(timed, ONE_REPLICA)).containsExactly("renewal", "one");

    assertThat(first.isDone()).isFalse();
  }

  @Test
  void execute_connectionBreaks_allOfTheBatchMayHaveRun() throws Exception {
    Background<Object[]> first = executeBlocked();
    Call second = call("second");
    Call third = call("third");
    Background<Object[]> leader = execute(second, ONE_REPLICA);
    leader.awaitSleep();
    Background<Object[]> follower = execute(third, ONE_REPLICA);
    follower.awaitSleep();
    FakeWire wire = opened.get(0);
    wire.beforeFlush =
        () -> {
          throw new JedisConnectionException("broken pipe");
        };
    unblock.countDown();

    assertThat(first.result()).containsExactly("first", "one");
    assertThatThrownBy(leader::result).isInstanceOf(JedisConnectionException.class);
    assertThatThrownBy(follower::result).isInstanceOf(JedisConnectionException.class);
    assertThat(second.mayHaveRun()).isTrue();
    assertThat(third.mayHaveRun()).isTrue();
  }

  @Test
  void execute_cannotBeOpened_surelyDoesNotRun() {
    whileOpening =
        () -> {
          throw new JedisConnectionException("refused");
        };
    Call call = call("word");

    assertThatThrownBy(() -> calls.execute(call, ONE_REPLICA)).hasMessage("refused");

    assertThat(call.mayHaveRun()).isFalse();
  }

  @Test
  void execute_wireThrowsWhatNobodyExpects_followersEndAndTheNextBatchRuns() throws Exception {
    Background<Object[]> first = executeBlocked();
    Background<Object[]> leader = execute(call("second"), ONE_REPLICA);
    leader.awaitSleep();
    Background<Object[]> follower = execute(call("third"), ONE_REPLICA);
    follower.awaitSleep();
    opened.get(0).beforeFlush =
        () -> {
          throw new IllegalStateException("unexpected");
        };
    unblock.countDown();

    assertThat(first.result()).containsExactly("first", "one");
    assertThatThrownBy(leader::result).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(follower::result).isInstanceOf(JedisConnectionException.class);
    Background<Object[]> next = execute(call("next"), ONE_REPLICA);
    assertThat(next.result()).containsExactly("next", "one");
  }

  /** A batch of one call whose replies are held up until the test goes on. */
  private Background<Object[]> executeBlocked() {
    assertThat(combiner.execute(FakeWire.echo("opens"))).isEqualTo("opens");
    FakeWire wire = opened.get(0);
    wire.written.clear();
    wire.replies = 0;
    wire.beforeReply =
        () -> {
          blocked.countDown();
          Threads.awaitUninterruptibly(unblock);
        };
    Background<Object[]> first = execute(call("first"), ONE_REPLICA);
    Threads.awaitUninterruptibly(blocked);
    return first;
  }

  private Background<Object[]> execute(Call call, CommandArguments confirmation) {
    return Background.call(() -> calls.execute(call, confirmation));
  }

  private static Call call(String first, String... following) {
    List<CommandArguments> rest =
        List.of(following).stream()
            .map(word -> new CommandArguments(Command.ECHO).add(word))
            .toList();
    return new Call(new CommandArguments(Command.ECHO).add(first), rest, /* wakesOthers= */ false);
  }

  private static CommandArguments confirmation(String replicas) {
    return new CommandArguments(Command.WAIT).add(replicas).add("100");
  }

  private FakeWire open() {
    whileOpening.run();
    FakeWire wire = new FakeWire();
    opened.add(wire);
    return wire;
  }
}
