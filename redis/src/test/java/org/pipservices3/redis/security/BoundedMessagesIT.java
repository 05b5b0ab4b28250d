package org.pipservices3.redis.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTopology;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.lock.RedisLock;

/** A key of 100 KB made an error message and a log line of 100 KB. */
class BoundedMessagesIT extends OnEveryTopology {
  private static final int LONGEST = 700;

  private final String key = Keys.unique("long") + "x".repeat(100_000) + "the end";

  @Test
  void anyError_longKey_isShort() throws Exception {
    RedisCache cache = components.cache();
    RedisLock lock = components.lock();
    raw.call("LPUSH", key, "element");
    for (ThrowingCall call :
        List.<ThrowingCall>of(
            () -> cache.retrieve(null, key),
            () -> cache.store(null, key, new Object(), 1_000),
            () -> cache.retrieveAs(null, key, (Class<?>) null),
            () -> lock.acquireLock(null, key, 1_000, 20),
            () -> lock.lease(null, key, Duration.ofSeconds(1), Duration.ofMillis(20)))) {
      Throwable error = catchThrowable(call::run);
      assertThat(error).hasMessageContaining("the end (").hasMessageContaining("characters)");
      assertThat(error.getMessage()).hasSizeLessThan(LONGEST);
      assertThat(String.valueOf(error.getCause())).hasSizeLessThan(LONGEST);
    }
  }

  @Test
  void anyLogLine_longKey_isShort() throws Exception {
    RedisLock lock = components.lock();
    lock.tryAcquireLock(null, key, 60_000);
    raw.del(key);
    lock.releaseLock(null, key);
    assertThat(components.logger().entries())
        .isNotEmpty()
        .allSatisfy(entry -> assertThat(entry.message()).hasSizeLessThan(LONGEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\u0000b", "a\u001bb", "a\u007fb", "a\u2028b"})
  void shown_controlCharacter_isEscapedOnOneLine(String name) {
    assertThat(Errors.shown(name)).matches("a\\\\u[0-9a-f]{4}b");
  }

  private interface ThrowingCall {
    void run() throws Exception;
  }
}
