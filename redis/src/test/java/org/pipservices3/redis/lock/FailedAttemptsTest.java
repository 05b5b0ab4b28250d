package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.FakeClock;

class FailedAttemptsTest {
  private final FakeClock clock = new FakeClock();
  private final FailedAttempts attempts = new FailedAttempts(clock);

  @Test
  void remove_added_isTrueOnceForThatThreadAndKey() {
    attempts.add("key", 1);
    assertThat(attempts.remove("key", 2)).isFalse();
    assertThat(attempts.remove("other", 1)).isFalse();
    assertThat(attempts.remove("key", 1)).isTrue();
    assertThat(attempts.remove("key", 1)).isFalse();
  }

  @Test
  void remove_longAgo_isForgotten() {
    attempts.add("key", 1);
    clock.advance(Duration.ofMinutes(5));
    assertThat(attempts.remove("key", 1)).isFalse();
  }

  @Test
  void remove_amongTenThousandLaterOnes_isForgottenButNotTheLatest() {
    for (int thread = 0; thread <= 10_000; thread++) {
      attempts.add("key", thread);
    }
    assertThat(attempts.remove("key", 0)).isFalse();
    assertThat(attempts.remove("key", 1)).isTrue();
    assertThat(attempts.remove("key", 10_000)).isTrue();
  }

  @Test
  void add_again_makesItTheLatest() {
    attempts.add("key", 0);
    for (int thread = 1; thread < 10_000; thread++) {
      attempts.add("key", thread);
    }
    attempts.add("key", 0);
    attempts.add("key", 10_000);
    assertThat(attempts.remove("key", 0)).isTrue();
    assertThat(attempts.remove("key", 1)).isFalse();
  }
}
