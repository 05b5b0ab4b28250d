package org.pipservices3.redis.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.internal.pipeline.FakeWire.echo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Threads;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Calls for which I/O threads lead, over wires that answer at once or fall silent. */
@Timeout(60)
class LedCallsTest {
  private static final int LINKS = 3;
  private static final int FEW = 2;
  private static final int PATIENCE = 20_000;
  private static final int IMPATIENCE = 100;

  private final Set<Thread> before = Threads.now();
  private final List<FakeWire> opened = new CopyOnWriteArrayList<>();
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
  private final LatencyPolicy latencyPolicy = new LatencyPolicy(LINKS, FEW);
  private final ConnectionValidity validity = new ConnectionValidity(() -> {});
  private final Combiner combiner =
      new Combiner(this::open, validity, LINKS, PATIENCE, latencyPolicy, new ReplySizes());
  private volatile int silent; // how many connections, the first ones, do not answer

  @AfterEach
  void close() {
    opened.forEach(FakeWire::drop);
    combiner.close();
  }

  @Test
  void execute_ownTimeout_runsOnAnIoThread() {
    assertThat(combiner.execute(timed(PATIENCE, "word"))).isEqualTo("word");

    assertThat(workers).singleElement().matches(Thread::isDaemon);
    assertThat(workers.iterator().next().getName()).startsWith("redis-io-");
  }

  @Test
  void execute_ownTimeoutAndSilentConnection_leavesInTimeAndMayHaveRun() {
    silence(1);
    Call call = timed(IMPATIENCE, "word");

    assertThatThrownBy(() -> combiner.execute(call)).isInstanceOf(JedisConnectionException.class);

    assertThat(call.mayHaveRun()).isTrue();
    assertThat(opened.get(0).dropped).as("others may go on waiting").isFalse();
  }

  @Test
  void execute_retryWhileTheFirstConnectionIsSilent_goesOverAnother() {
    silence(1);
    assertThatThrownBy(() -> combiner.execute(timed(IMPATIENCE, "first")))
        .isInstanceOf(JedisConnectionException.class);

    assertThat(combiner.execute(timed(PATIENCE, "second"))).isEqualTo("second");
  }

  @Test
  void execute_retryAmongACrowdNearTheServer_goesOverAnother() {
    combiner.verify();
    enterACrowd();
    silence(1);
    assertThatThrownBy(() -> combiner.execute(timed(IMPATIENCE, "first")))
        .isInstanceOf(JedisConnectionException.class);

    assertThat(combiner.execute(timed(PATIENCE, "second"))).isEqualTo("second");
  }

  @Test
  void execute_ownTimeoutWhileAllConnectionsAreSilent_surelyDoesNotRun() {
    silence(LINKS);
    for (int i = 0; i < LINKS; i++) {
      assertThatThrownBy(() -> combiner.execute(timed(IMPATIENCE, "word")))
          .isInstanceOf(JedisConnectionException.class);
    }
    Call call = timed(IMPATIENCE, "word");

    assertThatThrownBy(() -> combiner.execute(call)).isInstanceOf(JedisConnectionException.class);

    assertThat(call.mayHaveRun()).isFalse();
    assertThat(opened).hasSize(LINKS);
  }

  /** A lease was lost: each attempt to renew it waited behind the silent connections. */
  @Test
  void dropAbandoned_allConnectionsAreSilent_theNextCallGoesOverANewOne() {
    silence(LINKS);
    for (int i = 0; i < LINKS; i++) {
      assertThatThrownBy(() -> combiner.execute(timed(IMPATIENCE, "word")))
          .isInstanceOf(JedisConnectionException.class);
    }

    validity.distrust();
    combiner.dropAbandoned();

    assertThat(combiner.execute(timed(PATIENCE, "next"))).isEqualTo("next");
  }

  /** A thread that was virtual waited for ever: it has no timer of its own. */
  @Test
  void execute_virtualThreadsCallIsNotAnswered_endsInTimeAndMayHaveRun() throws Exception {
    Combiner impatient = combiner(IMPATIENCE);
    silence(1);

    Call call = executeInVain(impatient);

    assertThat(call.mayHaveRun()).isTrue();
    assertThat(written()).containsExactly("word");
    impatient.close();
  }

  @Test
  void execute_virtualThreadsCallIsQueued_endsInTimeAndSurelyDoesNotRun() throws Exception {
    Combiner impatient = combiner(IMPATIENCE);
    silence(LINKS);
    List<Background<Object>> callers = new ArrayList<>();
    for (int i = 0; i < LINKS; i++) {
      callers.add(Background.call(() -> impatient.execute(echo("word").ofVirtualThread())));
      int now = i + 1;
      await().until(() -> written().size() == now);
    }

    Call call = executeInVain(impatient);

    assertThat(call.mayHaveRun()).isFalse();
    for (Background<Object> caller : callers) {
      assertThatThrownBy(caller::result).isInstanceOf(JedisConnectionException.class);
    }
    impatient.close();
  }

  @Test
  void execute_virtualThread_runsOnAnIoThread() {
    assertThat(combiner.execute(echo("word").ofVirtualThread())).isEqualTo("word");

    assertThat(workers).hasSize(1).doesNotContain(Thread.currentThread());
  }

  /** The command of a caller that was told that it does not run was sent later. */
  @Test
  void execute_leftWhileTheOnlyConnectionIsSilent_isNeverSent() {
    Combiner one = oneConnection();
    silence(1);
    assertThatThrownBy(() -> one.execute(timed(IMPATIENCE, "in flight")))
        .isInstanceOf(JedisConnectionException.class);
    Call queued = timed(IMPATIENCE, "queued");
    assertThatThrownBy(() -> one.execute(queued)).isInstanceOf(JedisConnectionException.class);

    opened.get(0).speak();

    assertThat(one.execute(timed(PATIENCE, "next"))).isEqualTo("next");
    assertThat(queued.mayHaveRun()).isFalse();
    assertThat(written()).containsExactly("in flight", "next");
    one.close();
  }

  @Test
  void execute_wireThrowsWhatNobodyExpects_endsAndTheNextCallIsServed() {
    Combiner one = oneConnection();
    assertThat(one.execute(timed(PATIENCE, "first"))).isEqualTo("first");
    opened.get(0).beforeReply =
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, expected) -> {});
          throw new IllegalStateException("unexpected");
        };

    assertThatThrownBy(() -> one.execute(timed(PATIENCE, "word")))
        .isInstanceOf(JedisConnectionException.class);

    assertThat(one.execute(timed(PATIENCE, "next"))).isEqualTo("next");
    one.close();
  }

  @Test
  void execute_lateReplyToAnAbandonedCall_isNobodyElses() {
    silence(1);
    assertThatThrownBy(() -> combiner.execute(timed(IMPATIENCE, "late")))
        .isInstanceOf(JedisConnectionException.class);
    opened.get(0).speak();

    for (int i = 0; i < 100; i++) {
      assertThat(combiner.execute(timed(PATIENCE, "word" + i))).isEqualTo("word" + i);
    }
    assertThat(opened).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void execute_ledAndLeadingCallers_allAreServedAndThreadsAreBounded() throws Exception {
    AtomicInteger wrong = new AtomicInteger();
    List<Background<Boolean>> callers = new ArrayList<>();
    for (int thread = 0; thread < 16; thread++) {
      int id = thread;
      callers.add(
          Background.run(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  String word = id + ":" + i;
                  Call call = id % 2 == 0 ? timed(PATIENCE, word) : echo(word);
                  wrong.addAndGet(word.equals(combiner.execute(call)) ? 0 : 1);
                }
              }));
    }
    for (Background<Boolean> caller : callers) {
      caller.result();
    }

    assertThat(wrong).hasValue(0);
    assertThat(ioThreads()).hasSizeLessThanOrEqualTo(LINKS);
  }

  @Test
  void close_ioThreadsIdleAndSilent_allEnd() {
    silence(1);
    assertThatThrownBy(() -> combiner.execute(timed(IMPATIENCE, "word")))
        .isInstanceOf(JedisConnectionException.class);
    assertThat(ioThreads()).isNotEmpty();

    combiner.close();

    await().atMost(Duration.ofSeconds(2)).until(() -> ioThreads().isEmpty());
    assertThatThrownBy(() -> combiner.execute(timed(PATIENCE, "word")))
        .isInstanceOf(JedisConnectionException.class)
        .hasMessageContaining("closed");
    await().atMost(Duration.ofSeconds(2)).until(() -> ioThreads().isEmpty());
  }

  /** A call of a virtual thread that gets no reply; fails if it goes on waiting. */
  private static Call executeInVain(Combiner impatient) throws Exception {
    return Background.call(
            () -> {
              Call call = echo("word").ofVirtualThread();
              assertThatThrownBy(() -> impatient.execute(call))
                  .isInstanceOf(JedisConnectionException.class);
              return call;
            })
        .result();
  }

  private Combiner oneConnection() {
    return new Combiner(
        this::open, validity, 1, PATIENCE, new LatencyPolicy(1, FEW), new ReplySizes());
  }

  private Combiner combiner(int timeoutMillis) {
    return new Combiner(
        this::open,
        validity,
        LINKS,
        timeoutMillis,
        new LatencyPolicy(LINKS, /* few= */ LINKS + 1),
        new ReplySizes());
  }

  private List<String> written() {
    return opened.stream().flatMap(wire -> wire.written.stream()).toList();
  }

  private List<Thread> ioThreads() {
    return Threads.startedSince(before).stream()
        .filter(thread -> thread.getName().startsWith("redis-io-"))
        .toList();
  }

  private static Call timed(int millis, String word) {
    CommandArguments echo = new CommandArguments(Command.ECHO).add(word);
    return new Call(echo, List.of(), /* wakesOthers= */ false, millis);
  }

  /** So many callers that one connection is enough for them near the server. */
  private void enterACrowd() {
    for (int i = 0; i < FEW + 1; i++) {
      latencyPolicy.enter();
    }
  }

  /** The first connections, so many, do not answer from now on; others do. */
  private void silence(int connections) {
    silent = connections;
    opened.stream().limit(connections).forEach(wire -> wire.silent = true);
  }

  private FakeWire open() {
    FakeWire wire = new FakeWire();
    wire.beforeWrite = () -> workers.add(Thread.currentThread());
    wire.silent = opened.size() < silent;
    opened.add(wire);
    return wire;
  }
}
