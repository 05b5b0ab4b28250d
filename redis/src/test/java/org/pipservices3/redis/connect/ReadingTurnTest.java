package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;

@Timeout(30)
class ReadingTurnTest {
  private final ReadingTurn turn = new ReadingTurn();

  @Test
  void tryTake_taken_isFalseUntilGiven() {
    assertThat(turn.tryTake()).isTrue();
    assertThat(turn.tryTake()).isFalse();
    turn.give();
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
                    turn.give();
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
  void standBack_nobodyComes_ends() {
    turn.standBack(() -> true);
    assertThat(turn.tryTake()).isTrue();
  }

  @Test
  void standBack_othersCome_lastsAsLong() {
    AtomicInteger looks = new AtomicInteger();
    turn.standBack(
        () -> {
          if (looks.incrementAndGet() < 5) {
            assertThat(turn.tryTake()).isTrue();
            turn.give();
          }
          return true;
        });
    assertThat(looks).hasValue(5);
  }

  @Test
  void standBack_nothingGoesOn_endsAtOnce() {
    turn.standBack(() -> false);
    assertThat(turn.tryTake()).isTrue();
  }
}
