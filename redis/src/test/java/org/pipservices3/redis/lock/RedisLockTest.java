package org.pipservices3.redis.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.InvalidStateException;

class RedisLockTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RedisLock lock = new RedisLock();

  @ParameterizedTest
  @NullAndEmptySource
  void anyCall_noKey_isRefused(@Nullable String key) {
    assertRefuses(key, "NO_KEY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "a\uDC00", "\uDC00\uD800", "\uD83E\uD83E\uDD8A"})
  void anyCall_halfASurrogatePairInTheKey_isRefused(String key) {
    assertRefuses(key, "WRONG_KEY");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void acquire_ttlNotPositive_isRefused(int ttl) {
    assertWrongTtl(() -> lock.tryAcquireLock(TRACE, "key", ttl));
    assertWrongTtl(() -> lock.acquireLock(TRACE, "key", ttl, 0));
  }

  @Test
  void acquire_negativeTimeout_isRefused() {
    assertWrongTtl(() -> lock.acquireLock(TRACE, "key", 1, -1));
    assertWrongTtl(() -> lock.acquireLock(TRACE, "key", 1, Long.MIN_VALUE));
    assertWrongTtl(() -> lock.lease(TRACE, "key", SECOND, Duration.ofNanos(-1)));
    assertWrongTtl(() -> lock.lease(TRACE, "key", SECOND, null));
  }

  static Stream<@Nullable Duration> wrongTtls() {
    return Stream.of(
        null,
        Duration.ZERO,
        Duration.ofNanos(999_999),
        Duration.ofMillis(-1),
        Duration.ofSeconds(Long.MIN_VALUE));
  }

  @ParameterizedTest
  @MethodSource("wrongTtls")
  void lease_wrongTtl_isRefused(@Nullable Duration ttl) {
    assertWrongTtl(() -> lock.tryLease(TRACE, "key", ttl));
    assertWrongTtl(() -> lock.lease(TRACE, "key", ttl, SECOND));
  }

  @Test
  void wrongTime_anyCall_errorNamesIt() {
    Duration tiny = Duration.ofNanos(999_999);
    assertMessage(
        () -> lock.tryAcquireLock(TRACE, "key", 0),
        "The time to live of a lock is 0 ms: give 1 ms or more");
    assertMessage(
        () -> lock.acquireLock(TRACE, "key", 1, -5),
        "The time to wait of a lock is -5 ms: give 0 or more");
    assertMessage(
        () -> lock.lease(TRACE, "key", tiny, SECOND),
        "The time to live of a lock is PT0.000999999S: give 1 ms or more");
    assertMessage(
        () -> lock.lease(TRACE, "key", SECOND, Duration.ofMillis(-1)),
        "The time to wait of a lock is PT-0.001S: give 0 or more");
  }

  private static void assertMessage(ThrowingCallable call, String message) {
    assertThat(assertFails(call, BadRequestException.class, "WRONG_TTL").getMessage())
        .isEqualTo(message);
  }

  @Test
  void anyCall_notOpen_isRefused() {
    Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
    Stream.<ThrowingCallable>of(
            () -> lock.tryAcquireLock(TRACE, "key", Integer.MAX_VALUE),
            () -> lock.acquireLock(TRACE, "key", 1_000, Long.MAX_VALUE),
            () -> lock.releaseLock(TRACE, "key"),
            () -> lock.tryLease(TRACE, "key", huge),
            () -> lock.lease(TRACE, "key", Duration.ofMillis(1), huge))
        .forEach(call -> assertFails(call, InvalidStateException.class, "NOT_OPENED"));
  }

  private static void assertWrongTtl(ThrowingCallable call) {
    assertFails(call, BadRequestException.class, "WRONG_TTL");
  }

  private void assertRefuses(@Nullable String key, String code) {
    Stream.<ThrowingCallable>of(
            () -> lock.tryAcquireLock(TRACE, key, 1_000),
            () -> lock.acquireLock(TRACE, key, 1_000, 0),
            () -> lock.releaseLock(TRACE, key),
            () -> lock.tryLease(TRACE, key, SECOND),
            () -> lock.lease(TRACE, key, SECOND, SECOND))
        .forEach(call -> assertFails(call, BadRequestException.class, code));
  }
}
