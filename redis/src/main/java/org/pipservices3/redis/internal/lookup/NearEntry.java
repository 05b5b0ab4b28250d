package org.pipservices3.redis.internal.lookup;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/**
 * A value in the {@link NearCache}: a string decoded, anything else as bytes, numbers and booleans
 * as both. The first type that was asked for may be there as well, if callers can share its values.
 *
 * <p>Immutable: a further form makes a further entry, since the cache weighs an entry once.
 */
public final class NearEntry {
  /** What an entry takes beside its key and value, roughly. */
  static final int OVERHEAD = 128;

  /** How many times its bytes an object takes that was read from them, roughly. */
  private static final int OBJECT_SHARE = 4;

  /** A value as a type of {@link Immutables}. */
  private record View(Type type, Object value) {}

  private final byte @Nullable [] json; // null: the value is a string, held decoded
  private final @Nullable Object decoded; // null: not decoded, or nothing to share
  private final @Nullable View view;
  private final int size;
  private final long end;
  private final KeyTracking.Source source;

  private NearEntry(
      byte @Nullable [] json,
      @Nullable Object decoded,
      @Nullable View view,
      int size,
      long end,
      KeyTracking.Source source) {
    this.json = json;
    this.decoded = decoded;
    this.view = view;
    this.size = size;
    this.end = end;
    this.source = source;
  }

  /**
   * An entry of a value that was read.
   *
   * @param value as read without a type, or null
   * @param size in bytes, with key and overhead
   */
  static NearEntry of(
      byte[] json, @Nullable Object value, int size, long end, KeyTracking.Source source) {
    return new NearEntry(
        value instanceof String ? null : json,
        isShareable(value) ? value : null,
        /* view= */ null,
        size,
        end,
        source);
  }

  private static boolean isShareable(@Nullable Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  /** The same with what its bytes were decoded to; null if that cannot be shared. */
  @Nullable NearEntry withDecoded(@Nullable Object value) {
    if (json == null || !isShareable(value)) {
      return null;
    }
    return new NearEntry(value instanceof String ? null : json, value, view, size, end, source);
  }

  /** The same with its value as a type; null if that cannot be shared, or another type is there. */
  @Nullable NearEntry withView(String key, Type type, @Nullable Object value) {
    if (value == null || view != null || !Immutables.include(type)) {
      return null;
    }
    long bytes = (long) size - key.length() - OVERHEAD;
    long larger = size + OBJECT_SHARE * bytes + OVERHEAD;
    return new NearEntry(
        json,
        decoded,
        new View(type, value),
        (int) Math.min(Integer.MAX_VALUE, larger),
        end,
        source);
  }

  /** The bytes in Redis, not to be changed; null where {@link #decoded} is a string. */
  byte @Nullable [] json() {
    return json;
  }

  /** A string, number or boolean, which is immutable; null if it is not known as one. */
  @Nullable Object decoded() {
    return decoded;
  }

  /** The value as this type; null where it has to be decoded. */
  @Nullable Object as(Type type) {
    View known = view;
    return known != null && known.type == type ? known.value : null;
  }

  /** In bytes, with key and overhead. */
  int size() {
    return size;
  }

  /** When Redis ends it, by the cache's clock. */
  long end() {
    return end;
  }

  /** The connection on which its invalidation comes. */
  KeyTracking.Source source() {
    return source;
  }
}
