package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Background.elsewhere;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTopology;

/**
 * Whose lock is given back: threads of one component that hold, hand over, outlive and lose
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
  void releaseLock_afterAnotherThreadsFailedRelease_stillGivesBack() throws Exception {
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
  void releaseLock_expiredAndTakenByForeignHolder_leavesItAndTellsOfTheLoss() {
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
  void releaseLock_sameThreadTookItAgain_givesBackTheNewest() {
    takeAndLetExpire();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_threadWithoutAcquisition_givesBackTheNewestOfTheComponent() throws Exception {
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

  private void takeAndLetExpire() {
    assertThat(lock.tryAcquireLock(null, key, SHORT)).isTrue();
    await().until(() -> !raw.exists(key));
  }
}
