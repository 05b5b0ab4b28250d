package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;

/** How a lock waits: until it is free, until the deadline, until somebody interrupts or closes. */
@Timeout(60)
class LockWaitingIT extends OnEveryTarget {

  private static final int MINUTE = 60_000;
  private static final String FOREIGN = "00112233445566778899aabbccddeeff";

  private final String key = Keys.unique("wait");
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    lock = components.lock("options.retry_timeout", 20);
  }

  @Test
  void acquireLock_free_takesItAtOnce() throws Exception {
    lock.acquireLock("123", key, MINUTE, 0);
    assertThat(raw.text(key)).matches("[0-9a-f]{32}");
    assertThat(raw.pttl(key)).isBetween(1L, (long) MINUTE);
  }

  @Test
  void acquireLock_releasedByForeignHolder_takesIt() throws Exception {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> waiter = acquireInBackground(lock, MINUTE);
    waiter.awaitSleep();
    raw.del(key);
    assertThat(waiter.result()).isTrue();
    assertThat(raw.text(key)).isNotEqualTo(FOREIGN);
  }

  @Test
  void acquireLock_releasedByThisComponent_takesIt() throws Exception {
    lock.tryAcquireLock(null, key, MINUTE);
    String first = raw.text(key);
    Background<Boolean> waiter = acquireInBackground(lock, MINUTE);
    waiter.awaitSleep();
    lock.releaseLock(null, key);
    assertThat(waiter.result()).isTrue();
    assertThat(raw.text(key)).isNotNull().isNotEqualTo(first);
  }

  @Test
  void acquireLock_releasedByOtherComponent_takesIt() throws Exception {
    RedisLock other = components.lock();
    other.tryAcquireLock(null, key, MINUTE);
    Background<Boolean> waiter = acquireInBackground(lock, MINUTE);
    waiter.awaitSleep();
    other.releaseLock(null, key);
    assertThat(waiter.result()).isTrue();
  }

  @Test
  void acquireLock_holderExpires_takesIt() throws Exception {
    raw.setIfAbsent(key, FOREIGN, 200);
    lock.acquireLock(null, key, MINUTE, MINUTE);
    assertThat(raw.text(key)).isNotEqualTo(FOREIGN);
  }

  @Test
  void acquireLock_ownAcquisitionExpires_takesIt() throws Exception {
    lock.tryAcquireLock(null, key, 200);
    lock.acquireLock(null, key, MINUTE, MINUTE);
    assertThat(raw.pttl(key)).isGreaterThan(10_000);
  }

  /** It was seen after up to 15 s, since nobody watched a key that the component itself held. */
  @Test
  void acquireLock_ownHolderButForeignDelete_takesItAtOnce() throws Exception {
    lock.tryAcquireLock(null, key, MINUTE);
    Background<Boolean> waiter = acquireInBackground(lock, MINUTE);
    waiter.awaitSleep();
    long start = System.nanoTime();
    raw.call("DEL", key);
    assertThat(waiter.result()).isTrue();
    assertThat(elapsed(start)).isLessThan(Duration.ofMillis(1_500));
  }

  @Test
  void acquireLock_ownKeptLeaseButForeignDelete_takesItAtOnce() throws Exception {
    LockLease lease = lock.tryLease(null, key, Duration.ofSeconds(3)).orElseThrow().keepAlive();
    Background<Boolean> waiter = acquireInBackground(lock, MINUTE);
    waiter.awaitSleep();
    long start = System.nanoTime();
    raw.call("DEL", key);
    assertThat(waiter.result()).isTrue();
    assertThat(elapsed(start)).isLessThan(Duration.ofMillis(1_500));
    assertThat(lease.release()).isFalse();
  }

  @Test
  void acquireLock_holderShortensItsLock_takesIt() throws Exception {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> waiter = acquireInBackground(lock, MINUTE);
    waiter.awaitSleep();
    raw.call("PEXPIRE", key, 100);
    assertThat(waiter.result()).isTrue();
  }

  @Test
  void acquireLock_heldTillTheDeadline_isConflictInTime() {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    long start = System.nanoTime();
    ApplicationException error =
        assertFailsChecked(
            () -> lock.acquireLock(TRACE, key, MINUTE, 300), ConflictException.class);
    assertThat(elapsed(start)).isBetween(Duration.ofMillis(300), Duration.ofMillis(1_500));
    assertThat(error.getCode()).isEqualTo("LOCK_TIMEOUT");
    assertThat(error.getMessage())
        .containsPattern("key '" + key + "' .* 300 ms .*, and is still held for [0-9]{5} ms: ");
    assertThat(error.getDetails().getAsLong("remaining")).isBetween(1L, (long) MINUTE);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void acquireLock_heldByThisComponentAndNotFirstInTheQueue_tellsForHowLong() throws Exception {
    lock.tryAcquireLock(null, key, MINUTE);
    Background<Boolean> first = Background.run(() -> lock.acquireLock(null, key, MINUTE, MINUTE));
    first.awaitSleep();
    ApplicationException error =
        assertFailsChecked(() -> lock.acquireLock(TRACE, key, MINUTE, 50), ConflictException.class);
    assertThat(error.getMessage()).containsPattern("still held for [0-9]{5} ms");
    first.interrupt();
  }

  /** It named the key without the prefix, so that redis-cli looked at another one. */
  @Test
  void acquireLock_prefixAndKeyWithoutEnd_areNamed() throws ApplicationException {
    RedisLock prefixed = components.lock("options.key_prefix", key + ":");
    raw.set(key + ":a", FOREIGN);
    ApplicationException error =
        assertFailsChecked(
            () -> prefixed.acquireLock(TRACE, "a", MINUTE, 0), ConflictException.class);
    assertThat(error.getMessage()).contains("key '" + key + ":a'").contains("has no end");
    assertThat(error.getDetails().getAsString("key")).isEqualTo(key + ":a");
  }

  @Test
  void acquireLock_slowPolling_stillEndsAtTheDeadline() throws ApplicationException {
    RedisLock slow = components.lock("options.retry_timeout", 30_000);
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    long start = System.nanoTime();
    assertFailsChecked(() -> slow.acquireLock(TRACE, key, MINUTE, 200), ConflictException.class);
    assertThat(elapsed(start)).isBetween(Duration.ofMillis(200), Duration.ofMillis(1_500));
  }

  @Test
  void acquireLock_noTimeToWait_isConflictAtOnce() {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    long start = System.nanoTime();
    assertFailsChecked(() -> lock.acquireLock(TRACE, key, MINUTE, 0), ConflictException.class);
    assertThat(elapsed(start)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void acquireLock_endlessTimeout_waitsWithoutOverflow() throws Exception {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> waiter = acquireInBackground(lock, Long.MAX_VALUE);
    waiter.awaitSleep();
    raw.del(key);
    assertThat(waiter.result()).isTrue();
  }

  @Test
  void acquireLock_timedOut_leavesNoLockBehind() {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    assertFailsChecked(() -> lock.acquireLock(TRACE, key, MINUTE, 50), ConflictException.class);
    raw.del(key);
    await()
        .during(Duration.ofMillis(150))
        .atMost(Duration.ofSeconds(5))
        .until(() -> !raw.exists(key));
  }

  @Test
  void acquireLock_interrupted_throwsAndLeavesNoLockBehind() {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> waiter = acquireInBackground(lock, MINUTE);
    waiter.awaitSleep();
    waiter.interrupt();
    assertThatThrownBy(waiter::result).isInstanceOf(InterruptedException.class);
    raw.del(key);
    await()
        .during(Duration.ofMillis(150))
        .atMost(Duration.ofSeconds(5))
        .until(() -> !raw.exists(key));
  }

  @Test
  void acquireLock_interruptedBefore_throwsOrTakesButNeverWaits() throws Exception {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> waiter =
        Background.run(
            () -> {
              Thread.currentThread().interrupt();
              lock.acquireLock(null, key, MINUTE, MINUTE);
            });
    assertThatThrownBy(waiter::result).isInstanceOf(InterruptedException.class);
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void acquireLock_oneOfTwoWaitersInterrupted_theOtherGetsIt() throws Exception {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> first = acquireInBackground(lock, MINUTE);
    first.awaitSleep();
    Background<Boolean> second = acquireInBackground(lock, MINUTE);
    second.awaitSleep();
    first.interrupt();
    assertThatThrownBy(first::result).isInstanceOf(InterruptedException.class);
    raw.del(key);
    assertThat(second.result()).isTrue();
  }

  @Test
  void acquireLock_firstOfTwoWaitersTimesOut_theOtherGetsIt() throws Exception {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> hasty = acquireInBackground(lock, 300);
    hasty.awaitSleep();
    Background<Boolean> patient = acquireInBackground(lock, MINUTE);
    patient.awaitSleep();
    assertThatThrownBy(hasty::result).isInstanceOf(ConflictException.class);
    raw.del(key);
    assertThat(patient.result()).isTrue();
  }

  @Test
  void acquireLock_manyWaiters_holdItOneAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger total = new AtomicInteger();
    List<RedisLock> locks = List.of(lock, components.lock("options.retry_timeout", 5));
    List<Background<Boolean>> workers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      RedisLock mine = locks.get(i % 2);
      workers.add(
          Background.run(
              () -> {
                mine.acquireLock(null, key, MINUTE, MINUTE);
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                total.incrementAndGet();
                inside.decrementAndGet();
                mine.releaseLock(null, key);
              }));
    }
    for (Background<Boolean> worker : workers) {
      assertThat(worker.result()).isTrue();
    }
    assertThat(total).hasValue(16);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void acquireLock_otherKeyIsWaitedFor_isNotHeldUp() throws Exception {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> waiter = acquireInBackground(lock, MINUTE);
    waiter.awaitSleep();
    lock.acquireLock(null, key + "2", MINUTE, 1_000);
    assertThat(waiter.isDone()).isFalse();
    waiter.interrupt();
  }

  @Test
  void close_whileWaiting_wakesWaitersWithAnError() throws Exception {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<Boolean> waiter = Background.run(() -> lock.acquireLock(TRACE, key, MINUTE, MINUTE));
    waiter.awaitSleep();
    lock.close(null);
    assertFails(waiter::result, InvalidStateException.class, "NOT_OPENED");
    assertThat(raw.text(key)).isEqualTo(FOREIGN);
  }

  @Test
  void lease_heldTillTheDeadline_isConflict() {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    long start = System.nanoTime();
    ApplicationException error =
        assertFailsChecked(
            () -> lock.lease(TRACE, key, Duration.ofMinutes(1), Duration.ofMillis(200)),
            ConflictException.class);
    assertThat(error.getCode()).isEqualTo("LOCK_TIMEOUT");
    assertThat(elapsed(start)).isBetween(Duration.ofMillis(200), Duration.ofMillis(1_500));
    assertThat(raw.exists("{" + key + "}:fence")).isFalse();
  }

  @Test
  void lease_released_takesIt() throws Exception {
    raw.setIfAbsent(key, FOREIGN, MINUTE);
    Background<LockLease> waiter =
        Background.call(() -> lock.lease(null, key, Duration.ofMinutes(1), Duration.ofMinutes(1)));
    waiter.awaitSleep();
    raw.del(key);
    try (LockLease lease = waiter.result()) {
      assertThat(lease.isHeld()).isTrue();
    }
  }

  private Background<Boolean> acquireInBackground(RedisLock by, long timeout) {
    return Background.run(() -> by.acquireLock(null, key, MINUTE, timeout));
  }

  private static Duration elapsed(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
