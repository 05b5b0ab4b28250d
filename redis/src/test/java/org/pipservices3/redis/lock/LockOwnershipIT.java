package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Background.elsewhere;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTopology;

/**
 * Whose lock is released: threads of one component that hold, hand over, outlive and lose
 * acquisitions of one key.
 */
class LockOwnershipIT extends OnEveryTopology {

  private static final int MINUTE = 60_000;
  private static final int SHORT = 200;
  private static final String FOREIGN = "00112233445566778899aabbccddeeff";

  private final String key = Keys.unique("owner");
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    lock = components.lock();
  }

  @Test
  void releaseLock_expiredAndTakenByAnotherThread_leavesTheOther() throws Exception {
    takeAndLetExpire();
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    String token = raw.text(key);
    lock.releaseLock("123", key);
    assertThat(raw.text(key)).isEqualTo(token);
  }

  @Test
  void releaseLock_expiredLongAgoAmongManyOthers_leavesTheOther() throws Exception {
    takeAndLetExpire();
    elsewhere(
        () -> {
          for (int i = 0; i < 500; i++) {
            lock.tryAcquireLock(null, key + i, SHORT);
          }
        });
    await().until(() -> !raw.exists(key + 499));
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    String token = raw.text(key);
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(token);
  }

  @Test
  void releaseLock_afterAnotherThreadsFailedRelease_stillReleases() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      takeAndLetExpire();
      assertThat(other.submit(() -> lock.tryAcquireLock(null, key, MINUTE)).get()).isTrue();
      lock.releaseLock(null, key);
      other.submit(() -> lock.releaseLock(null, key)).get();
      assertThat(raw.exists(key)).isFalse();
    } finally {
      other.shutdown();
    }
  }

  @Test
  void releaseLock_expiredAndTakenByForeignHolder_leavesItAndReportsTheLoss() {
    takeAndLetExpire();
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    lock.releaseLock("123", key);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
    assertThat(components.logger().entries(LogLevel.Warn))
        .anySatisfy(
            entry -> {
              assertThat(entry.message()).contains(key);
              assertThat(entry.correlationId()).isEqualTo("123");
            });
    assertThat(components.counters().counts()).containsEntry("redis.lock.lost", 1L);
  }

  @Test
  void releaseLock_sameThreadTookItAgain_releasesTheNewest() {
    takeAndLetExpire();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_threadWithoutAcquisition_releasesTheNewestOfTheComponent() throws Exception {
    elsewhere(() -> lock.tryAcquireLock(null, key, SHORT));
    await().until(() -> !raw.exists(key));
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_ownAcquisitionOfAnotherKey_doesNotMatter() throws Exception {
    elsewhere(() -> lock.tryAcquireLock(null, key, MINUTE));
    lock.tryAcquireLock(null, key + "2", MINUTE);
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
    assertThat(raw.exists(key + "2")).isTrue();
  }

  @Test
  void releaseLock_held_isNoLoss() {
    lock.tryAcquireLock(null, key, MINUTE);
    lock.releaseLock(null, key);
    assertThat(components.counters().counts()).doesNotContainKey("redis.lock.lost");
    assertThat(components.logger().entries(LogLevel.Warn)).isEmpty();
  }

  /** acquireLock inside try, releaseLock in finally: it freed another thread's lock. */
  @Test
  void releaseLock_afterOwnTimeout_leavesWhatAnotherThreadHoldsAndWarns() throws Exception {
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    String token = raw.text(key);
    assertThatThrownBy(() -> lock.acquireLock(null, key, MINUTE, 50))
        .isInstanceOf(ConflictException.class);
    lock.releaseLock("123", key);
    assertThat(raw.text(key)).isEqualTo(token);
    assertThat(components.logger().entries(LogLevel.Warn))
        .anySatisfy(
            entry -> {
              assertThat(entry.message()).contains(key, "before the try block");
              assertThat(entry.correlationId()).isEqualTo("123");
            });
  }

  @Test
  void releaseLock_afterOwnRefusalOrInterrupt_leavesWhatAnotherThreadHolds() throws Exception {
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    String token = raw.text(key);
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(token);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> lock.acquireLock(null, key, MINUTE, 50))
        .isInstanceOf(InterruptedException.class);
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(token);
  }

  /** A lease that was not granted inside try, releaseLock in finally: the same mistake. */
  @Test
  void releaseLock_afterOwnRefusedLease_leavesWhatAnotherThreadHolds() throws Exception {
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    String token = raw.text(key);
    assertThat(lock.tryLease(null, key, Duration.ofMinutes(1))).isEmpty();
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(token);
    assertThatThrownBy(() -> lock.lease(null, key, Duration.ofMinutes(1), Duration.ofMillis(50)))
        .isInstanceOf(ConflictException.class);
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(token);
  }

  @Test
  void releaseLock_theOneAfterThat_isAHandOverAgain() throws Exception {
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isTrue();
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_ownLockAfterAFailedSecondAttempt_isReleased() throws Exception {
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_afterOwnAttemptWithWrongTimes_freesNothing() throws Exception {
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    assertThatThrownBy(() -> lock.acquireLock(null, key, -1, MINUTE))
        .isInstanceOf(RedisException.class);
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isTrue();
    assertThatThrownBy(() -> lock.acquireLock(null, key, MINUTE, -1))
        .isInstanceOf(RedisException.class);
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isTrue();
    assertThatThrownBy(() -> lock.tryAcquireLock(null, key, 0)).isInstanceOf(RedisException.class);
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isTrue();
  }

  private void takeAndLetExpire() {
    assertThat(lock.tryAcquireLock(null, key, SHORT)).isTrue();
    await().until(() -> !raw.exists(key));
  }
}
