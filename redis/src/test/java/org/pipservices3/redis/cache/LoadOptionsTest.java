package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.loading.LoadSettings;

/** What holds for a load: its options, completed by the configuration. */
class LoadOptionsTest {
  private static final Duration NEGATIVE = Duration.ofMillis(-1);
  private static final Duration TWO_DAYS = Duration.ofDays(2);
  private static final Duration TWO_CENTURIES = Duration.ofDays(200 * 365);

  private final LoadOptions defaults = LoadOptions.defaults();

  private static LoadSettings settings(LoadOptions options, long timeout, Object... configured)
      throws ConfigException {
    return options.settings(
        timeout, RedisOptions.fromConfig(null, ConfigParams.fromTuples(configured)));
  }

  @Test
  void defaults_areWhatIsConfigured() throws ConfigException {
    assertThat(settings(defaults, 0))
        .isEqualTo(new LoadSettings(60_000, null, 0, 0, 10_000, true, 0, 0, 0));
    assertThat(
            settings(
                defaults,
                0,
                "options.timeout",
                1,
                "options.load_null_timeout",
                2,
                "options.load_jitter",
                0.3,
                "options.load_timeout",
                4,
                "options.load_lock",
                false,
                "options.load_refresh_ahead",
                1.5,
                "options.near_cache",
                true,
                "options.load_stale",
                6,
                "options.load_soft_timeout",
                7))
        .isEqualTo(new LoadSettings(1, null, 2, 0.3, 4, false, 1.5, 6, 7));
  }

  @Test
  void timeout_ofTheCall_goesBeforeTheConfigured() throws ConfigException {
    assertThat(settings(defaults, 5, "options.timeout", 1).timeout()).isEqualTo(5);
    assertThat(settings(defaults.timeout(Duration.ofMillis(7)), 5).timeout()).isEqualTo(7);
  }

  @Test
  void methods_eachOption_goesBeforeTheConfiguredAndLeavesTheOriginal() throws ConfigException {
    LoadOptions all =
        defaults
            .timeout(Duration.ofMillis(1))
            .nullTimeout(Duration.ofMillis(2))
            .jitter(0.3)
            .loadTimeout(Duration.ofMillis(4))
            .alone(false)
            .refreshAhead(5)
            .staleFor(Duration.ofMillis(6))
            .softTimeout(Duration.ofMillis(7));
    assertThat(settings(all, 9)).isEqualTo(new LoadSettings(1, null, 2, 0.3, 4, false, 5, 6, 7));
    assertThat(settings(defaults, 0).jitter()).isZero();
  }

  static Stream<UnaryOperator<LoadOptions>> absurd() {
    return Stream.of(
        options -> options.timeout(Duration.ZERO),
        options -> options.timeout(NEGATIVE),
        options -> options.timeout(TWO_CENTURIES),
        options -> options.timeout(null),
        options -> options.timeout(Duration.ofNanos(999_999)),
        options -> options.timeoutOf(null),
        options -> options.nullTimeout(NEGATIVE),
        options -> options.nullTimeout(TWO_CENTURIES),
        options -> options.jitter(-0.1),
        options -> options.jitter(1.1),
        options -> options.jitter(Double.NaN),
        options -> options.loadTimeout(Duration.ZERO),
        options -> options.loadTimeout(TWO_DAYS),
        options -> options.refreshAhead(-1),
        options -> options.refreshAhead(1_001),
        options -> options.staleFor(NEGATIVE),
        options -> options.staleFor(TWO_DAYS),
        options -> options.softTimeout(NEGATIVE),
        options -> options.softTimeout(TWO_DAYS));
  }

  @ParameterizedTest
  @MethodSource("absurd")
  void anyOption_absurdValue_isWrongOption(UnaryOperator<LoadOptions> option) {
    assertThat(catchThrowable(() -> option.apply(defaults)))
        .isInstanceOfSatisfying(
            RedisException.class,
            e -> {
              assertThat(e.getCause()).isInstanceOf(BadRequestException.class);
              assertThat(e.code()).isEqualTo("WRONG_OPTION");
              assertThat(e).hasMessageContaining("LoadOptions.");
            });
  }

  @Test
  void lifetime_byValue_isThatOfTheFunction() throws ConfigException {
    LoadOptions byLength = defaults.timeoutOf((String text) -> Duration.ofMillis(text.length()));
    assertThat(settings(byLength, 99).lifetime(null, "four")).isEqualTo(4);
    assertThat(settings(byLength, 99).lifetime(null, "")).isZero();
    assertThat(settings(byLength, 99).lifetime(null, null)).as("there is none").isZero();
    LoadOptions past = defaults.timeoutOf(text -> Duration.ofSeconds(Long.MIN_VALUE));
    assertThat(settings(past, 99).lifetime(null, "x")).isZero();
    LoadOptions future = defaults.timeoutOf(text -> Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(settings(future, 99).lifetime(null, "x")).isEqualTo(100L * 365 * 86_400_000);
  }

  @Test
  void lifetime_functionReturnsNull_isWrongOption() throws ConfigException {
    LoadSettings settings = settings(defaults.timeoutOf(text -> null), 0);
    assertThatThrownBy(() -> settings.lifetime(null, "x")).hasMessageContaining("timeoutOf");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 1})
  void lifetime_jitter_shortensUpToItsShareAndNeverToNothing(double jitter) throws ConfigException {
    LoadOptions options = defaults.jitter(jitter).nullTimeout(Duration.ofMillis(1));
    LoadSettings settings = settings(options, 1_000);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 10_000; i++) {
      long lifetime = settings.lifetime(null, "x");
      assertThat(lifetime).isBetween(Math.max(1, Math.round(1_000 * (1 - jitter))), 1_000L);
      assertThat(settings.lifetime(null, null)).isOne();
      least = Math.min(least, lifetime);
    }
    assertThat(least).isLessThanOrEqualTo(Math.round(1_000 * (1 - 0.9 * jitter)));
  }
}
