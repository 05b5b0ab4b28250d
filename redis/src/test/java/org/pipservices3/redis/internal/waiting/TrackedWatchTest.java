package org.pipservices3.redis.internal.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.internal.tracking.FakeTracking;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/** What a waiter reads, and what wakes it. */
@Timeout(60)
class TrackedWatchTest {
  private static final long FOR_EVER = TimeUnit.DAYS.toNanos(1);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long MISSING = -2;
  private static final long ENDLESS = -1;
  private static final byte[] TOKEN = {1};
  private static final byte[] OTHER_TOKEN = {2};

  private final Tracking tracking = new Tracking();
  private final WaitQueues queues = new WaitQueues();
  private final TrackedWatch watch =
      new TrackedWatch(tracking, /* prefix= */ "app:", /* pollMillis= */ 60_000);
  private Waiter waiter;

  @BeforeEach
  void start() {
    watch.start(queues);
    waiter = queues.enter("key");
  }

  @Test
  void await_keyIsMissing_endsAtOnce() throws Exception {
    tracking.remaining = onReply -> MISSING;
    watch.await(waiter, FOR_EVER);
    assertThat(tracking.names).containsExactly("app:key");
    assertThat(waiter.hasWaited()).isFalse();
  }

  @Test
  void await_changedAfterTheReply_endsAtOnce() throws Exception {
    tracking.remaining =
        onReply -> {
          onReply.run();
          watch.changed("app:key");
          return ENDLESS;
        };
    assertThat(awaiting().result()).isTrue();
    assertThat(tracking.names).hasSize(1);
  }

  /** What the reply shows already, woke the waiter for nothing. */
  @Test
  void await_changedBeforeTheReply_sleeps() throws Exception {
    tracking.remaining =
        onReply -> {
          watch.changed("app:key");
          onReply.run();
          return ENDLESS;
        };
    Background<Boolean> waiting = awaiting();
    waiting.awaitSleep();
    watch.changed("app:key");
    assertThat(waiting.result()).isTrue();
    assertThat(tracking.names).hasSize(1);
  }

  @Test
  void await_holderHasNoEnd_readsOnceAndSleeps() throws Exception {
    Background<Boolean> waiting = awaiting();
    waiting.awaitSleep();
    watch.everythingChanged();
    assertThat(waiting.result()).isTrue();
    assertThat(tracking.names).hasSize(1);
  }

  @Test
  void await_otherKeysChange_sleepsOn() throws Exception {
    Background<Boolean> waiting = awaiting();
    waiting.awaitSleep();
    watch.changed("key");
    watch.changed("app:other");
    watch.changed("other:key");
    waiting.awaitSleep();
    watch.changed("app:key");
    assertThat(waiting.result()).isTrue();
  }

  @Test
  void await_holderEnds_endsThen() throws Exception {
    tracking.remaining = onReply -> 20;
    watch.await(waiter, FOR_EVER);
    assertThat(tracking.names).hasSize(1);
  }

  /** A holder that renews its lock woke its waiter each time, which asked for the lock in vain. */
  @Test
  void await_holderOnlyRenews_readsOnAndDoesNotAsk() throws Exception {
    waiter.wokenEarly = true;
    waiter.holder = TOKEN;
    waiter.renewals = 1;
    tracking.read = TOKEN;
    tracking.afterRead =
        () -> {
          if (tracking.names.size() == 4) {
            tracking.read = OTHER_TOKEN;
          }
          watch.changed("app:key");
        };
    assertThat(awaiting().result()).isTrue();
    assertThat(tracking.names).hasSize(5);
  }

  @Test
  void awaitOtherHolder_notTracked_isFalse() throws Exception {
    tracking.remaining = onReply -> KeyTracking.NOT_TRACKED;
    assertThat(watch.awaitOtherHolder(waiter, MILLI)).isFalse();
    tracking.remaining = onReply -> MISSING;
    assertThat(watch.awaitOtherHolder(waiter, MILLI)).isFalse();
    tracking.remaining = onReply -> ENDLESS;
    assertThat(watch.awaitOtherHolder(waiter, MILLI)).isTrue();
  }

  @Test
  void close_started_isNoListenerAnyMore() {
    assertThat(tracking.listeners).containsExactly(watch);
    watch.close();
    assertThat(tracking.listeners).isEmpty();
  }

  private Background<Boolean> awaiting() {
    return Background.run(() -> watch.await(waiter, FOR_EVER));
  }

  private static final class Tracking extends FakeTracking {
    final List<String> names = new CopyOnWriteArrayList<>();
    volatile ToLongFunction<Runnable> remaining =
        onReply -> {
          onReply.run();
          return ENDLESS;
        };
    volatile byte[] read = TOKEN;
    volatile Runnable afterRead = () -> {};

    @Override
    public long remaining(String key, Runnable onReply) {
      names.add(key);
      return remaining.applyAsLong(onReply);
    }

    @Override
    public @Nullable Reading read(String key) {
      throw new IllegalStateException("not on the waiter's thread");
    }

    @Override
    public Reading read(String key, Runnable onReply) {
      names.add(key);
      onReply.run();
      Reading reading = reading(read, () -> true);
      afterRead.run();
      return reading;
    }
  }
}
