package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Background.elsewhere;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.components.lock.ILock;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;

/** What a lock puts into Redis, whom it keeps out, and what it releases. */
class RedisLockContractIT extends OnEveryTarget {

  private static final int MINUTE = 60_000;
  private static final String FOREIGN = "00112233445566778899aabbccddeeff";

  private final String key = Keys.unique("lock");
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    lock = components.lock();
  }

  @Test
  void tryAcquireLock_free_storesTokenWithExpiry() {
    assertThat(lock.tryAcquireLock("123", key, MINUTE)).isTrue();
    assertThat(raw.text(key)).matches("[0-9a-f]{32}");
    assertThat(raw.pttl(key)).isBetween(MINUTE - 5_000L, (long) MINUTE);
  }

  @Test
  void tryAcquireLock_heldByForeignHolder_isRefusedAndLeavesIt() {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    raw.call("PEXPIRE", key, 30_000);
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
    assertThat(raw.pttl(key)).isLessThanOrEqualTo(30_000);
  }

  @Test
  void tryAcquireLock_heldWithoutExpiry_isRefused() {
    raw.set(key, FOREIGN);
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    assertThat(raw.pttl(key)).isEqualTo(-1);
    raw.del(key);
  }

  @Test
  void tryAcquireLock_keyOfAnotherType_isRefusedAndLeavesIt() {
    raw.call("RPUSH", key, "a");
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    assertThat(raw.call("LLEN", key)).isEqualTo(1L);
    raw.del(key);
  }

  @Test
  void tryAcquireLock_held_keepsForeignHolderOut() {
    lock.tryAcquireLock(null, key, MINUTE);
    assertThat(raw.setIfAbsent(key, FOREIGN, MINUTE)).isFalse();
    lock.releaseLock(null, key);
    assertThat(raw.setIfAbsent(key, FOREIGN, MINUTE)).isTrue();
  }

  @Test
  void tryAcquireLock_heldByThisThread_isRefused() {
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
  }

  @Test
  void tryAcquireLock_heldByOtherComponent_isRefusedUntilReleased() throws ApplicationException {
    RedisLock other = components.lock();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    assertThat(other.tryAcquireLock(null, key, MINUTE)).isFalse();
    lock.releaseLock(null, key);
    assertThat(other.tryAcquireLock(null, key, MINUTE)).isTrue();
  }

  @Test
  void tryAcquireLock_otherKey_isIndependent() {
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    assertThat(lock.tryAcquireLock(null, key + "2", MINUTE)).isTrue();
    lock.releaseLock(null, key);
    assertThat(raw.exists(key + "2")).isTrue();
  }

  @Test
  void tryAcquireLock_expired_canBeTakenAgain() throws ApplicationException {
    RedisLock other = components.lock();
    assertThat(lock.tryAcquireLock(null, key, 200)).isTrue();
    await().until(() -> other.tryAcquireLock(null, key, MINUTE));
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
  }

  @Test
  void tryAcquireLock_everyAcquisition_hasItsOwnToken() {
    lock.tryAcquireLock(null, key, MINUTE);
    String first = raw.text(key);
    lock.releaseLock(null, key);
    lock.tryAcquireLock(null, key, MINUTE);
    assertThat(raw.text(key)).matches("[0-9a-f]{32}").isNotEqualTo(first);
    lock.tryAcquireLock(null, key + "2", MINUTE);
    assertThat(raw.text(key + "2")).isNotEqualTo(raw.text(key));
  }

  @Test
  void tryAcquireLock_plainLock_storesNothingElse() {
    lock.tryAcquireLock(null, key, MINUTE);
    assertThat(raw.exists("{" + key + "}:fence")).isFalse();
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_throughToolkitInterface_freesTheKey() {
    ILock any = lock;
    any.tryAcquireLock("123", key, MINUTE);
    any.releaseLock("123", key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_unknownKey_doesNothing() {
    lock.releaseLock(null, key);
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void releaseLock_twice_doesNotTouchTheNextHolder() {
    lock.tryAcquireLock(null, key, MINUTE);
    lock.releaseLock(null, key);
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void releaseLock_otherComponentHolds_doesNothing() throws ApplicationException {
    RedisLock other = components.lock();
    lock.tryAcquireLock(null, key, MINUTE);
    String token = raw.text(key);
    other.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(token);
  }

  @Test
  void releaseLock_takenOverByForeignHolder_isLeftAlone() {
    lock.tryAcquireLock(null, key, MINUTE);
    raw.set(key, FOREIGN);
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void releaseLock_scriptsFlushed_stillReleases() {
    lock.tryAcquireLock(null, key, MINUTE);
    lock.releaseLock(null, key);
    lock.tryAcquireLock(null, key, MINUTE);
    raw.call("SCRIPT", "FLUSH");
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_onOtherThread_handsOver() throws Exception {
    elsewhere(() -> assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue());
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_onOtherThreadAndThenOnTheOwner_isDoneOnce() throws Exception {
    lock.tryAcquireLock(null, key, MINUTE);
    elsewhere(() -> lock.releaseLock(null, key));
    assertThat(raw.exists(key)).isFalse();
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void keyPrefix_everyMethod_usesIt() throws Exception {
    String prefix = Keys.unique("prefix") + ":";
    RedisLock prefixed = components.lock("options.key_prefix", prefix);
    assertThat(prefixed.tryAcquireLock(null, key, MINUTE)).isTrue();
    assertThat(raw.exists(prefix + key)).isTrue();
    assertThat(raw.exists(key)).isFalse();
    prefixed.releaseLock(null, key);
    assertThat(raw.exists(prefix + key)).isFalse();
    prefixed.acquireLock(null, key, MINUTE, 0);
    assertThat(raw.exists(prefix + key)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a b", "a\nb", "%s%d%n", "ключ 🦊", "{a}b", "a}b{c", "*", "\u0000"})
  void key_anyText_isUsedAsGiven(String odd) {
    String oddKey = odd + key;
    assertThat(lock.tryAcquireLock(null, oddKey, MINUTE)).isTrue();
    assertThat(raw.text(oddKey)).matches("[0-9a-f]{32}");
    lock.releaseLock(null, oddKey);
    assertThat(raw.exists(oddKey)).isFalse();
  }

  @Test
  void tryAcquireLock_longestTtl_keepsTheLockAndAnExpiry() {
    assertThat(lock.tryAcquireLock(null, key, Integer.MAX_VALUE)).isTrue();
    assertThat(raw.pttl(key)).isBetween(Integer.MAX_VALUE - 5_000L, (long) Integer.MAX_VALUE);
  }

  @Test
  void close_component_leavesPlainLocksUntilTheirTtl() throws ApplicationException {
    lock.tryAcquireLock(null, key, MINUTE);
    String token = raw.text(key);
    lock.close(null);
    assertThat(raw.text(key)).isEqualTo(token);
    assertThat(raw.pttl(key)).isGreaterThan(MINUTE - 10_000L);
  }

  @Test
  void releaseLock_afterReopening_doesNotTouchForeignLock() throws ApplicationException {
    lock.tryAcquireLock(null, key, MINUTE);
    lock.close(null);
    raw.set(key, FOREIGN);
    lock.open(null);
    lock.releaseLock(null, key);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void isOpen_lifecycle_isReported() throws ApplicationException {
    assertThat(lock.isOpen()).isTrue();
    lock.close(null);
    assertThat(lock.isOpen()).isFalse();
    lock.open(null);
    assertThat(lock.isOpen()).isTrue();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
  }
}
