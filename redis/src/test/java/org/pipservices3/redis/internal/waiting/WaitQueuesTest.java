package org.pipservices3.redis.internal.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is first in a queue and who is woken, step by step on one thread. */
@Timeout(60)
class WaitQueuesTest {
  private static final long MOMENT = 1;
  private static final long LONG = TimeUnit.MINUTES.toNanos(5);
  private final WaitQueues queues = new WaitQueues();

  @Test
  void enter_onlyTheFirstOfEachKeyIsFirst() {
    assertThat(queues.enter("key").isFirst()).isTrue();
    assertThat(queues.enter("key").isFirst()).isFalse();
    assertThat(queues.enter("other").isFirst()).isTrue();
  }

  @Test
  void leave_theFirst_promotesAndWakesTheNextOnly() throws Exception {
    Waiter first = queues.enter("key");
    Waiter second = queues.enter("key");
    Waiter third = queues.enter("key");

    queues.leave(first);

    assertThat(second.isFirst()).isTrue();
    assertThat(second.await(LONG)).isTrue();
    assertThat(third.isFirst()).isFalse();
    assertThat(third.await(MOMENT)).isFalse();
  }

  @Test
  void leave_anotherThanTheFirst_changesNothingForTheRest() throws Exception {
    Waiter first = queues.enter("key");
    Waiter second = queues.enter("key");
    Waiter third = queues.enter("key");

    queues.leave(second);

    assertThat(first.await(MOMENT)).isFalse();
    assertThat(third.isFirst()).isFalse();
    queues.leave(first);
    assertThat(third.isFirst()).isTrue();
  }

  /** A queue that stays behind without anybody costs memory, and waking its first fails. */
  @Test
  void leave_theLast_removesTheQueue() {
    Waiter waiter = queues.enter("key");
    queues.leave(waiter);
    assertThatCode(() -> queues.wake("key")).doesNotThrowAnyException();
    assertThat(queues.enter("key").isFirst()).isTrue();
  }

  @Test
  void wake_reachesTheFirstOfThatKeyOnly() throws Exception {
    Waiter first = queues.enter("key");
    Waiter second = queues.enter("key");
    Waiter other = queues.enter("other");

    queues.wake("key");
    queues.wake("nobody waits for it");

    assertThat(first.await(LONG)).isTrue();
    assertThat(second.await(MOMENT)).isFalse();
    assertThat(other.await(MOMENT)).isFalse();
  }

  @Test
  void wakeAll_reachesEverybodyOnce() throws Exception {
    Waiter first = queues.enter("key");
    Waiter second = queues.enter("key");
    Waiter other = queues.enter("other");

    queues.wakeAll();

    for (Waiter waiter : new Waiter[] {first, second, other}) {
      assertThat(waiter.await(LONG)).isTrue();
      assertThat(waiter.await(MOMENT)).isFalse();
    }
  }

  @Test
  void endAll_everybody_endsForGood() throws Exception {
    Waiter first = queues.enter("key");
    Waiter second = queues.enter("key");
    queues.endAll();
    for (Waiter waiter : new Waiter[] {first, second}) {
      waiter.forget();
      assertThat(waiter.await(LONG)).isTrue();
      waiter.forget();
      assertThat(waiter.await(LONG)).isTrue();
    }
  }
}
