package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;

/** How a lock refuses what it cannot do, and that no lock is left behind by it. */
class RedisLockErrorsIT extends OnEveryTarget {

  private static final int MINUTE = 60_000;
  private static final Duration ONE_MINUTE = Duration.ofMinutes(1);

  private final String key = Keys.unique("errors");
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    lock = components.lock();
  }

  @ParameterizedTest
  @NullAndEmptySource
  void anyMethod_noKey_isBadRequest(String noKey) {
    assertBad("NO_KEY", () -> lock.tryAcquireLock(TRACE, noKey, MINUTE));
    assertBad("NO_KEY", () -> lock.acquireLock(TRACE, noKey, MINUTE, 0));
    assertBad("NO_KEY", () -> lock.releaseLock(TRACE, noKey));
    assertBad("NO_KEY", () -> lock.tryLease(TRACE, noKey, ONE_MINUTE));
    assertBad("NO_KEY", () -> lock.lease(TRACE, noKey, ONE_MINUTE, ONE_MINUTE));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void anyAcquisition_ttlNotPositive_isBadRequest(int ttl) {
    assertBad("WRONG_TTL", () -> lock.tryAcquireLock(TRACE, key, ttl));
    assertBad("WRONG_TTL", () -> lock.acquireLock(TRACE, key, ttl, 0));
    assertBad("WRONG_TTL", () -> lock.tryLease(TRACE, key, Duration.ofMillis(ttl)));
    assertBad("WRONG_TTL", () -> lock.lease(TRACE, key, Duration.ofMillis(ttl), ONE_MINUTE));
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void lease_ttlBelowAMillisecond_isBadRequest() {
    assertBad("WRONG_TTL", () -> lock.tryLease(TRACE, key, Duration.ofNanos(999_999)));
    assertThat(raw.exists(key)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE})
  void anyAcquisition_timeoutNegative_isBadRequest(long timeout) {
    assertBad("WRONG_TTL", () -> lock.acquireLock(TRACE, key, MINUTE, timeout));
    assertBad("WRONG_TTL", () -> lock.lease(TRACE, key, ONE_MINUTE, Duration.ofMillis(timeout)));
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void lease_longestDurations_areCutNotOverflown() throws Exception {
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
    try (LockLease lease = lock.lease(null, key, longest, longest)) {
      assertThat(lease.isHeld()).isTrue();
      assertThat(lease.remaining()).isGreaterThan(Duration.ofDays(365));
      assertThat(raw.pttl(key)).isGreaterThan(Duration.ofDays(365).toMillis());
      assertThat(lease.extend(longest)).isTrue();
    }
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void extend_ttlNotPositive_isBadRequestAndKeepsTheLease() {
    try (LockLease lease = lock.tryLease(TRACE, key, ONE_MINUTE).orElseThrow()) {
      assertBad("WRONG_TTL", () -> lease.extend(Duration.ZERO));
      assertBad("WRONG_TTL", () -> lease.extend(Duration.ofMillis(-1)));
      assertThat(lease.isHeld()).isTrue();
      assertThat(raw.pttl(key)).isGreaterThan(10_000);
    }
  }

  @Test
  void tryLease_fenceIsOfAnotherType_failsAndLeavesNoLock() {
    String fence = "{" + key + "}:fence";
    raw.call("RPUSH", fence, "a");
    ApplicationException error =
        assertFails(() -> lock.tryLease(TRACE, key, ONE_MINUTE), InvocationException.class);
    assertThat(error.getCode()).isEqualTo("WRONGTYPE");
    assertThat(raw.exists(key)).isFalse();
    assertThat(raw.call("LLEN", fence)).isEqualTo(1L);
    raw.del(fence);
  }

  @Test
  void anyMethod_neverOpened_isNotOpened() throws ApplicationException {
    assertNotOpened(components.prepare(new RedisLock()));
  }

  @Test
  void anyMethod_neverConfigured_isNotOpened() {
    assertNotOpened(new RedisLock());
  }

  @Test
  void anyMethod_closed_isNotOpened() throws ApplicationException {
    lock.close(null);
    assertNotOpened(lock);
  }

  private void assertNotOpened(RedisLock closed) {
    assertThat(closed.isOpen()).isFalse();
    assertNotOpened(() -> closed.tryAcquireLock(TRACE, key, MINUTE));
    assertNotOpened(() -> closed.acquireLock(TRACE, key, MINUTE, MINUTE));
    assertNotOpened(() -> closed.releaseLock(TRACE, key));
    assertNotOpened(() -> closed.tryLease(TRACE, key, ONE_MINUTE));
    assertNotOpened(() -> closed.lease(TRACE, key, ONE_MINUTE, ONE_MINUTE));
    assertThat(raw.exists(key)).isFalse();
  }

  private static void assertNotOpened(ThrowingCallable call) {
    assertFails(call, InvalidStateException.class, "NOT_OPENED");
  }

  private static void assertBad(String code, ThrowingCallable call) {
    assertFails(call, BadRequestException.class, code);
  }
}
