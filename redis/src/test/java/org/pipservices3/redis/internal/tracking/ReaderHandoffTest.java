package org.pipservices3.redis.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;

@Timeout(30)
class ReaderHandoffTest {
  private final ReaderHandoff turn = new ReaderHandoff();

  @Test
  void tryTake_taken_isFalseUntilGiven() {
    assertThat(turn.tryTake()).isTrue();
    assertThat(turn.tryTake()).isFalse();
    turn.release();
    assertThat(turn.tryTake()).isTrue();
  }

  @Test
  void tryTake_byManyThreads_isOfOneAtATime() throws Exception {
    AtomicInteger readers = new AtomicInteger();
    List<Background<Boolean>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Background.call(
              () -> {
                for (int taken = 0; taken < 10_000; ) {
                  if (turn.tryTake()) {
                    taken++;
                    assertThat(readers.incrementAndGet()).isEqualTo(1);
                    readers.decrementAndGet();
                    turn.release();
                  }
                }
                return true;
              }));
    }
    for (Background<Boolean> thread : threads) {
      assertThat(thread.result()).isTrue();
    }
  }

  @Test
  void pause_nobodyComes_ends() {
    turn.pause(() -> true);
    assertThat(turn.tryTake()).isTrue();
  }

  @Test
  void pause_othersCome_lastsAsLong() {
    AtomicInteger looks = new AtomicInteger();
    turn.pause(
        () -> {
          if (looks.incrementAndGet() < 5) {
            assertThat(turn.tryTake()).isTrue();
            turn.release();
          }
          return true;
        });
    assertThat(looks).hasValue(5);
  }

  @Test
  void pause_nothingGoesOn_endsAtOnce() {
    turn.pause(() -> false);
    assertThat(turn.tryTake()).isTrue();
  }
}
