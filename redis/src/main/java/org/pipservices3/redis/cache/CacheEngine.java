package org.pipservices3.redis.cache;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.config.Ttl;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.loading.BulkCall;
import org.pipservices3.redis.internal.loading.LeaseKeys;
import org.pipservices3.redis.internal.loading.LoadCall;
import org.pipservices3.redis.internal.loading.LoadEngine;
import org.pipservices3.redis.internal.loading.LoadErrors;
import org.pipservices3.redis.internal.loading.LoadSettings;
import org.pipservices3.redis.internal.lookup.CacheMetrics;
import org.pipservices3.redis.internal.lookup.Failures;
import org.pipservices3.redis.internal.lookup.Miss;
import org.pipservices3.redis.internal.lookup.NearCache;
import org.pipservices3.redis.internal.lookup.Reads;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/**
 * The cache's engine while the component is open: reads, loads by its {@link LoadEngine}, and the
 * writes, which end what others know of a key.
 *
 * <p>Before a write is sent, and again after its reply, the load of the key that is under way in
 * this process is forgotten, and after it the near cache's entry is dropped. So who calls after a
 * write neither joins an older load nor finds an older entry.
 *
 * <p>Longer than others, since it has every call of the cache.
 *
 * <p>Safe for any number of threads; everything runs on the callers'.
 */
final class CacheEngine {
  /** How many keys go into one DEL, so that it does not block the server for long. */
  private static final int KEYS_PER_COMMAND = 1_000;

  private final JsonCodec json;
  private final RedisCommands commands;
  private final RedisOptions options;
  private final @Nullable NearCache near;
  private final Reads reads;
  private final CacheMetrics metrics;
  private final Failures failures;
  private final LoadEngine loads;
  private final LeaseKeys leases;
  private final BulkWrites bulkWrites;

  CacheEngine(
      JsonCodec json,
      RedisCommands commands,
      RedisOptions options,
      @Nullable NearCache near,
      KeyTracking tracking,
      CacheMetrics metrics) {
    this.json = json;
    this.commands = commands;
    this.options = options;
    this.near = near;
    this.metrics = metrics;
    this.reads = Reads.of(commands, json, near, options.failOpen(), metrics);
    this.failures = reads.failures();
    this.loads = new LoadEngine(commands, options, tracking, reads);
    this.leases = loads.leases();
    this.bulkWrites = new BulkWrites(commands.bulk(), leases, reads);
  }

  /**
   * Reads a value.
   *
   * @param type what to read it as; null for what its JSON is
   */
  @Nullable Object retrieve(@Nullable String correlationId, String key, @Nullable Type type) {
    String name = name(key);
    try {
      Object value = reads.one().find(correlationId, name, type);
      return value instanceof Miss ? null : value;
    } catch (RedisException e) {
      failures.failed(correlationId, name, e);
      return null;
    }
  }

  /**
   * Reads a value, or loads it.
   *
   * @param timeout the lifetime where the options give none; zero or less for {@code
   *     options.timeout}
   */
  <X extends Exception> @Nullable Object retrieveOrLoad(
      @Nullable String correlationId,
      String key,
      Type type,
      LoadOptions given,
      long timeout,
      CacheLoader<?, X> loader)
      throws X {
    given.requireStaleForSoft(correlationId, options);
    if (given.asksForStale()) {
      if (near == null) {
        throw LoadErrors.noNearCache(correlationId, key);
      }
      near.holdStale();
    }
    String name = name(key);
    Object value = loads.find(correlationId, name, type);
    if (!(value instanceof Miss) && !given.refreshes(options.loads().refreshAhead())) {
      return value;
    }
    LoadSettings settings = given.settings(timeout, options);
    LoadCall<X> call =
        new LoadCall<>(correlationId, key, name, type, settings, loader::load, loader.getClass());
    if (value instanceof Miss miss) {
      return loads.load(call, miss);
    }
    loads.hit(call);
    return value;
  }

  Optional<Duration> remaining(@Nullable String correlationId, String key) {
    String name = name(key);
    try {
      return failures.isOut(correlationId, name, /* write= */ false)
          ? Optional.empty()
          : Ttl.remaining(commands.remaining(correlationId, name));
    } catch (RedisException e) {
      failures.failed(correlationId, name, e);
      return Optional.empty();
    }
  }

  boolean store(@Nullable String correlationId, String key, @Nullable Object value, long timeout) {
    String name = name(key);
    loads.changing(name);
    try {
      byte[] text = json.encode(correlationId, name, value);
      if (failures.isOut(correlationId, name, /* write= */ true)) {
        return false;
      }
      write(correlationId, name, text, timeout > 0 ? timeout : options.timeout());
    } catch (RedisException e) {
      failures.failed(correlationId, name, e);
      return false;
    } finally {
      changed(name);
    }
    metrics.stored();
    return true;
  }

  void remove(@Nullable String correlationId, String key) {
    String name = name(key);
    loads.changing(name);
    try {
      if (failures.isOut(correlationId, name, /* write= */ true)) {
        return;
      }
      commands.remove(correlationId, name, leases.of(name));
      metrics.removed(1);
    } catch (RedisException e) {
      failures.failed(correlationId, name, e);
    } finally {
      changed(name);
    }
  }

  int delete(@Nullable String correlationId, List<String> keys) {
    List<String> names = names(keys);
    names.forEach(loads::changing);
    try {
      return failures.groups(names).stream()
          .mapToInt(group -> deleteAll(correlationId, group))
          .sum();
    } finally {
      names.forEach(this::changed);
    }
  }

  private int deleteAll(@Nullable String correlationId, List<String> names) {
    int removed = 0;
    for (int from = 0; from < names.size(); from += KEYS_PER_COMMAND) {
      List<String> some = names.subList(from, Math.min(from + KEYS_PER_COMMAND, names.size()));
      String first = some.get(0);
      try {
        if (failures.isOut(correlationId, first, /* write= */ true)) {
          return removed;
        }
        removed += commands.delete(correlationId, some, some.stream().map(leases::of).toList());
        metrics.removed(some.size());
      } catch (RedisException e) {
        failures.failed(correlationId, first, e);
        return removed;
      }
    }
    return removed;
  }

  Map<String, @Nullable Object> retrieveAll(
      @Nullable String correlationId, List<String> keys, @Nullable Type type) {
    return reads.many().retrieve(correlationId, keys, names(keys), type);
  }

  <X extends Exception> Map<String, @Nullable Object> retrieveAllOrLoad(
      @Nullable String correlationId,
      List<String> keys,
      Type type,
      LoadOptions given,
      BulkLoader<?, X> loader)
      throws X {
    LoadSettings settings = given.settings(/* timeout= */ 0, options);
    BulkCall<X> call =
        new BulkCall<>(
            correlationId, keys.size(), type, settings, loader::loadAll, loader.getClass());
    return loads.retrieveAll(call, keys, names(keys));
  }

  int storeAll(
      @Nullable String correlationId,
      Map<String, ? extends @Nullable Object> values,
      long timeout) {
    List<String> names = names(values.keySet());
    long lifetime = timeout > 0 ? timeout : options.timeout();
    names.forEach(loads::changing);
    try {
      return bulkWrites.store(
          correlationId,
          names,
          new ArrayList<>(values.values()),
          lifetime,
          /* endLoads= */ loads.mayOutlast(lifetime));
    } finally {
      names.forEach(this::changed);
    }
  }

  /** Removes all keys that begin like this, behind the cache's own prefix. */
  long clear(@Nullable String correlationId, String prefix, ClearOptions clearOptions) {
    String whole = name(prefix);
    if (whole.isEmpty()) {
      throw Errors.badRequest(
          correlationId,
          "NO_PREFIX",
          "There is no prefix to clear, and without one all keys would be removed:"
              + " give one, or set options.key_prefix");
    }
    Clear clear = new Clear(correlationId, whole, leases, clearOptions, commands.bulk());
    allChanged(whole);
    try {
      RedisException failure = clear.run();
      if (failure != null) {
        failures.failedAmongMany(correlationId, failure);
      }
    } finally {
      allChanged(whole);
      metrics.removed(clear.removed());
    }
    return clear.removed();
  }

  void close() {
    loads.close();
    failures.close();
    if (near != null) {
      near.close();
    }
  }

  /** Writes a value that a load may outlast only if it ends the lease of that load first. */
  private void write(@Nullable String correlationId, String name, byte[] json, long timeout) {
    if (loads.mayOutlast(timeout)) {
      commands.setEndingLoad(correlationId, name, json, timeout, leases.of(name));
    } else {
      commands.set(correlationId, name, json, timeout);
    }
  }

  private void changed(String name) {
    loads.changed(name);
    if (near != null) {
      near.drop(name);
    }
  }

  private void allChanged(String prefix) {
    loads.allChanged(prefix);
    if (near != null) {
      near.dropAll(prefix);
    }
  }

  private List<String> names(Collection<String> keys) {
    return keys.stream().map(this::name).toList();
  }

  private String name(String key) {
    return options.keyPrefix().isEmpty() ? key : options.keyPrefix() + key;
  }
}
