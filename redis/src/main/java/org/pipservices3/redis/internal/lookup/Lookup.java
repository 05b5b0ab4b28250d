package org.pipservices3.redis.internal.lookup;

import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.json.ValueErrors;

/**
 * The way of a read: the near cache's entry, else the value in Redis, which becomes an entry.
 *
 * <p>Safe for any number of threads; everything runs on the callers'.
 */
public final class Lookup {
  private static final int MOST_READINGS = 3;

  private final JsonCodec codec;
  private final Source source;
  private final @Nullable NearCache near;
  private final CacheMetrics metrics;
  private final Failures failures;

  /** GET, past the near cache. */
  public interface Source {
    byte @Nullable [] get(@Nullable String correlationId, String name);
  }

  public Lookup(
      JsonCodec codec,
      Source source,
      @Nullable NearCache near,
      CacheMetrics metrics,
      Failures failures) {
    this.codec = codec;
    this.source = source;
    this.near = near;
    this.metrics = metrics;
    this.failures = failures;
  }

  /**
   * Finds a value.
   *
   * @param type what to read it as; null for what its JSON is
   * @return the value, null for a stored null, or a {@link Miss}
   * @throws RedisException which has not been counted: a failure of Redis, or WRONG_VALUE
   */
  public @Nullable Object find(@Nullable String correlationId, String name, @Nullable Type type) {
    NearEntry entry = nearEntry(name);
    if (entry != null) {
      return decoded(correlationId, name, entry, type);
    }
    if (failures.isOut(correlationId, name, /* write= */ false)) {
      return Miss.OUT;
    }
    NearCache.Fill fill = fill(name);
    byte[] json = read(correlationId, name, fill);
    if (json == null) {
      return Miss.NONE;
    }
    return decoded(correlationId, name, json, type, fill);
  }

  /**
   * What the bytes in Redis are.
   *
   * @param fill keeps them in the near cache; null if they are not kept
   */
  @Nullable Object decoded(
      @Nullable String correlationId,
      String name,
      byte[] json,
      @Nullable Type type,
      NearCache.@Nullable Fill fill) {
    if (type == null) {
      Object value = codec.decode(correlationId, name, json);
      if (fill != null) {
        fill.keep(value);
      }
      return value;
    }
    Object value = codec.decode(correlationId, name, json, type);
    if (fill != null) {
      fill.keep(value instanceof String && json[0] == '"' ? value : null);
    }
    return value;
  }

  /** What an entry is. */
  @Nullable Object decoded(
      @Nullable String correlationId, String name, NearEntry entry, @Nullable Type type) {
    return type == null
        ? untyped(correlationId, name, entry)
        : typed(correlationId, name, entry, type);
  }

  /**
   * Reads a value that this thread has just stored into the near cache, and among the stale ones
   * once it ends. The first reading may come with the invalidation that the store has caused.
   */
  public void warm(String name) {
    boolean done = false;
    for (int i = 0; i < MOST_READINGS && !done; i++) {
      NearCache.Fill fill = fill(name);
      done = fill == null || fill.keep(/* decoded= */ null);
    }
  }

  /** GET, past the near cache; what is too large to be read is WRONG_VALUE. */
  public byte @Nullable [] get(@Nullable String correlationId, String name) {
    try {
      return source.get(correlationId, name);
    } catch (RedisException e) {
      throw ValueErrors.named(correlationId, name, e);
    }
  }

  private @Nullable NearEntry nearEntry(String name) {
    NearEntry entry = near == null ? null : near.get(name);
    if (entry != null) {
      metrics.nearHit();
    } else if (near != null) {
      metrics.nearMissed();
    }
    return entry;
  }

  private @Nullable Object untyped(@Nullable String correlationId, String name, NearEntry entry) {
    byte[] json = entry.json();
    Object known = entry.decoded();
    if (known != null || json == null) {
      return known;
    }
    Object value = codec.decode(correlationId, name, json);
    if (near != null) {
      near.decoded(name, entry, value);
    }
    return value;
  }

  private @Nullable Object typed(
      @Nullable String correlationId, String name, NearEntry entry, Type type) {
    Object known = entry.decoded();
    if (type instanceof Class<?> asked && asked.isInstance(known)) {
      return known;
    }
    Object shared = entry.as(type);
    if (shared != null) {
      return shared;
    }
    byte[] json = entry.json();
    byte[] text = json == null ? codec.encode(correlationId, name, known) : json;
    Object value = codec.decode(correlationId, name, text, type);
    if (near != null) {
      near.share(name, entry, type, value);
    }
    return value;
  }

  private NearCache.@Nullable Fill fill(String name) {
    NearCache.Fill fill = near == null ? null : near.fill(name);
    return fill != null && fill.isTracked() ? fill : null;
  }

  private byte @Nullable [] read(
      @Nullable String correlationId, String name, NearCache.@Nullable Fill fill) {
    byte[] json = fill != null ? fill.value() : get(correlationId, name);
    if (json == null) {
      metrics.missed();
    } else {
      metrics.hit();
    }
    return json;
  }
}
