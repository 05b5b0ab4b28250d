package org.pipservices3.redis.internal.loading;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.config.Ttl;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * What holds for one load: the options of the call, completed by the cache's configuration.
 * Immutable; all times are in milliseconds.
 *
 * @param timeoutOf the lifetime by the value, in place of {@code timeout}, or null
 */
public record LoadSettings(
    long timeout,
    @Nullable Function<Object, @Nullable Duration> timeoutOf,
    long nullTimeout,
    double jitter,
    long loadTimeout,
    boolean alone,
    double refreshAhead,
    long staleFor,
    long softTimeout) {

  /** How long a loaded value is to be kept, jitter included; 0 if it is not. */
  public long lifetime(@Nullable String correlationId, @Nullable Object value) {
    long most =
        value == null ? nullTimeout : timeoutOf == null ? timeout : byValue(correlationId, value);
    if (most <= 0 || jitter == 0) {
      return Math.max(0, most);
    }
    long share = (long) (most * jitter * ThreadLocalRandom.current().nextDouble());
    return Math.max(1, most - share);
  }

  private long byValue(@Nullable String correlationId, Object value) {
    Duration time = timeoutOf == null ? null : timeoutOf.apply(value);
    if (time == null) {
      throw Errors.badRequest(
          correlationId, "WRONG_OPTION", "The function of LoadOptions.timeoutOf returned null");
    }
    if (time.isNegative()) {
      return 0;
    }
    Duration longest = Duration.ofMillis(Ttl.MAX_MILLIS);
    return time.compareTo(longest) > 0 ? Ttl.MAX_MILLIS : time.toMillis();
  }
}
