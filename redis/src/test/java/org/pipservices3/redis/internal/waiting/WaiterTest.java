package org.pipservices3.redis.internal.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;

@Timeout(60)
class WaiterTest {
  private static final long FOR_EVER = TimeUnit.DAYS.toNanos(1);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Waiter waiter = new Waiter("key", /* first= */ false);

  @Test
  void await_wokenBefore_endsAtOnceAndOnlyOnce() throws Exception {
    waiter.wake();
    waiter.wake();
    assertThat(waiter.await(FOR_EVER)).isTrue();
    assertThat(waiter.await(MILLI)).isFalse();
    assertThat(waiter.hasWaited()).isTrue();
  }

  @Test
  void await_noTime_doesNotWait() throws Exception {
    waiter.wake();
    assertThat(waiter.await(0)).isFalse();
    assertThat(waiter.await(-1)).isFalse();
    assertThat(waiter.hasWaited()).isFalse();
    assertThat(waiter.await(MILLI)).as("the wake-up is still there").isTrue();
    assertThat(waiter.hasWaited()).isTrue();
  }

  @Test
  void forget_woken_waits() throws Exception {
    waiter.wake();
    waiter.forget();
    assertThat(waiter.await(MILLI)).isFalse();
  }

  /** The end was forgotten with a wake-up that the key's reply made needless. */
  @Test
  void forget_ended_doesNotWaitAnyMore() throws Exception {
    waiter.end();
    for (int i = 0; i < 3; i++) {
      waiter.forget();
      assertThat(Background.call(() -> waiter.await(FOR_EVER)).result()).isTrue();
    }
  }

  @Test
  void promote_waiting_isFirstWhenItWakes() throws Exception {
    Background<Boolean> waiting = Background.call(() -> waiter.await(FOR_EVER) && waiter.isFirst());
    waiting.awaitSleep();
    waiter.promote();
    assertThat(waiting.result()).isTrue();
  }
}
