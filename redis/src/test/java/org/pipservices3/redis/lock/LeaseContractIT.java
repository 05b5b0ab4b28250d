package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Background.elsewhere;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;

/** What a lease is worth: its token, its time, and how it ends. */
class LeaseContractIT extends OnEveryTarget {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String FOREIGN = "00112233445566778899aabbccddeeff";

  private final String key = Keys.unique("lease");
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    lock = components.lock();
  }

  @Test
  void tryLease_free_isHeldForItsTtl() {
    LockLease lease = lease(MINUTE);
    assertThat(lease.key()).isEqualTo(key);
    assertThat(lease.isHeld()).isTrue();
    assertThat(lease.remaining()).isBetween(MINUTE.minusSeconds(5), MINUTE);
    assertThat(raw.text(key)).matches("[0-9a-f]{32}");
    assertThat(raw.pttl(key)).isBetween(55_000L, 60_000L);
  }

  @Test
  void remaining_lease_neverExceedsTheServersTime() {
    LockLease lease = lease(Duration.ofSeconds(5));
    long left = lease.remaining().toMillis();
    assertThat(left).isLessThanOrEqualTo(raw.pttl(key) + 50);
    assertThat(left).isGreaterThan(1_000);
  }

  @Test
  void remaining_timePasses_shrinksToZero() {
    LockLease lease = lease(Duration.ofMillis(500));
    Duration first = lease.remaining();
    await().until(() -> lease.remaining().compareTo(first) < 0);
    await().until(() -> !lease.isHeld());
    assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
  }

  @Test
  void isHeld_expired_isFalseBeforeOthersGetIt() {
    LockLease lease = lease(SHORT);
    await().until(() -> raw.setIfAbsent(key, FOREIGN, 60_000));
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void tryLease_heldByForeignHolder_isEmpty() {
    raw.setIfAbsent(key, FOREIGN, 60_000);
    assertThat(lock.tryLease(null, key, MINUTE)).isEmpty();
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void lease_andPlainLock_excludeEachOther() throws ApplicationException {
    RedisLock other = components.lock();
    LockLease lease = lease(MINUTE);
    assertThat(lock.tryAcquireLock(null, key, 60_000)).isFalse();
    assertThat(other.tryAcquireLock(null, key, 60_000)).isFalse();
    assertThat(other.tryLease(null, key, MINUTE)).isEmpty();
    assertThat(lock.tryLease(null, key, MINUTE)).isEmpty();
    lease.close();
    assertThat(other.tryAcquireLock(null, key, 60_000)).isTrue();
    assertThat(lock.tryLease(null, key, MINUTE)).isEmpty();
  }

  @Test
  void releaseLock_heldByLease_doesNothing() {
    LockLease lease = lease(MINUTE);
    String token = raw.text(key);
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(token);
    assertThat(lease.isHeld()).isTrue();
    assertThat(lease.release()).isTrue();
  }

  @Test
  void fencingToken_acrossComponentsAndHolders_growsStrictly() throws ApplicationException {
    RedisLock other = components.lock();
    long last = 0;
    for (int i = 0; i < 10; i++) {
      RedisLock next = i % 2 == 0 ? lock : other;
      try (LockLease lease = next.tryLease(null, key, MINUTE).orElseThrow()) {
        assertThat(lease.fencingToken()).isGreaterThan(last);
        last = lease.fencingToken();
      }
    }
  }

  @Test
  void fencingToken_afterExpiryAndForeignHolder_stillGrows() {
    long first = lease(SHORT).fencingToken();
    await().until(() -> raw.setIfAbsent(key, FOREIGN, 60_000));
    assertThat(lock.tryLease(null, key, MINUTE)).isEmpty();
    raw.del(key);
    assertThat(lease(MINUTE).fencingToken()).isGreaterThan(first);
  }

  @Test
  void toString_heldAndEnded_tellsKeyTimeAndServerAndNoToken() {
    LockLease lease = lease(MINUTE);
    assertThat(lease.toString())
        .matches("lease of key '" + key + "', held for [0-9]+ ms, at \\S+:[0-9]+")
        .doesNotContain(raw.text(key));
    lease.close();
    assertThat(lease.toString()).startsWith("lease of key '" + key + "', ended, at ");
  }

  @Test
  void fencingToken_counter_staysBesideTheKey() {
    LockLease lease = lease(MINUTE);
    String fence = "{" + key + "}:fence";
    assertThat(raw.text(fence)).isEqualTo(Long.toString(lease.fencingToken()));
    lease.close();
    assertThat(raw.exists(fence)).isTrue();
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void fencingToken_keyPrefix_isPartOfTheCountersKey() throws ApplicationException {
    RedisLock prefixed = components.lock("options.key_prefix", "prefix:");
    try (LockLease lease = prefixed.tryLease(null, key, MINUTE).orElseThrow()) {
      assertThat(lease.key()).isEqualTo(key);
      assertThat(raw.exists("prefix:" + key)).isTrue();
      assertThat(raw.exists("{prefix:" + key + "}:fence")).isTrue();
    }
  }

  @Test
  void extend_held_setsANewTtl() {
    LockLease lease = lease(Duration.ofSeconds(5));
    assertThat(lease.extend(MINUTE)).isTrue();
    assertThat(raw.pttl(key)).isGreaterThan(30_000);
    assertThat(lease.remaining()).isBetween(Duration.ofSeconds(30), MINUTE);
  }

  @Test
  void extend_toLess_shortensTheLease() {
    LockLease lease = lease(MINUTE);
    assertThat(lease.extend(Duration.ofSeconds(5))).isTrue();
    assertThat(raw.pttl(key)).isBetween(1L, 5_000L);
    assertThat(lease.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void extend_onOtherThread_works() throws Exception {
    LockLease lease = lease(Duration.ofSeconds(5));
    elsewhere(() -> assertThat(lease.extend(MINUTE)).isTrue());
    elsewhere(() -> assertThat(lease.release()).isTrue());
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void extend_takenOver_isFalseAndLeavesTheForeignLock() {
    LockLease lease = lease(MINUTE);
    raw.del(key);
    raw.setIfAbsent(key, FOREIGN, 30_000);
    assertThat(lease.extend(MINUTE)).isFalse();
    assertThat(lease.isHeld()).isFalse();
    assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
    assertThat(raw.pttl(key)).isLessThanOrEqualTo(30_000);
  }

  @Test
  void extend_deleted_isFalseAndDoesNotRevive() {
    LockLease lease = lease(MINUTE);
    raw.del(key);
    assertThat(lease.extend(MINUTE)).isFalse();
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void extend_expired_isFalse() {
    LockLease lease = lease(SHORT);
    await().until(() -> !raw.exists(key));
    assertThat(lease.extend(MINUTE)).isFalse();
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void extend_released_isFalse() {
    LockLease lease = lease(MINUTE);
    lease.release();
    assertThat(lease.extend(MINUTE)).isFalse();
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void release_held_isTrueOnce() {
    LockLease lease = lease(MINUTE);
    assertThat(lease.release()).isTrue();
    assertThat(raw.exists(key)).isFalse();
    assertThat(lease.isHeld()).isFalse();
    assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
    assertThat(lease.release()).isFalse();
  }

  @Test
  void release_takenOver_isFalseAndLeavesTheForeignLock() {
    LockLease lease = lease(MINUTE);
    raw.set(key, FOREIGN);
    assertThat(lease.release()).isFalse();
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void release_scriptsFlushed_stillReleases() {
    LockLease lease = lease(MINUTE);
    raw.call("SCRIPT", "FLUSH");
    assertThat(lease.extend(MINUTE)).isTrue();
    raw.call("SCRIPT", "FLUSH");
    assertThat(lease.release()).isTrue();
    assertThat(raw.exists(key)).isFalse();
    raw.call("SCRIPT", "FLUSH");
    assertThat(lease(MINUTE).isHeld()).isTrue();
  }

  @Test
  void close_held_releases() {
    lease(MINUTE).close();
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void close_lostOrClosed_isQuiet() {
    LockLease lease = lease(MINUTE);
    raw.set(key, FOREIGN);
    assertThatNoException().isThrownBy(lease::close);
    assertThatNoException().isThrownBy(lease::close);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  private LockLease lease(Duration ttl) {
    return lock.tryLease(null, key, ttl).orElseThrow();
  }
}
