package org.pipservices3.redis.examples.recipes;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.cache.ClearOptions;
import org.pipservices3.redis.cache.LoadOptions;
import org.pipservices3.redis.cache.RedisCache;
import org.springframework.cache.Cache;
import org.springframework.cache.support.SimpleValueWrapper;

/**
 * One of Spring's caches as a part of a {@link RedisCache}: its keys are {@code name:key}, and its
 * values are all of one type, since JSON does not name types. Nulls are values like others.
 *
 * <p>Keys are texts, numbers, booleans, enums or UUIDs. Others are refused: the text of an object,
 * or of several parameters, need not tell it from another.
 *
 * <p>What Spring reads asynchronously ({@code CompletableFuture}, reactive types) is unsupported.
 *
 * <p>Safe for any number of threads. Failures of Redis are {@code RedisException}s, unless the
 * cache has {@code options.fail_open}.
 */
public final class SpringCache implements Cache {
  private final String name;
  private final Class<?> type;
  private final Duration lifetime;
  private final RedisCache cache;

  /** Creates a view of an open cache. */
  public SpringCache(String name, Class<?> type, Duration lifetime, RedisCache cache) {
    this.name = name;
    this.type = type;
    this.lifetime = lifetime;
    this.cache = cache;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public RedisCache getNativeCache() {
    return cache;
  }

  @Override
  public @Nullable ValueWrapper get(Object key) {
    String redisKey = redisKey(key);
    Map<String, ?> found = cache.retrieveAll(/* correlationId= */ null, List.of(redisKey), type);
    return found.containsKey(redisKey) ? new SimpleValueWrapper(found.get(redisKey)) : null;
  }

  @Override
  public <T> @Nullable T get(Object key, @Nullable Class<T> asked) {
    ValueWrapper found = get(key);
    Object value = found == null ? null : found.get();
    if (value != null && asked != null && !asked.isInstance(value)) {
      throw new IllegalStateException(
          "Cache '" + name + "' holds " + type.getName() + ", not " + asked.getName());
    }
    return uncheckedValue(value);
  }

  /** Loads at most once for all processes, also where {@code @Cacheable} has {@code sync}. */
  @Override
  public <T> @Nullable T get(Object key, Callable<T> loader) {
    try {
      return uncheckedValue(load(key, type, loader));
    } catch (LoaderException e) {
      throw new ValueRetrievalException(key, loader, e.reason());
    }
  }

  @Override
  public void put(Object key, @Nullable Object value) {
    cache.store(/* correlationId= */ null, redisKey(key), value, lifetime.toMillis());
  }

  /**
   * Stores a value unless there is one, as a load does: of all callers in all processes one stores.
   * A {@link #put} or {@link #evict} that comes meanwhile counts as later.
   */
  @Override
  public @Nullable ValueWrapper putIfAbsent(Object key, @Nullable Object value) {
    AtomicBoolean absent = new AtomicBoolean();
    Object stored =
        load(
            key,
            type,
            () -> {
              absent.set(true);
              return value;
            });
    return absent.get() ? null : new SimpleValueWrapper(stored);
  }

  @Override
  public void evict(Object key) {
    cache.remove(/* correlationId= */ null, redisKey(key));
  }

  @Override
  public boolean evictIfPresent(Object key) {
    return cache.delete(/* correlationId= */ null, redisKey(key)) > 0;
  }

  /** Looks at every key of the server: see {@link RedisCache#clear}. */
  @Override
  public void clear() {
    invalidate();
  }

  @Override
  public boolean invalidate() {
    return cache.clear(/* correlationId= */ null, name + ":", ClearOptions.defaults()) > 0;
  }

  private <V> @Nullable V load(Object key, Class<V> as, Callable<?> loader) {
    LoadOptions options = LoadOptions.defaults().timeout(lifetime).nullTimeout(lifetime);
    return cache.retrieveOrLoad(
        /* correlationId= */ null, redisKey(key), as, options, (id, k) -> as.cast(call(loader)));
  }

  private String redisKey(Object key) {
    if (key instanceof CharSequence
        || key instanceof Number
        || key instanceof Boolean
        || key instanceof Enum<?>
        || key instanceof UUID) {
      return name + ":" + key;
    }
    throw new IllegalArgumentException(
        "Cache '"
            + name
            + "' has no key for "
            + key.getClass().getName()
            + ": give @Cacheable a key that is a text or a number, such as key = \"#order.id\"");
  }

  private static <T> @Nullable T call(Callable<T> loader) {
    try {
      return loader.call();
    } catch (Exception e) {
      throw new LoaderException(e);
    }
  }

  /** Spring's interface leaves it to the caller that the type is that of the cache. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T> @Nullable T uncheckedValue(@Nullable Object value) {
    return (T) value;
  }

  /** What a loader threw, told from what the cache throws; around another in a joined load. */
  private static final class LoaderException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LoaderException(Throwable cause) {
      super(cause.getMessage(), cause);
    }

    Throwable reason() {
      Throwable reason = getCause();
      return reason instanceof LoaderException inner ? inner.reason() : reason;
    }
  }
}
