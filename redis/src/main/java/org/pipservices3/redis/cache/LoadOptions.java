package org.pipservices3.redis.cache;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.config.LoadDefaults;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.config.Ttl;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.loading.LoadSettings;

/**
 * How {@link RedisCache} loads a value that it does not hold, and how long it keeps it.
 *
 * <pre>{@code
 * static final LoadOptions PRICES =
 *     LoadOptions.defaults().timeout(Duration.ofMinutes(5)).nullTimeout(Duration.ofSeconds(10));
 * }</pre>
 *
 * <p>What is not set here is what the cache is configured with. Each method returns other options
 * and leaves these as they are. Immutable and safe for any number of threads; meant to be kept in a
 * constant.
 *
 * <p>Durations count in whole milliseconds. A null, negative or absurd value is a {@link
 * RedisException} around a {@code BadRequestException} WRONG_OPTION.
 */
public final class LoadOptions {
  /** What can be set, with the name of the same in a configuration. */
  enum Option {
    TIMEOUT("timeout"),
    TIMEOUT_OF("timeoutOf"),
    NULL_TIMEOUT("nullTimeout"),
    JITTER("jitter"),
    LOAD_TIMEOUT("loadTimeout"),
    ALONE("alone"),
    REFRESH_AHEAD("refreshAhead"),
    STALE_FOR("staleFor"),
    SOFT_TIMEOUT("softTimeout");

    private final String method;

    Option(String method) {
      this.method = method;
    }
  }

  private static final LoadOptions DEFAULTS = new LoadOptions(new EnumMap<>(Option.class));
  private static final Duration ONE_DAY = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofMillis(Ttl.MAX_MILLIS);

  private final Map<Option, Object> given; // never changed

  private LoadOptions(Map<Option, Object> given) {
    this.given = given;
  }

  /** What the cache is configured with: {@code options.timeout} and {@code options.load_...}. */
  public static LoadOptions defaults() {
    return DEFAULTS;
  }

  /**
   * The lifetime of a loaded value, from 1 ms to a hundred years; {@code options.timeout}, 60 s by
   * default.
   */
  public LoadOptions timeout(Duration timeout) {
    return with(Option.TIMEOUT, millis(Option.TIMEOUT, timeout, Duration.ofMillis(1), LONGEST));
  }

  /**
   * The lifetime of a loaded value by the value, as in {@code timeoutOf((Token token) ->
   * token.remaining())}, in place of {@link #timeout}. A value for which it returns zero or less is
   * returned and not kept. What it throws is thrown to the caller, and nothing is kept.
   *
   * @param timeout called on the thread that loads, with what the loader returned, never null
   * @param <T> the type of the loaded values
   */
  public <T> LoadOptions timeoutOf(Function<T, Duration> timeout) {
    if (timeout == null) {
      throw wrong(Option.TIMEOUT_OF, "is null: give a function");
    }
    return with(Option.TIMEOUT_OF, timeout);
  }

  /**
   * The lifetime of "there is none", stored as JSON {@code null} when the loader returns null, up
   * to a hundred years; zero, the default, does not store it ({@code options.load_null_timeout}).
   */
  public LoadOptions nullTimeout(Duration timeout) {
    return with(Option.NULL_TIMEOUT, millis(Option.NULL_TIMEOUT, timeout, Duration.ZERO, LONGEST));
  }

  /**
   * The share of a lifetime, from 0 to 1, by which it is shortened at most, at random, so that
   * values that were loaded together do not end together; 0 by default ({@code
   * options.load_jitter}).
   */
  public LoadOptions jitter(double share) {
    return with(Option.JITTER, number(Option.JITTER, share, 1));
  }

  /**
   * How long a load may hold off others of the same key, in all processes, from 1 ms to a day; 10 s
   * by default ({@code options.load_timeout}). A load that takes longer is not stored.
   */
  public LoadOptions loadTimeout(Duration timeout) {
    return with(
        Option.LOAD_TIMEOUT, millis(Option.LOAD_TIMEOUT, timeout, Duration.ofMillis(1), ONE_DAY));
  }

  /**
   * Whether only one process loads a key at a time while the others wait for it, as by default
   * ({@code options.load_lock}). If false, each process loads by itself. Threads of one process
   * share a load in either case.
   */
  public LoadOptions alone(boolean alone) {
    return with(Option.ALONE, alone);
  }

  /**
   * How early a value is loaded again in the background before it ends, so that nobody waits: the
   * beta of XFetch, from 0 to 1000. 1 suits most; more is earlier; 0, the default, is never ({@code
   * options.load_refresh_ahead}). The value may be refreshed earlier the longer its load takes.
   */
  public LoadOptions refreshAhead(double beta) {
    return with(Option.REFRESH_AHEAD, number(Option.REFRESH_AHEAD, beta, 1_000));
  }

  /**
   * For how long after its end the last value is returned when the loader fails, up to a day; zero,
   * the default, is never ({@code options.load_stale}). Needs {@code options.near_cache}. It is not
   * returned after a removal or a write by this component, nor after one by others before its end.
   * What others do to the key after its end is not known here, since Redis does not report the
   * removal of a key that is missing.
   */
  public LoadOptions staleFor(Duration time) {
    return with(Option.STALE_FOR, millis(Option.STALE_FOR, time, Duration.ZERO, ONE_DAY));
  }

  /**
   * How long to wait for the loader where there is a value as for {@link #staleFor}, which is
   * returned then while the load goes on in the background, up to a day; zero, the default, waits
   * for the loader ({@code options.load_soft_timeout}).
   */
  public LoadOptions softTimeout(Duration timeout) {
    return with(Option.SOFT_TIMEOUT, millis(Option.SOFT_TIMEOUT, timeout, Duration.ZERO, ONE_DAY));
  }

  /** Whether stale values are asked for. */
  boolean asksForStale() {
    return !given.isEmpty() && given.get(Option.STALE_FOR) instanceof Long millis && millis > 0;
  }

  /** Refuses a soft timeout without the stale value that it is for. */
  void requireStaleForSoft(@Nullable String correlationId, RedisOptions configured) {
    if (!given.isEmpty()
        && given(Option.SOFT_TIMEOUT, 0L) > 0
        && given(Option.STALE_FOR, configured.loads().stale()) == 0) {
      throw Errors.badRequest(
          correlationId,
          "WRONG_OPTION",
          "LoadOptions.softTimeout needs staleFor: there would be no value to answer with");
    }
  }

  /** Whether values are refreshed ahead, where so much is configured. */
  boolean refreshes(double configured) {
    Object beta = given.isEmpty() ? null : given.get(Option.REFRESH_AHEAD);
    return (beta instanceof Double own ? own : configured) > 0;
  }

  /**
   * These, completed by what is configured.
   *
   * @param timeout the lifetime where none is given here; zero or less for {@code options.timeout}
   */
  LoadSettings settings(long timeout, RedisOptions configured) {
    LoadDefaults defaults = configured.loads();
    return new LoadSettings(
        given(Option.TIMEOUT, timeout > 0 ? timeout : configured.timeout()),
        timeoutOf(),
        given(Option.NULL_TIMEOUT, defaults.nullTimeout()),
        given(Option.JITTER, defaults.jitter()),
        given(Option.LOAD_TIMEOUT, defaults.timeout()),
        given(Option.ALONE, defaults.lock()),
        given(Option.REFRESH_AHEAD, defaults.refreshAhead()),
        given(Option.STALE_FOR, defaults.stale()),
        given(Option.SOFT_TIMEOUT, defaults.softTimeout()));
  }

  @SuppressWarnings("unchecked") // as it was checked when it was given
  private <V> V given(Option option, V otherwise) {
    Object value = given.get(option);
    return value == null ? otherwise : (V) value;
  }

  @SuppressWarnings("unchecked") // if the values are of another type, that is the caller's mistake
  private @Nullable Function<Object, @Nullable Duration> timeoutOf() {
    return (Function<Object, @Nullable Duration>) given.get(Option.TIMEOUT_OF);
  }

  private LoadOptions with(Option option, Object value) {
    Map<Option, Object> all = new EnumMap<>(Option.class);
    all.putAll(given);
    all.put(option, value);
    return new LoadOptions(all);
  }

  private static long millis(Option option, Duration value, Duration least, Duration most) {
    if (value == null || value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw wrong(
          option, "is " + value + ": it must be from " + least.toMillis() + " ms to " + most);
    }
    return value.toMillis();
  }

  private static double number(Option option, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw wrong(option, "is " + value + ": it must be a number from 0 to " + most);
    }
    return value;
  }

  private static RedisException wrong(Option option, String problem) {
    return Errors.badRequest(
        /* correlationId= */ null, "WRONG_OPTION", "LoadOptions." + option.method + " " + problem);
  }
}
