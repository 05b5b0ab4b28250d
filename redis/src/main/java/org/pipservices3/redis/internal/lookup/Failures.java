package org.pipservices3.redis.internal.lookup;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;

/**
 * What a failure of Redis means to a caller: it is thrown or, with {@code options.fail_open},
 * hidden. Counts both, and keeps calls away from servers that are out.
 *
 * <p>Safe for any number of threads.
 */
public final class Failures {
  private final CacheMetrics metrics;
  private final @Nullable CircuitBreaker breaker; // null: failures are thrown

  public Failures(CacheMetrics metrics, @Nullable CircuitBreaker breaker) {
    this.metrics = metrics;
    this.breaker = breaker;
  }

  /** Whether a call is not to be made, which is then counted. */
  public boolean isOut(@Nullable String correlationId, String name, boolean write) {
    return breaker != null && breaker.isOpen(correlationId, name, write);
  }

  /** Takes notice of a call's failure, and throws it unless it is hidden. */
  public void failed(@Nullable String correlationId, String name, RedisException failure) {
    metrics.failed(correlationId, /* failOpen= */ breaker != null, failure);
    note(name, failure);
  }

  /** Of these places in a list of names, those that may be asked for; the others are counted. */
  public List<Integer> admitted(
      @Nullable String correlationId, List<String> names, List<Integer> places, boolean write) {
    return breaker == null ? places : breaker.admitted(correlationId, names, places, write);
  }

  /** Whether such a failure is hidden. */
  boolean hides(RedisException failure) {
    return breaker != null && CacheMetrics.isFailureOfRedis(failure);
  }

  /** Counts the failure of a call on many keys, each noted by now, and throws or hides it. */
  public void failedAmongMany(@Nullable String correlationId, RedisException failure) {
    metrics.failed(correlationId, /* failOpen= */ breaker != null, failure);
  }

  /** Takes notice of a failure to store what was loaded, which is never thrown. */
  public void notStored(@Nullable String correlationId, String name, RedisException failure) {
    metrics.notStored(correlationId, failure);
    note(name, failure);
  }

  /** Takes notice of a failure that hinders a load in the background, which is never thrown. */
  public void notRefreshed(@Nullable String correlationId, String name, RedisException failure) {
    metrics.notRefreshed(correlationId, name, failure);
    note(name, failure);
  }

  /** The keys in groups whose members fail together. */
  public Collection<List<String>> groups(List<String> names) {
    return breaker == null ? List.of(names) : breaker.byServer(names);
  }

  public void close() {
    if (breaker != null) {
      breaker.close();
    }
  }

  /** Takes notice of what may be the failure of a key's server. */
  void note(String name, RedisException failure) {
    if (breaker != null) {
      breaker.failed(name, failure);
    }
  }
}
