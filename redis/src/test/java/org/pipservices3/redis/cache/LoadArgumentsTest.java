package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.config.RedisOptions;

/** What a load refuses before it needs Redis. */
class LoadArgumentsTest {
  private static final LoadOptions OPTIONS = LoadOptions.defaults();
  private static final CacheLoader<String, RuntimeException> LOADER = (trace, key) -> "ABC";

  private final RedisCache cache = new RedisCache();

  @ParameterizedTest
  @NullAndEmptySource
  void retrieveOrLoad_noKey_isNoKey(@Nullable String noKey) {
    assertBadRequest(() -> cache.retrieveOrLoad(TRACE, noKey, String.class, 1, LOADER), "NO_KEY");
    assertBadRequest(
        () -> cache.retrieveOrLoad(TRACE, noKey, String.class, OPTIONS, LOADER), "NO_KEY");
    assertBadRequest(
        () -> cache.retrieveOrLoad(TRACE, noKey, new TypeReference<String>() {}, 1, LOADER),
        "NO_KEY");
  }

  @Test
  void retrieveOrLoad_halfASurrogatePairInTheKey_isWrongKey() {
    assertBadRequest(
        () -> cache.retrieveOrLoad(TRACE, "a\uDC00", String.class, 1, LOADER), "WRONG_KEY");
  }

  @Test
  void retrieveOrLoad_noLoader_isNoLoader() {
    assertBadRequest(() -> cache.retrieveOrLoad(TRACE, "key", String.class, 1, null), "NO_LOADER");
    assertBadRequest(
        () -> cache.retrieveOrLoad(TRACE, "key", String.class, OPTIONS, null), "NO_LOADER");
    assertBadRequest(
        () -> cache.retrieveOrLoad(TRACE, "key", new TypeReference<String>() {}, OPTIONS, null),
        "NO_LOADER");
  }

  @Test
  void retrieveOrLoad_noType_isWrongValue() {
    assertBadRequest(
        () -> cache.retrieveOrLoad(TRACE, "key", (Class<String>) null, 1, LOADER), "WRONG_VALUE");
    assertBadRequest(
        () -> cache.retrieveOrLoad(TRACE, "key", (TypeReference<String>) null, 1, LOADER),
        "WRONG_VALUE");
  }

  @Test
  void retrieveOrLoad_noOptions_isWrongOption() {
    assertBadRequest(
        () -> cache.retrieveOrLoad(TRACE, "key", String.class, (LoadOptions) null, LOADER),
        "WRONG_OPTION");
  }

  @Test
  void retrieveOrLoad_neverOpened_isNotOpenedAndNothingIsLoaded() {
    CacheLoader<String, RuntimeException> never =
        (trace, key) -> {
          throw new AssertionError("loaded");
        };
    assertFails(
        () -> cache.retrieveOrLoad(TRACE, "key", String.class, OPTIONS, never),
        InvalidStateException.class,
        "NOT_OPENED");
  }

  static Stream<ThrowingCallable> absurdOptions() {
    Duration negative = Duration.ofMillis(-1);
    Duration ages = Duration.ofDays(400 * 365);
    return Stream.of(
        () -> OPTIONS.timeout(Duration.ZERO),
        () -> OPTIONS.timeout(negative),
        () -> OPTIONS.timeout(ages),
        () -> OPTIONS.timeout(Duration.ofSeconds(Long.MAX_VALUE)),
        () -> OPTIONS.timeout(null),
        () -> OPTIONS.timeoutOf(null),
        () -> OPTIONS.nullTimeout(negative),
        () -> OPTIONS.nullTimeout(ages),
        () -> OPTIONS.jitter(-0.1),
        () -> OPTIONS.jitter(1.1),
        () -> OPTIONS.jitter(Double.NaN),
        () -> OPTIONS.loadTimeout(Duration.ZERO),
        () -> OPTIONS.loadTimeout(ages),
        () -> OPTIONS.refreshAhead(-1),
        () -> OPTIONS.refreshAhead(Double.POSITIVE_INFINITY),
        () -> OPTIONS.staleFor(negative),
        () -> OPTIONS.softTimeout(negative));
  }

  @ParameterizedTest
  @MethodSource("absurdOptions")
  void options_absurd_areWrongOption(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(RedisException.class);
    assertThat(((RedisException) thrown).code()).isEqualTo("WRONG_OPTION");
  }

  @Test
  void softTimeout_withoutStaleFor_isWrongOptionWhateverTheCacheHolds() throws Exception {
    LoadOptions soft = OPTIONS.softTimeout(Duration.ofMillis(1));
    RedisOptions plain = RedisOptions.fromConfig(null, new ConfigParams());
    assertThatThrownBy(() -> soft.requireStaleForSoft(null, plain))
        .isInstanceOf(RedisException.class)
        .hasMessageContaining("softTimeout needs staleFor");
    RedisOptions configured =
        RedisOptions.fromConfig(
            null,
            ConfigParams.fromTuples(
                "options.near_cache",
                true,
                "options.load_stale",
                9,
                "options.load_soft_timeout",
                1));
    soft.requireStaleForSoft(null, configured);
    OPTIONS.staleFor(Duration.ZERO).requireStaleForSoft(null, configured);
  }

  @Test
  void options_atTheirBounds_areAccepted() {
    assertThatCode(
            () ->
                OPTIONS
                    .timeout(Duration.ofMillis(1))
                    .nullTimeout(Duration.ZERO)
                    .jitter(0)
                    .jitter(1)
                    .loadTimeout(Duration.ofMillis(1))
                    .loadTimeout(Duration.ofDays(1))
                    .refreshAhead(0)
                    .staleFor(Duration.ZERO)
                    .softTimeout(Duration.ZERO)
                    .alone(false))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "load_null_timeout=-1",
        "load_null_timeout=soon",
        "load_jitter=1.5",
        "load_jitter=-0.1",
        "load_timeout=0",
        "load_timeout=-1",
        "load_lock=perhaps",
        "load_refresh_ahead=-1",
        "load_stale=-1",
        "load_soft_timeout=-1",
        "load_jiter=0.1"
      })
  void open_absurdLoadOption_isConfigExceptionThatNamesIt(String option) {
    List<String> parts = List.of(option.split("=", -1));
    cache.configure(
        ConfigParams.fromTuples(
            "connection.host", "localhost", "options." + parts.get(0), parts.get(1)));
    assertThat(catchThrowable(() -> cache.open(TRACE)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(parts.get(0));
  }

  @Test
  void open_staleWithoutNearCache_isConfigException() {
    cache.configure(
        ConfigParams.fromTuples("connection.host", "localhost", "options.load_stale", 1_000));
    assertThat(catchThrowable(() -> cache.open(TRACE)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("near_cache");
  }

  private static void assertBadRequest(ThrowingCallable call, String code) {
    assertFails(call, BadRequestException.class, code);
  }
}
