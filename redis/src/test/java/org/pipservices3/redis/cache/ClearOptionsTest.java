package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.function.LongConsumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.redis.RedisException;

class ClearOptionsTest {
  private final ClearOptions defaults = ClearOptions.defaults();

  private static void assertWrong(ThrowingCallable call, String method) {
    RedisException error = catchThrowableOfType(RedisException.class, call);
    assertThat(error.getCause()).isInstanceOf(BadRequestException.class);
    assertThat(error.code()).isEqualTo("WRONG_OPTION");
    assertThat(error.getMessage()).startsWith("ClearOptions." + method + " is ");
  }

  @Test
  void anyMethod_absurdValue_isWrongOption() {
    assertWrong(() -> defaults.batch(0), "batch");
    assertWrong(() -> defaults.batch(100_001), "batch");
    assertWrong(() -> defaults.keysPerSecond(-1), "keysPerSecond");
    assertWrong(() -> defaults.deadline(null), "deadline");
    assertWrong(() -> defaults.deadline(Duration.ZERO), "deadline");
    assertWrong(() -> defaults.deadline(Duration.ofNanos(999_999)), "deadline");
    assertWrong(() -> defaults.deadline(Duration.ofMillis(-1)), "deadline");
    assertWrong(() -> defaults.deadline(Duration.ofSeconds(Long.MAX_VALUE)), "deadline");
    assertWrong(() -> defaults.onProgress(null), "onProgress");
  }

  @Test
  void anyMethod_bound_isTaken() {
    assertThat(defaults.batch(1).batch()).isOne();
    assertThat(defaults.batch(100_000).batch()).isEqualTo(100_000);
    assertThat(defaults.keysPerSecond(0).keysPerSecond()).isZero();
    assertThat(defaults.deadline(Duration.ofMillis(1)).deadline()).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void anyMethod_keepsTheOthersAndChangesNothing() {
    LongConsumer progress = removed -> {};
    ClearOptions all =
        defaults.batch(7).keysPerSecond(8).deadline(Duration.ofHours(9)).onProgress(progress);
    ClearOptions again =
        all.onProgress(progress).deadline(Duration.ofHours(9)).keysPerSecond(8).batch(7);
    assertThat(again.batch()).isEqualTo(7);
    assertThat(again.keysPerSecond()).isEqualTo(8);
    assertThat(again.deadline()).isEqualTo(Duration.ofHours(9));
    assertThat(again.progress()).isSameAs(progress);
    assertThat(defaults.batch()).isEqualTo(500);
    assertThat(defaults.keysPerSecond()).isZero();
    assertThat(defaults.deadline()).isNull();
  }
}
