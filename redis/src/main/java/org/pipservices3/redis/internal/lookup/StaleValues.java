package org.pipservices3.redis.internal.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/**
 * The last values that were read, beyond their end, for the time when a loader fails or is slow.
 *
 * <p>They come from the near cache, which tells what happens to their keys. Redis reports the
 * expiry of a key like a removal. But no value expires in Redis before the end that is known here,
 * which is counted from before it was read. So a report before that end is a write, and the value
 * is dropped; a later one is taken for the expiry. A value that is missing in Redis before its end
 * was removed or evicted, and is not served either. Own writes and lost tracking drop values at any
 * time.
 *
 * <p>After a failure the loader is left alone for {@value #REST_SECONDS} s, while the stale value
 * is served.
 *
 * <p>Values are held once any caller asks for stale ones, as many as the near cache may have.
 *
 * <p>Safe for any number of threads. Reports come as to the {@link NearCache}.
 */
public final class StaleValues {
  private static final int REST_SECONDS = 3;

  /**
   * A value; immutable.
   *
   * @param end when it ends in Redis, or before, by the clock
   * @param rest up to when the loader is left alone, after the end
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed, nor compared
  private record Value(byte[] json, long end, long rest, KeyTracking.Source source) {}

  private final Cache<String, Value> values;
  private final LongSupplier nanoClock;
  private volatile boolean enabled;

  /**
   * Creates one that holds nothing before it is enabled.
   *
   * @param maxSize the most values
   * @param maxBytes the most bytes in them
   */
  StaleValues(long maxSize, long maxBytes, LongSupplier nanoClock) {
    int least = (int) Math.min(Integer.MAX_VALUE, Math.max(1, maxBytes / maxSize));
    this.values =
        Caffeine.newBuilder()
            .maximumWeight(least * Math.min(maxSize, maxBytes))
            .weigher((String key, Value value) -> Math.max(least, key.length() + value.json.length))
            .executor(Runnable::run)
            .build();
    this.nanoClock = nanoClock;
  }

  /** One that is never given a value. */
  public static StaleValues none() {
    return new StaleValues(/* maxSize= */ 1, /* maxBytes= */ 1, System::nanoTime);
  }

  /** Holds values from now on; whether it did not before. */
  public boolean enable() {
    boolean isNew = !enabled;
    if (isNew) {
      enabled = true;
    }
    return isNew;
  }

  /** Holds a value that was read, where Redis reports the next change of its key. */
  void keep(String key, byte[] json, long end, KeyTracking.Source source) {
    if (enabled) {
      values.put(key, new Value(json, end, end, source));
    }
  }

  /** Drops a value: an own write. */
  void drop(String key) {
    if (enabled) {
      values.invalidate(key);
    }
  }

  /** Drops the values of all keys that begin like this. */
  void dropAll(String prefix) {
    values.asMap().keySet().removeIf(key -> key.startsWith(prefix));
  }

  /** Drops a value that has changed before its end. */
  void changed(String key) {
    if (enabled) {
      long now = nanoClock.getAsLong();
      values.asMap().computeIfPresent(key, (same, value) -> isOver(value, now) ? value : null);
    }
  }

  /** Drops all. */
  void clear() {
    values.invalidateAll();
  }

  /** A value's JSON if it has ended, but not longer ago than this; null otherwise. */
  public byte @Nullable [] get(String key, long staleMillis) {
    Value value = staleMillis == 0 ? null : values.getIfPresent(key);
    long now = nanoClock.getAsLong();
    return value != null
            && isOver(value, now)
            && now - value.end < TimeUnit.MILLISECONDS.toNanos(staleMillis)
            && value.source.isLive(now)
        ? value.json
        : null;
  }

  /** Whether the loader of a key has failed a moment ago. */
  public boolean isResting(String key) {
    Value value = values.getIfPresent(key);
    return value != null && value.rest - nanoClock.getAsLong() > 0 && value.rest != value.end;
  }

  /** Leaves the loader of a key alone for a while, since it has failed. */
  public void rest(String key) {
    long until = nanoClock.getAsLong() + TimeUnit.SECONDS.toNanos(REST_SECONDS);
    values
        .asMap()
        .computeIfPresent(
            key, (same, value) -> new Value(value.json, value.end, until, value.source));
  }

  private static boolean isOver(Value value, long now) {
    return now - value.end >= 0;
  }
}
