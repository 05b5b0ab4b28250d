package org.pipservices3.redis.cache;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.Module;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.config.IConfigurable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.refer.IReferenceable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.IUnreferenceable;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.components.cache.ICache;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.internal.component.Connector;
import org.pipservices3.redis.internal.component.Connector.Session;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.json.ValueErrors;
import org.pipservices3.redis.internal.loading.LoadErrors;
import org.pipservices3.redis.internal.lookup.CacheMetrics;
import org.pipservices3.redis.internal.lookup.NearCache;

/**
 * A cache that processes share through Redis, in every language that has a Pip.Services cache.
 *
 * <pre>{@code
 * - descriptor: pip-services:cache:redis:default:1.0
 *   connection:
 *     host: localhost
 *     port: 6379
 *   options:
 *     timeout: 60000
 *     key_prefix: "orders:"
 *     fail_open: true
 * }</pre>
 *
 * <pre>{@code
 * Order order = cache.retrieveAs(correlationId, "order-17", Order.class);
 * if (order == null) {
 *   order = load("order-17");
 *   cache.store(correlationId, "order-17", order, 60_000);
 * }
 * }</pre>
 *
 * <p>A value is stored as JSON text under its key, with {@code options.key_prefix} before it, and
 * always with a lifetime. Points in time are ISO 8601 in UTC, byte arrays base64 strings, numbers
 * that JSON does not have ({@code NaN}, infinity) strings. Values are limited to 64 MiB of JSON,
 * 500 levels of nesting, names of 50,000 characters and numbers of 1,000 digits.
 *
 * <p>References, all optional: {@code *:logger:*:*:1.0}, {@code *:counters:*:*:1.0}, {@code
 * *:tracer:*:*:1.0}, {@code *:discovery:*:*:1.0} and {@code *:credential-store:*:*:1.0} for Redis's
 * address and password, and {@code *:connection:redis:*:1.0}, a shared {@link
 * org.pipservices3.redis.connect.RedisConnection}. Without the last the cache opens its own.
 *
 * <p>Safe for any number of threads. Calls other than {@link #open} throw {@link RedisException}.
 * Its cause is {@code BadRequestException} NO_KEY for a null or empty key and WRONG_VALUE for a
 * value that cannot be written or does not fit the type, {@code InvalidStateException} NOT_OPENED,
 * {@code ConnectionException} if Redis cannot be reached in time, {@code InvocationException} for
 * an error that Redis answers.
 *
 * <p>{@code options.fail_open} hides the last two: a read misses, {@code store} returns false,
 * nothing is removed, and a warning says how often, at most every ten seconds. The first calls of
 * an outage wait up to {@code (options.retries + 1)} times {@code options.command_timeout}; later
 * ones are answered at once, until the server is up again. Values that could not be removed stay
 * until they expire. {@link #open} succeeds while Redis is down.
 *
 * <p>Correlation ids may be null. Configuration and references take effect at the next opening.
 *
 * <p>Counters: {@code redis.cache.hits}, {@code redis.cache.misses}, {@code redis.cache.stores},
 * {@code redis.cache.removes} (keys whose removal Redis confirmed, whether or not they were there),
 * {@code redis.cache.errors} (calls that failed after their arguments were accepted, hidden ones
 * included), {@code redis.cache.fail_open} (the hidden ones); with a near cache also {@code
 * redis.cache.near_hits} (counted as hits as well), {@code redis.cache.near_misses} and {@code
 * redis.cache.invalidations}. Of loads: {@code redis.cache.loads} (calls of loaders), {@code
 * redis.cache.load_failures}, {@code redis.cache.load_joined} (callers that waited for another
 * thread), {@code redis.cache.load_waits} (ms that a load waited for another process), {@code
 * redis.cache.load_superseded} and {@code redis.cache.load_late} (values that were not stored,
 * since the key had changed or the load took too long), {@code redis.cache.load_unfit} (values that
 * did not convert), {@code redis.cache.stale_served}, {@code redis.cache.refreshes} and {@code
 * redis.cache.refreshes_refused}. Each call of a loader is a span {@code redis.cache load} of the
 * container's tracers.
 *
 * <p>Longer than others, since it documents every call; a {@link CacheEngine} does the work.
 */
public class RedisCache
    implements ICache, IConfigurable, IReferenceable, IUnreferenceable, IOpenable, AutoCloseable {
  private final Connector<CacheEngine> connector =
      new Connector<>(
          "cache", RedisConnection::new, /* failsOpen= */ true, this::start, CacheEngine::close);
  private final List<Module> modules = new CopyOnWriteArrayList<>();
  private final CacheMetrics metrics = new CacheMetrics(connector);

  /** Creates a cache, to be configured and opened. */
  public RedisCache() {}

  /**
   * Adds a module of Jackson, which takes effect at the next opening: for types of your own that
   * Jackson cannot read or write by itself. It comes after the module's own ones. Default typing
   * stays off, even if it switches that on. WRONG_OPTION if it is null.
   */
  public void registerModule(Module module) {
    modules.add(ValueErrors.requireModule(module));
  }

  @Override
  public void configure(ConfigParams config) {
    connector.configure(config);
  }

  /** Sets loggers, counters, discovery services, credential stores and a shared connection. */
  @Override
  public void setReferences(IReferences references) {
    connector.setReferences(references);
  }

  @Override
  public void unsetReferences() {
    connector.unsetReferences();
  }

  @Override
  public boolean isOpen() {
    return connector.isOpen();
  }

  /**
   * Connects to Redis, or joins the container's connection. Does nothing if already open.
   *
   * @throws ApplicationException {@code ConfigException} for a wrong configuration, {@code
   *     ConnectionException} CANNOT_CONNECT if Redis cannot be reached and {@code
   *     options.fail_open} is not set, {@code UnauthorizedException} if it refuses the credentials
   */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    connector.open(correlationId);
  }

  /** Disconnects; the values stay in Redis. Idempotent; can be opened again. */
  @Override
  public void close(@Nullable String correlationId) {
    connector.close();
  }

  /** {@link #close(String)} without a correlation id. */
  @Override
  public void close() {
    connector.close();
  }

  /**
   * Reads a value.
   *
   * <p>A value that another program wrote and that is not JSON is returned as text, or as {@code
   * byte[]} if it is not UTF-8.
   *
   * @return String, Integer, Long, BigInteger, Double, Boolean, LinkedHashMap, ArrayList or {@code
   *     byte[]}, which belongs to the caller; null if the key is missing or has expired, or if null
   *     was stored
   */
  @Override
  public @Nullable Object retrieve(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    return connector.engine(correlationId).retrieve(correlationId, key, /* type= */ null);
  }

  /**
   * Reads a value as a given type, which Jackson must be able to create.
   *
   * <p>A string converts to the value that it spells, a number or a boolean also to {@link String}.
   * Text that is not JSON is read as a string. WRONG_VALUE if the value does not convert.
   *
   * @return null if the key is missing or has expired, or if null was stored
   */
  public <T> @Nullable T retrieveAs(@Nullable String correlationId, String key, Class<T> type) {
    return retrieve(correlationId, key, type);
  }

  /**
   * Reads a value as a generic type, such as {@code new TypeReference<List<Order>>() {}}; otherwise
   * like {@link #retrieveAs(String, String, Class)}.
   */
  public <T> @Nullable T retrieveAs(
      @Nullable String correlationId, String key, TypeReference<T> type) {
    return retrieve(correlationId, key, typeOf(type));
  }

  /**
   * Tells how long a value will stay, asking Redis in any case.
   *
   * @return empty if there is none, or with {@code options.fail_open} if Redis fails; {@code
   *     Long.MAX_VALUE} milliseconds if it never expires, which only other programs write
   */
  public Optional<Duration> remaining(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    return connector.engine(correlationId).remaining(correlationId, key);
  }

  /**
   * Stores a value, replacing any earlier one.
   *
   * @param value anything that Jackson can write, or null
   * @param timeout the lifetime in milliseconds, at most a hundred years; zero or less for {@code
   *     options.timeout}
   * @return true once Redis has confirmed it; false only with {@code options.fail_open}
   */
  @Override
  public Boolean store(
      @Nullable String correlationId, String key, @Nullable Object value, long timeout) {
    Errors.requireKey(correlationId, key);
    return connector.engine(correlationId).store(correlationId, key, value, timeout);
  }

  /** Removes a key, if it exists. Retried if the connection is lost meanwhile. */
  @Override
  public void remove(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    connector.engine(correlationId).remove(correlationId, key);
  }

  /**
   * Removes a key and returns whether it existed. Not retried once it was sent, so that the answer
   * is right: if only the removal matters, use {@link #remove}.
   *
   * @return 1 if it was removed, 0 if it did not exist
   */
  public int delete(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    return connector.engine(correlationId).delete(correlationId, List.of(key));
  }

  /**
   * Removes many keys and returns how many of them existed.
   *
   * <p>They are removed in groups of a thousand, so after a failure some may have been removed.
   * With {@code options.fail_open} the removed ones are counted; in a cluster a server that fails
   * does not prevent the removal of other servers' keys.
   *
   * @param keys may be empty; if one is null or empty, none is removed, and it is NO_KEY
   * @return how many were removed, each counted once
   */
  public int delete(@Nullable String correlationId, Collection<String> keys) {
    List<String> distinct = distinct(correlationId, keys);
    return connector.engine(correlationId).delete(correlationId, distinct);
  }

  /**
   * Reads a value, or loads and stores it where the cache has none.
   *
   * <p>Like {@link #retrieveOrLoad(String, String, Class, LoadOptions, CacheLoader)} with the
   * default options and this lifetime.
   *
   * @param timeout the lifetime in milliseconds, at most a hundred years; zero or less for {@code
   *     options.timeout}
   */
  public <T, X extends Exception> @Nullable T retrieveOrLoad(
      @Nullable String correlationId,
      String key,
      Class<T> type,
      long timeout,
      CacheLoader<? extends T, X> loader)
      throws X {
    return load(correlationId, key, type, LoadOptions.defaults(), timeout, loader);
  }

  /** The same for a generic type, such as {@code new TypeReference<List<Order>>() {}}. */
  public <T, X extends Exception> @Nullable T retrieveOrLoad(
      @Nullable String correlationId,
      String key,
      TypeReference<T> type,
      long timeout,
      CacheLoader<? extends T, X> loader)
      throws X {
    return load(correlationId, key, typeOf(type), LoadOptions.defaults(), timeout, loader);
  }

  /**
   * Reads a value, or loads and stores it where the cache has none. Of all callers in all processes
   * one loads a key at a time, while the others wait for its value. A value that was loaded before
   * the key was removed, by this call's cache or another of this module, is never stored after
   * that.
   *
   * <p>The loader runs on the calling thread, with its transaction and context; on another only
   * with {@link LoadOptions#refreshAhead} and {@link LoadOptions#softTimeout}. Its exception
   * arrives as itself; callers that waited get one of the same class and message, whose cause it
   * is. Nothing is stored then, and the next caller loads anew. A loader that was interrupted
   * concerns its own caller only. It must not ask the cache for the same key: InvalidStateException
   * RECURSIVE_LOAD.
   *
   * <p>Every caller gets an instance of its own, read from JSON, the one that loads as well. A
   * stored null is found. A stored value that does not convert to the type is loaded anew and, if
   * nobody has written it meanwhile, replaced. A loaded value that cannot be written, or read as
   * the type, is WRONG_VALUE.
   *
   * <p>A failure of Redis before the load is thrown as by {@link #retrieveAs}; with {@code
   * options.fail_open} the loader is called, once for all threads of this process. If Redis cannot
   * store the loaded value, that is counted and logged, and the value returned.
   *
   * <p>After {@link LoadOptions#loadTimeout} nobody waits any more: a caller that has waited for a
   * thread of this process gets ConflictException LOAD_TIMEOUT, and one that has waited for another
   * process loads, too; what either load brings after that time is returned, but not stored.
   *
   * <p>While a key is loaded, Redis also holds a key that begins with {@code options.key_prefix}
   * and {@code load:}. Use no keys like this.
   *
   * @return null if null is stored, or if the loader returned null
   * @throws X what the loader threw
   * @throws RedisException also NO_LOADER or WRONG_OPTION for a null loader or null options,
   *     NOT_OPENED if the cache is closed while the call waits, INTERRUPTED if the thread is, whose
   *     flag stays set
   */
  public <T, X extends Exception> @Nullable T retrieveOrLoad(
      @Nullable String correlationId,
      String key,
      Class<T> type,
      LoadOptions options,
      CacheLoader<? extends T, X> loader)
      throws X {
    return load(correlationId, key, type, options, /* timeout= */ 0, loader);
  }

  /** The same for a generic type, such as {@code new TypeReference<List<Order>>() {}}. */
  public <T, X extends Exception> @Nullable T retrieveOrLoad(
      @Nullable String correlationId,
      String key,
      TypeReference<T> type,
      LoadOptions options,
      CacheLoader<? extends T, X> loader)
      throws X {
    return load(correlationId, key, typeOf(type), options, /* timeout= */ 0, loader);
  }

  /** Reads or loads a value as {@code T}, which is what the type says. */
  @SuppressWarnings("unchecked")
  private <T, X extends Exception> @Nullable T load(
      @Nullable String correlationId,
      String key,
      @Nullable Type type,
      LoadOptions options,
      long timeout,
      CacheLoader<? extends T, X> loader)
      throws X {
    Errors.requireKey(correlationId, key);
    Type asked = ValueErrors.requireType(correlationId, key, type);
    requireLoad(correlationId, key, options, loader);
    CacheEngine engine = connector.engine(correlationId);
    return (T) engine.retrieveOrLoad(correlationId, key, asked, options, timeout, loader);
  }

  private static void requireLoad(
      @Nullable String correlationId,
      String key,
      @Nullable LoadOptions options,
      @Nullable Object loader) {
    if (options == null) {
      throw LoadErrors.noOptions(correlationId, key);
    }
    if (loader == null) {
      throw LoadErrors.noLoader(correlationId, key);
    }
  }

  private static @Nullable Type typeOf(@Nullable TypeReference<?> type) {
    return type == null ? null : type.getType();
  }

  /**
   * Reads many values in one call: those that the near cache holds from there, the others together
   * from Redis, in a cluster from all of its servers at the same time.
   *
   * <p>After a failure the other keys are tried all the same; then the first failure is thrown,
   * with {@code succeeded} and {@code keys} among its cause's details. With {@code
   * options.fail_open} what could be read is returned. There is no limit on the number of keys, but
   * all values are in memory at the same time.
   *
   * @param keys may be empty; each counts once; if one is null or empty, none is read, and it is
   *     NO_KEY
   * @return the values by key, in the order of the given keys, as {@link #retrieve} returns them;
   *     without those that are missing; a stored null is in it. The caller may change the map
   */
  public Map<String, @Nullable Object> retrieveAll(
      @Nullable String correlationId, Collection<String> keys) {
    List<String> distinct = distinct(correlationId, keys);
    return connector.engine(correlationId).retrieveAll(correlationId, distinct, /* type= */ null);
  }

  /**
   * Reads many values as a type; otherwise like {@link #retrieveAll(String, Collection)}. A value
   * that does not fit the type is a failure of its key: WRONG_VALUE.
   */
  public <T> Map<String, @Nullable T> retrieveAll(
      @Nullable String correlationId, Collection<String> keys, Class<T> type) {
    return retrieveAll(correlationId, keys, (Type) type);
  }

  /** The same for a generic type, such as {@code new TypeReference<List<Order>>() {}}. */
  public <T> Map<String, @Nullable T> retrieveAll(
      @Nullable String correlationId, Collection<String> keys, TypeReference<T> type) {
    return retrieveAll(correlationId, keys, typeOf(type));
  }

  /**
   * Stores many values in one call, in a cluster on all of its servers at the same time. Not one
   * step: others may see some of them before the rest.
   *
   * <p>After a failure the other keys are tried all the same; then the first failure is thrown,
   * with {@code succeeded} and {@code keys} among its cause's details. With {@code
   * options.fail_open} the number tells that there was one.
   *
   * @param values anything that Jackson can write, or null, by key; may be empty. If a key is null
   *     or empty it is NO_KEY, if a value cannot be written WRONG_VALUE, and none is stored
   * @param timeout the lifetime in milliseconds, at most a hundred years; zero or less for {@code
   *     options.timeout}
   * @return how many Redis has confirmed
   */
  public int storeAll(
      @Nullable String correlationId,
      Map<String, ? extends @Nullable Object> values,
      long timeout) {
    if (values == null) {
      throw Errors.badRequest(correlationId, "NO_KEY", "The map of values is null: give one");
    }
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(values);
    copy.keySet().forEach(key -> Errors.requireKey(correlationId, key));
    return connector.engine(correlationId).storeAll(correlationId, copy, timeout);
  }

  /**
   * Removes everything under {@code options.key_prefix}; like {@link #clear(String, String,
   * ClearOptions)} with the default options.
   */
  public long clear(@Nullable String correlationId) {
    return clear(correlationId, /* prefix= */ "", ClearOptions.defaults());
  }

  /**
   * Removes all keys that begin with a prefix, whoever stored them: also locks and state under the
   * same prefix. {@code *} and the like stand for themselves.
   *
   * <p>What is stored before the call begins is gone when it returns; what is stored meanwhile may
   * stay. A load that is under way when the call begins stores nothing. Other clients hardly
   * notice: the server works in small steps ({@code SCAN}, {@code UNLINK}), in a cluster one master
   * after the other. The call takes time for every key of the server, also for others: some seconds
   * for a million. A master that takes over, or gets a slot, is begun again.
   *
   * <p>It ends with an error, and leaves what it has not found yet, if the thread is interrupted
   * ({@code InvocationException} INTERRUPTED, the thread stays interrupted) or at the deadline
   * ({@code ConflictException} CLEAR_TIMEOUT). After a failure of Redis the other masters are
   * cleared all the same; then the first failure is thrown, or hidden by {@code options.fail_open}.
   * Each has {@code removed} among its cause's details. It may be called again in any case.
   *
   * @param prefix what the keys begin with behind {@code options.key_prefix}, empty for all; if
   *     both are empty, or it is null, it is NO_PREFIX
   * @return how many keys were removed
   */
  public long clear(@Nullable String correlationId, String prefix, ClearOptions options) {
    if (prefix == null) {
      throw Errors.badRequest(correlationId, "NO_PREFIX", "The prefix to clear is null: give one");
    }
    if (!prefix.isEmpty()) {
      Errors.requireKey(correlationId, prefix);
    }
    if (options == null) {
      throw Errors.badRequest(
          correlationId, "WRONG_OPTION", "The options are null: give ClearOptions.defaults()");
    }
    return connector.engine(correlationId).clear(correlationId, prefix, options);
  }

  /**
   * Reads many values in one call, and loads and stores those that the cache does not have.
   *
   * <p>The loader is called once for all that is missing and that nobody else is loading, on the
   * calling thread. What others load, in this process or another, is waited for; only where that
   * brings nothing the loader is called again, for the rest. Each key has the promises of {@link
   * #retrieveOrLoad(String, String, Class, LoadOptions, CacheLoader)}, and both share their loads.
   * Of the options, {@code refreshAhead}, {@code staleFor} and {@code softTimeout} have no effect
   * here.
   *
   * <p>What the loader throws is thrown as it is, and nothing is stored. If one of its values
   * cannot be written or does not fit the type, the others are stored; then it is WRONG_VALUE, with
   * {@code succeeded} and {@code keys} among its cause's details.
   *
   * @param keys may be empty; each counts once; if one is null or empty it is NO_KEY
   * @return the values by key, in the order of the given keys, without those that the loader has
   *     left out; a null that is stored or was loaded is in it. The caller may change the map
   * @throws X what the loader threw
   */
  public <T, X extends Exception> Map<String, @Nullable T> retrieveAllOrLoad(
      @Nullable String correlationId,
      Collection<String> keys,
      Class<T> type,
      LoadOptions options,
      BulkLoader<? extends T, X> loader)
      throws X {
    return loadAll(correlationId, keys, type, options, loader);
  }

  /** The same for a generic type, such as {@code new TypeReference<List<Order>>() {}}. */
  public <T, X extends Exception> Map<String, @Nullable T> retrieveAllOrLoad(
      @Nullable String correlationId,
      Collection<String> keys,
      TypeReference<T> type,
      LoadOptions options,
      BulkLoader<? extends T, X> loader)
      throws X {
    return loadAll(correlationId, keys, typeOf(type), options, loader);
  }

  @SuppressWarnings("unchecked") // each is what the type says, primitives as their boxes
  private <T, X extends Exception> Map<String, @Nullable T> loadAll(
      @Nullable String correlationId,
      Collection<String> keys,
      @Nullable Type type,
      LoadOptions options,
      BulkLoader<? extends T, X> loader)
      throws X {
    List<String> distinct = distinct(correlationId, keys);
    Type asked = ValueErrors.requireType(correlationId, first(distinct), type);
    requireLoad(correlationId, first(distinct), options, loader);
    CacheEngine engine = connector.engine(correlationId);
    return (Map<String, @Nullable T>)
        (Map<String, ?>) engine.retrieveAllOrLoad(correlationId, distinct, asked, options, loader);
  }

  @SuppressWarnings("unchecked") // each is what the type says, primitives as their boxes
  private <T> Map<String, @Nullable T> retrieveAll(
      @Nullable String correlationId, Collection<String> keys, @Nullable Type type) {
    List<String> distinct = distinct(correlationId, keys);
    Type asked = ValueErrors.requireType(correlationId, first(distinct), type);
    return (Map<String, @Nullable T>)
        (Map<String, ?>)
            connector.engine(correlationId).retrieveAll(correlationId, distinct, asked);
  }

  /** The keys in their order, each once. */
  private static List<String> distinct(@Nullable String correlationId, Collection<String> keys) {
    if (keys == null) {
      throw Errors.badRequest(correlationId, "NO_KEY", "The collection of keys is null: give one");
    }
    Set<String> distinct = new LinkedHashSet<>();
    for (String key : keys) {
      distinct.add(Errors.requireKey(correlationId, key));
    }
    return List.copyOf(distinct);
  }

  /** The key that is named where the fault is not in one of them. */
  private static String first(List<String> keys) {
    return keys.isEmpty() ? "" : keys.get(0);
  }

  /** Reads a value as {@code T}, which is what the type says, primitives as their boxes. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private <T> @Nullable T retrieve(
      @Nullable String correlationId, String key, @Nullable Type type) {
    Errors.requireKey(correlationId, key);
    Type asked = ValueErrors.requireType(correlationId, key, type);
    return (T) connector.engine(correlationId).retrieve(correlationId, key, asked);
  }

  /** Such as {@code RedisCache, open at localhost:6379, key_prefix 'orders:'}. */
  @Override
  public String toString() {
    return "RedisCache, " + connector;
  }

  private CacheEngine start(Session session) {
    NearCache near =
        session.options().nearCache()
            ? new NearCache(
                session.cacheTracking(),
                session.options().maxSize(),
                session.options().maxBytes(),
                metrics::invalidated,
                System::nanoTime)
            : null;
    return new CacheEngine(
        JsonCodec.with(modules),
        session.commands(),
        session.options(),
        near,
        session.cacheTracking(),
        metrics);
  }
}
