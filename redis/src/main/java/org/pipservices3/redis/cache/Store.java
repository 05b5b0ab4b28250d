package org.pipservices3.redis.cache;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.RedisCommands;
import org.pipservices3.redis.connect.RedisOptions;

/**
 * The cache's engine, from one opening of the component to its closing: where a value comes from,
 * what is counted on the way, and what a failure of Redis means to the caller.
 *
 * <p>Safe for any number of threads; everything runs on the callers'.
 */
final class Store {
  /** How many keys go into one DEL, so that one call does not hold up the server for long. */
  private static final int KEYS_PER_COMMAND = 1_000;

  private static final JsonCodec JSON = new JsonCodec();

  private final RedisCommands commands;
  private final RedisOptions options;
  private final @Nullable NearCache near;
  private final Journal journal;

  Store(RedisCommands commands, RedisOptions options, @Nullable NearCache near, Journal journal) {
    this.commands = commands;
    this.options = options;
    this.near = near;
    this.journal = journal;
  }

  @Nullable Object retrieve(@Nullable String correlationId, String key) {
    String name = name(key);
    try {
      NearCache.Copy copy = nearCopy(name);
      if (copy != null) {
        return copy.isShareable() ? copy.decoded() : JSON.decode(correlationId, name, copy.json());
      }
      NearCache.Fill fill = fill(name);
      byte[] json = read(correlationId, name, fill);
      if (json == null) {
        return null;
      }
      Object value = JSON.decode(correlationId, name, json);
      if (fill != null) {
        fill.keep(value);
      }
      return value;
    } catch (RedisException e) {
      journal.failed(correlationId, options.failOpen(), e);
      return null;
    }
  }

  <T> @Nullable T retrieve(@Nullable String correlationId, String key, Class<T> type) {
    String name = name(key);
    try {
      NearCache.Copy copy = nearCopy(name);
      if (copy != null) {
        return copy.isShareable() && type.isInstance(copy.decoded())
            ? type.cast(copy.decoded())
            : JSON.decode(correlationId, name, copy.json(), type);
      }
      NearCache.Fill fill = fill(name);
      byte[] json = read(correlationId, name, fill);
      if (json == null) {
        return null;
      }
      T value = JSON.decode(correlationId, name, json, type);
      if (fill != null) {
        fill.keep(JSON.decode(correlationId, name, json));
      }
      return value;
    } catch (RedisException e) {
      journal.failed(correlationId, options.failOpen(), e);
      return null;
    }
  }

  boolean store(@Nullable String correlationId, String key, @Nullable Object value, long timeout) {
    String name = name(key);
    try {
      byte[] json = JSON.encode(correlationId, name, value);
      commands.set(correlationId, name, json, timeout > 0 ? timeout : options.timeout());
    } catch (RedisException e) {
      journal.failed(correlationId, options.failOpen(), e);
      return false;
    } finally {
      drop(name);
    }
    journal.stored();
    return true;
  }

  void remove(@Nullable String correlationId, String key) {
    String name = name(key);
    try {
      commands.remove(correlationId, name);
      journal.removed(1);
    } catch (RedisException e) {
      journal.failed(correlationId, options.failOpen(), e);
    } finally {
      drop(name);
    }
  }

  int delete(@Nullable String correlationId, List<String> keys) {
    List<String> names = keys.stream().map(this::name).toList();
    int removed = 0;
    try {
      for (int from = 0; from < names.size(); from += KEYS_PER_COMMAND) {
        List<String> some = names.subList(from, Math.min(from + KEYS_PER_COMMAND, names.size()));
        removed += commands.delete(correlationId, some);
        journal.removed(some.size());
      }
    } catch (RedisException e) {
      journal.failed(correlationId, options.failOpen(), e);
    } finally {
      names.forEach(this::drop);
    }
    return removed;
  }

  void close() {
    if (near != null) {
      near.close();
    }
  }

  private NearCache.@Nullable Copy nearCopy(String name) {
    if (near == null) {
      return null;
    }
    NearCache.Copy copy = near.get(name);
    if (copy == null) {
      journal.nearMissed();
    } else {
      journal.nearHit();
    }
    return copy;
  }

  private NearCache.@Nullable Fill fill(String name) {
    NearCache.Fill fill = near == null ? null : near.fill(name);
    return fill != null && fill.isTracked() ? fill : null;
  }

  private byte @Nullable [] read(
      @Nullable String correlationId, String name, NearCache.@Nullable Fill fill) {
    byte[] json = fill != null ? fill.value() : commands.get(correlationId, name);
    if (json == null) {
      journal.missed();
    } else {
      journal.hit();
    }
    return json;
  }

  private void drop(String name) {
    if (near != null) {
      near.drop(name);
    }
  }

  private String name(String key) {
    return options.keyPrefix().isEmpty() ? key : options.keyPrefix() + key;
  }
}
