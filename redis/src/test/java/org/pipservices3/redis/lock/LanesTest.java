package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.FakeClock;
import org.pipservices3.redis.fixture.Threads;

/** Which requests go together, who sends them, and whom a server that hangs holds up. */
@Timeout(60)
class LanesTest {
  private static final Duration HELP = Duration.ofMillis(50);

  private final FakeClock clock = new FakeClock();
  private final Engine engine = Engine.virtual(clock);
  private final FakeStore store = engine.store;
  private final VirtualKeeper timers = engine.timers();
  private final Lanes lanes = new Lanes(store, timers);
  private final CountDownLatch hanging = new CountDownLatch(1);

  @BeforeEach
  void useThreads() {
    timers.onThreads = true;
  }

  @AfterEach
  void close() {
    hanging.countDown();
    engine.close();
  }

  @Test
  void submit_again_isSentAgain() {
    for (int i = 0; i < 3; i++) {
      Request request = submit("key", 1_000);
      await().until(() -> request.answers.size() == 1);
    }
    assertThat(store.batches).hasSize(3);
  }

  @Test
  void submit_notNeededAnyMore_isNotSent() {
    hang("a");
    Request needless = new Request("b", 1_000);
    needless.needed = false;
    lanes.submit(needless);
    Request needed = submit("c", 1_000);
    hanging.countDown();
    await().until(() -> needed.answers.size() == 1);
    assertThat(keys(1)).containsExactly("c");
    assertThat(needless.answers).isEmpty();
  }

  @Test
  void submit_whileABatchIsUnderWay_goesTogetherInTheNext() {
    hang("a");
    submit("b", 1_000);
    submit("c", 4_000);
    hanging.countDown();
    await().until(() -> store.batches.size() == 2);
    assertThat(keys(1)).containsExactly("b", "c");
    assertThat(store.batches.get(1).timeout()).isEqualTo(1_000);
  }

  @Test
  void submit_shortestIsNotTheLast_theBatchWaitsOnlyAsLong() {
    hang("a");
    submit("b", 4_000);
    submit("c", 1_000);
    submit("d", 2_000);
    hanging.countDown();
    await().until(() -> store.batches.size() == 2);
    assertThat(store.batches.get(1).timeout()).isEqualTo(1_000);
  }

  /** A lease of 200 ms cut short what a patient request might wait for. */
  @Test
  void submit_timeoutsDifferMuch_goSeparatelyInEitherOrder() {
    hang("a");
    submit("b", 1_000);
    submit("c", 249);
    submit("d", 1_000);
    submit("e", 4_001);
    hanging.countDown();
    await().until(() -> store.batches.size() == 4);
    assertThat(keys(1)).containsExactly("b", "d");
    assertThat(keys(2)).containsExactly("c");
    assertThat(keys(3)).containsExactly("e");
  }

  @Test
  void submit_hundreds_areSentInBatchesOf128() {
    hang("first");
    for (int i = 0; i < 300; i++) {
      submit("key-" + i, 1_000);
    }
    hanging.countDown();
    await().until(() -> store.batches.size() == 4);
    assertThat(store.batches.stream().map(batch -> batch.asks().size()))
        .containsExactly(1, 128, 128, 44);
  }

  @Test
  void submit_serverHangs_anotherServerIsAskedAllTheSame() {
    store.serverOf = key -> key;
    hang("a");
    Request other = submit("b", 1_000);
    await().until(() -> other.answers.size() == 1);
    assertThat(timers.pending()).as("no help needed").isZero();
  }

  @Test
  void submit_serverHangs_othersHelpOverMoreConnectionsButOnlyThree() {
    hang("a");
    submit("b", 1_000);
    timers.advance(HELP.minusNanos(1));
    assertThat(store.batches).hasSize(1);
    timers.advance(Duration.ofNanos(1));
    await().until(() -> store.batches.size() == 2);
    for (int i = 3; i <= 4; i++) {
      submit("b-" + i, 1_000);
      int batches = i;
      timers.advance(HELP.multipliedBy(2));
      await().until(() -> store.batches.size() == batches);
    }
    Request last = submit("c", 1_000);
    timers.advance(HELP.multipliedBy(4));
    await()
        .during(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(10))
        .until(() -> store.batches.size() == 4);
    hanging.countDown();
    await().until(() -> last.answers.size() == 1);
  }

  @Test
  void submit_laneIsBusyButMovesOn_nobodyHelps() {
    hang("a");
    submit("b", 1_000);
    hanging.countDown();
    await().until(() -> store.batches.size() == 2);
    timers.advance(HELP);
    assertThat(timers.pending()).isZero();
  }

  /** The lane's thread ended, and counted as busy for ever: nothing was sent any more. */
  @Test
  void submit_storeThrowsWhatNobodyExpects_isAFailureAndTheNextIsSent() {
    AtomicBoolean thrown = new AtomicBoolean();
    store.beforeBatch =
        batch -> {
          if (thrown.compareAndSet(false, true)) {
            throw new StackOverflowError("on purpose");
          }
        };
    Request failed = submit("a", 1_000);
    await().until(() -> failed.answers.size() == 1);
    assertThat(failed.answers.get(0).failure()).hasMessageContaining("on purpose");
    Request next = submit("b", 1_000);
    await().until(() -> next.answers.size() == 1);
    assertThat(next.answers.get(0).failure()).isNull();
  }

  /** Has the server hang in the first request, and in all others that are sent meanwhile. */
  private void hang(String key) {
    AtomicInteger sent = new AtomicInteger();
    store.beforeBatch =
        batch -> {
          if (batch.server().equals(store.serverOf(key))) {
            sent.incrementAndGet();
            Threads.awaitUninterruptibly(hanging);
          }
        };
    submit(key, 1_000);
    await().until(() -> sent.get() == 1);
  }

  private Request submit(String key, int timeout) {
    Request request = new Request(key, timeout);
    lanes.submit(request);
    return request;
  }

  private List<String> keys(int batch) {
    return store.batches.get(batch).asks().stream().map(LockStore.Ask::key).toList();
  }

  private static final class Request implements Lanes.Task {
    final List<LockStore.Answer> answers = new CopyOnWriteArrayList<>();
    volatile boolean needed = true;
    private final String key;
    private final int timeout;

    Request(String key, int timeout) {
      this.key = key;
      this.timeout = timeout;
    }

    @Override
    public String key() {
      return key;
    }

    @Override
    public int timeout() {
      return timeout;
    }

    @Override
    public LockStore.@Nullable Ask ask() {
      return needed ? new LockStore.Ask(null, key, "0".repeat(32), /* ttl= */ 0, false) : null;
    }

    @Override
    public void answered(LockStore.Answer answer) {
      answers.add(answer);
    }
  }
}
