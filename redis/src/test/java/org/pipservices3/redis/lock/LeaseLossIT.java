package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTopology;

/** How a lease lives on by renewal, and how its holder hears that it is lost. */
@Timeout(60)
class LeaseLossIT extends OnEveryTopology {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(300);

  /** Long enough for a busy machine to renew or release a lease in time. */
  private static final Duration KEPT = Duration.ofMillis(1_200);

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String FOREIGN = "00112233445566778899aabbccddeeff";

  private final String key = Keys.unique("loss");
  private final AtomicInteger losses = new AtomicInteger();
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    lock = components.lock();
  }

  @Test
  void onLost_expired_runsOnceByTheDeadline() {
    LockLease lease = watched(SHORT);
    await().atMost(PATIENCE).until(() -> losses.get() == 1);
    assertThat(lease.isHeld()).isFalse();
    lease.close();
    assertThat(lease.extend(MINUTE)).isFalse();
    staysAt(1);
  }

  @Test
  void onLost_deletedByOthers_runsOnceByTheDeadline() {
    watched(SHORT);
    raw.del(key);
    await().atMost(PATIENCE).until(() -> losses.get() == 1);
  }

  @Test
  void onLost_extendFails_runs() {
    LockLease lease = watched(MINUTE);
    raw.set(key, FOREIGN);
    assertThat(lease.extend(MINUTE)).isFalse();
    await().atMost(PATIENCE).until(() -> losses.get() == 1);
  }

  @Test
  void onLost_closed_doesNotRun() {
    watched(KEPT).close();
    staysAt(0);
  }

  @Test
  void onLost_extended_doesNotRunAtTheOldDeadline() {
    LockLease lease = watched(KEPT);
    assertThat(lease.extend(MINUTE)).isTrue();
    staysAt(0);
    assertThat(lease.isHeld()).isTrue();
  }

  @Test
  void onLost_shortened_runsAtTheNewDeadline() {
    LockLease lease = watched(MINUTE);
    assertThat(lease.extend(SHORT)).isTrue();
    await().atMost(PATIENCE).until(() -> losses.get() == 1);
  }

  @Test
  void onLost_givenAfterTheLoss_runsOnce() {
    LockLease lease = lock.tryLease(null, key, SHORT).orElseThrow();
    await().until(() -> !lease.isHeld());
    lease.onLost(losses::incrementAndGet);
    await().atMost(PATIENCE).until(() -> losses.get() == 1);
  }

  @Test
  void onLost_twoActions_bothRunEvenIfOneThrows() {
    LockLease lease = lock.tryLease(null, key, SHORT).orElseThrow();
    lease.onLost(
        () -> {
          losses.incrementAndGet();
          throw new IllegalStateException("from a test");
        });
    lease.onLost(losses::incrementAndGet);
    await().atMost(PATIENCE).until(() -> losses.get() == 2);
  }

  @Test
  void onLost_oneActionThrows_otherLeasesAreStillWatched() {
    lock.tryLease(null, key, SHORT)
        .orElseThrow()
        .onLost(
            () -> {
              throw new IllegalStateException("from a test");
            });
    LockLease second = lock.tryLease(null, key + "2", SHORT.multipliedBy(2)).orElseThrow();
    second.onLost(losses::incrementAndGet);
    await().atMost(PATIENCE).until(() -> losses.get() == 1);
  }

  @Test
  void onLost_chained_givesTheSameLease() {
    LockLease lease = lock.tryLease(null, key, MINUTE).orElseThrow();
    assertThat(lease.onLost(() -> {})).isSameAs(lease);
    assertThat(lease.keepAlive()).isSameAs(lease);
  }

  @Test
  void keepAlive_pastTheTtl_isStillHeld() {
    long start = System.nanoTime();
    LockLease lease = watched(KEPT).keepAlive();
    String token = String.valueOf(raw.text(key));
    await()
        .atMost(PATIENCE)
        .until(() -> System.nanoTime() - start > KEPT.toNanos() && lease.isHeld());
    assertThat(raw.text(key)).isEqualTo(token);
    assertThat(losses).hasValue(0);
    assertThat(lease.release()).isTrue();
  }

  @Test
  void keepAlive_closed_stopsRenewing() {
    LockLease lease = watched(KEPT).keepAlive();
    lease.close();
    assertThat(raw.setIfAbsent(key, FOREIGN, 60_000)).isTrue();
    staysAt(0);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void keepAlive_takenOver_endsAndReportsTheLoss() {
    LockLease lease = watched(KEPT).keepAlive();
    raw.set(key, FOREIGN);
    await().atMost(PATIENCE).until(() -> losses.get() == 1);
    assertThat(lease.isHeld()).isFalse();
    staysAt(1);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
    assertThat(raw.pttl(key)).isEqualTo(-1);
    raw.del(key);
  }

  @Test
  void keepAlive_lostByDeletion_doesNotRevive() {
    watched(KEPT).keepAlive();
    raw.del(key);
    await().atMost(PATIENCE).until(() -> losses.get() == 1);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void keepAlive_lostBefore_doesNotRevive() {
    LockLease lease = lock.tryLease(null, key, SHORT).orElseThrow();
    await().until(() -> !raw.exists(key));
    lease.keepAlive();
    staysAt(0);
    assertThat(raw.exists(key)).isFalse();
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void closeComponent_openLeases_areReleasedAndReportedLost() throws ApplicationException {
    LockLease plain = watched(MINUTE);
    LockLease renewed = lock.tryLease(null, key + "2", MINUTE).orElseThrow().keepAlive();
    renewed.onLost(losses::incrementAndGet);
    lock.close(null);
    await().atMost(PATIENCE).until(() -> losses.get() == 2);
    assertThat(raw.exists(key)).isFalse();
    assertThat(raw.exists(key + "2")).isFalse();
    assertThat(plain.isHeld()).isFalse();
    assertThat(renewed.isHeld()).isFalse();
    assertThatNoException().isThrownBy(plain::close);
    assertThat(plain.release()).isFalse();
    staysAt(2);
  }

  private LockLease watched(Duration ttl) {
    return lock.tryLease(null, key, ttl).orElseThrow().onLost(losses::incrementAndGet);
  }

  private void staysAt(int count) {
    await().during(KEPT.plusMillis(200)).atMost(PATIENCE).until(() -> losses.get() == count);
  }
}
