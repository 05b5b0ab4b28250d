package org.pipservices3.redis.internal.loading;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.lookup.CacheMetrics;
import org.pipservices3.redis.internal.lookup.StaleValues;

/**
 * The {@link StaleValues} as answers to calls, each as its caller's type.
 *
 * <p>Each is looked up right before it is returned, so that a value that was removed during the
 * call is not. Safe for any number of threads.
 */
final class StaleAnswers {
  /** There is no stale value for a call; a stale null is null. */
  static final Object NONE = new Object();

  private final StaleValues values;
  private final JsonCodec json;
  private final CacheMetrics metrics;

  StaleAnswers(StaleValues values, JsonCodec json, CacheMetrics metrics) {
    this.values = values;
    this.json = json;
    this.metrics = metrics;
  }

  /** Whether a call would get a value at present. */
  boolean isThere(LoadCall<?> call) {
    return values.get(call.name(), call.settings().staleFor()) != null;
  }

  /** The value for a call, which is counted; or {@link #NONE}. */
  @Nullable Object take(LoadCall<?> call) {
    byte[] found = values.get(call.name(), call.settings().staleFor());
    if (found == null) {
      return NONE;
    }
    try {
      Object value = json.decode(call.correlationId(), call.name(), found, call.type());
      metrics.staleServed();
      return value;
    } catch (RedisException e) {
      return NONE;
    }
  }

  /** The same where the loader has failed a moment ago. */
  @Nullable Object takeResting(LoadCall<?> call) {
    boolean isResting = call.settings().staleFor() > 0 && values.isResting(call.name());
    return isResting ? take(call) : NONE;
  }

  /**
   * The value in place of a failure of the loader, which is left alone for a while then.
   *
   * @param forCaller whether anybody gets it; if not, {@link #NONE} is returned
   */
  @Nullable Object takeAfterFailure(LoadCall<?> call, boolean forCaller) {
    Object value = forCaller ? take(call) : NONE;
    if (value != NONE || (!forCaller && isThere(call))) {
      values.rest(call.name());
    }
    return value;
  }

  /** How long a call waits for a load, in nanoseconds. */
  long patience(LoadCall<?> call) {
    return isSoft(call)
        ? TimeUnit.MILLISECONDS.toNanos(call.settings().softTimeout())
        : Long.MAX_VALUE;
  }

  /** Whether a call does not wait for its load as long as that takes. */
  boolean isSoft(LoadCall<?> call) {
    return call.settings().softTimeout() > 0 && isThere(call);
  }
}
