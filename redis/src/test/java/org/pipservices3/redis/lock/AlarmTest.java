package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.FakeClock;

class AlarmTest {
  private static final long MILLI = 1_000_000;

  private final FakeClock clock = new FakeClock();
  private final Engine engine = Engine.virtual(clock);
  private final VirtualKeeper timers = engine.timers();
  private final AtomicInteger runs = new AtomicInteger();
  private final Alarm alarm = new Alarm(timers, runs::incrementAndGet);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void set_again_runsOnlyAtTheNewTime() {
    alarm.set(MILLI);
    alarm.set(3 * MILLI);
    timers.advance(Duration.ofMillis(2));
    assertThat(runs).hasValue(0);
    timers.advance(Duration.ofMillis(1));
    assertThat(runs).hasValue(1);
    assertThat(timers.pending()).isZero();
  }

  /** A thread that was about to set the alarm of a lease came after the one that ended it. */
  @Test
  void set_cancelledMeanwhile_doesNotRun() {
    alarm.cancel();
    alarm.set(MILLI);
    assertThat(timers.pending()).isZero();
    timers.advance(Duration.ofMillis(1));
    assertThat(runs).hasValue(0);
  }
}
