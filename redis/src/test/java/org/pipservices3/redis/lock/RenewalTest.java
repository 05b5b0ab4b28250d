package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.FakeClock;

@Timeout(60)
class RenewalTest {
  private static final long TTL = 60_000;

  private final FakeClock clock = new FakeClock();
  private final Engine engine = Engine.virtual(clock);
  private Lease lease;
  private LeaseExtension extension;
  private Renewal renewal;

  @BeforeEach
  void acquire() {
    lease = engine.lockEngine.tryLease(null, "key", TTL);
    extension = new LeaseExtension(lease, engine.lockEngine, TTL);
    renewal = new Renewal(lease, extension, engine.lockEngine);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  /** The lock for extensions stayed locked: every later extension hung, and the lease was lost. */
  @Test
  void answered_askedAgainMeanwhileByAnotherThread_endsTheExtension() throws Exception {
    assertThat(renewal.ask()).isNotNull();
    assertThat(Background.call(() -> renewal.ask() == null).result()).isTrue();
    renewal.answered(LockStore.Answer.of(/* ours= */ true));
    assertThat(Background.call(() -> extension.extend(TTL)).result()).isTrue();
  }

  @Test
  void ask_leaseHasEnded_leavesExtensionsFree() throws Exception {
    assertThat(lease.release()).isTrue();
    assertThat(renewal.ask()).isNull();
    assertThat(Background.call(() -> extension.extend(TTL)).result()).isFalse();
  }

  /** The retry found the extension still under way, and the lease was not renewed any more. */
  @Test
  void answered_noAnswerAndAnotherThreadIsFree_isRetriedByIt() throws Exception {
    engine.timers().elsewhere = true;
    assertThat(renewal.ask()).isNotNull();
    renewal.answered(LockStore.Answer.failed(FakeStore.timedOut()));
    assertThat(engine.store.count("extend")).isEqualTo(1);
  }

  @Test
  void timeout_asTimePasses_isAThirdOfWhatIsLeftWithinBounds() {
    assertThat(renewal.timeout()).isEqualTo(2_000);
    clock.advance(Duration.ofMillis(TTL - 3_000));
    assertThat(renewal.timeout()).isEqualTo(1_000);
    clock.advance(Duration.ofMillis(2_400));
    assertThat(renewal.timeout()).isEqualTo(200);
    clock.advance(Duration.ofMillis(590));
    assertThat(renewal.timeout()).isEqualTo(50);
  }
}
