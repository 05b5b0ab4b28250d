package org.pipservices3.redis.cache;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
import org.pipservices3.redis.connect.Connector;
import org.pipservices3.redis.connect.Connector.Session;
import org.pipservices3.redis.connect.Errors;

/**
 * A cache that processes share through Redis, of any language that the Pip.Services cache speaks.
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
 * <p>A value is kept as JSON text under its key, preceded by {@code options.key_prefix}, and always
 * with a lifetime. Points in time are ISO 8601 in UTC, byte arrays base64 strings, numbers that
 * JSON does not know ({@code NaN}, infinity) strings. Values are limited to 64 MiB of JSON, 500
 * levels of nesting, names of 50,000 characters and numbers of 1,000 digits.
 *
 * <p>References: {@code *:logger:*:*:1.0} and {@code *:counters:*:*:1.0} to report to, {@code
 * *:discovery:*:*:1.0} and {@code *:credential-store:*:*:1.0} to find Redis and its password, and
 * {@code *:connection:redis:*:1.0}, a {@link org.pipservices3.redis.connect.RedisConnection} to
 * share; all optional. Without the last the cache opens a connection of its own.
 *
 * <p>Safe for any number of threads. Calls other than {@link #open} throw {@link RedisException}:
 * around {@code BadRequestException} NO_KEY for a null or empty key and WRONG_VALUE for a value
 * that cannot be written or does not fit the asked type, {@code InvalidStateException} NOT_OPENED,
 * {@code ConnectionException} if Redis cannot be reached in time, {@code InvocationException} for
 * what it answers. With {@code options.fail_open} the last two are hidden: a read misses, {@code
 * store} returns false, nothing is removed, and a warning in the log, at most one every ten
 * seconds, tells how often. A correlation id may be null. Configuration and references take effect
 * at the next opening.
 *
 * <p>Counters: {@code redis.cache.hits}, {@code redis.cache.misses}, {@code redis.cache.stores},
 * {@code redis.cache.removes} (keys whose removal Redis confirmed, whether or not they were there),
 * {@code redis.cache.errors} (calls that failed after their arguments were accepted, hidden ones
 * included), {@code redis.cache.fail_open} (the hidden ones); with near copies also {@code
 * redis.cache.near_hits} (counted as hits as well), {@code redis.cache.near_misses} and {@code
 * redis.cache.invalidations}.
 */
public class RedisCache
    implements ICache, IConfigurable, IReferenceable, IUnreferenceable, IOpenable {
  private final Connector<Store> connector = new Connector<>("cache", this::start, Store::close);
  private final Journal journal = new Journal(connector);

  /** Creates a cache that is to be configured and opened. */
  public RedisCache() {}

  @Override
  public void configure(ConfigParams config) {
    connector.configure(config);
  }

  /** Takes loggers, counters, discovery services, credential stores and a shared connection. */
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
   * Connects to Redis, or joins the container's connection; does nothing if that was done before.
   *
   * @throws ApplicationException {@code ConfigException} if the configuration makes no sense,
   *     {@code ConnectionException} CANNOT_CONNECT if Redis is not there, {@code
   *     UnauthorizedException} if it refuses the credentials
   */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    connector.open(correlationId);
  }

  /** Leaves Redis, where the values stay. Idempotent; can be opened again. */
  @Override
  public void close(@Nullable String correlationId) {
    connector.close();
  }

  /**
   * Reads a value.
   *
   * <p>What another program wrote without JSON comes as the text that it is, or as {@code byte[]}
   * if it is not even text in UTF-8.
   *
   * @return String, Integer, Long, BigInteger, Double, Boolean, LinkedHashMap, ArrayList or {@code
   *     byte[]}, which belongs to the caller; null if the key is missing or has expired, or if null
   *     was stored
   */
  @Override
  public @Nullable Object retrieve(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    return connector.engine(correlationId).retrieve(correlationId, key);
  }

  /**
   * Reads a value as a given type, which Jackson must know how to make.
   *
   * <p>A string converts to what it spells, a number or a boolean also to {@link String}. Text that
   * is not JSON is taken for a string. WRONG_VALUE if what is stored does not convert.
   *
   * @return null if the key is missing or has expired, or if null was stored
   */
  public <T> @Nullable T retrieveAs(@Nullable String correlationId, String key, Class<T> type) {
    Errors.requireKey(correlationId, key);
    if (type == null) {
      throw WrongValue.noType(correlationId, key);
    }
    return connector.engine(correlationId).retrieve(correlationId, key, type);
  }

  /**
   * Writes a value in place of whatever the key held.
   *
   * @param value anything that Jackson can write, or null
   * @param timeout the lifetime in milliseconds; zero or less for {@code options.timeout}, and cut
   *     to a hundred years
   * @return true once Redis has confirmed it; false only with {@code options.fail_open}
   */
  @Override
  public Boolean store(
      @Nullable String correlationId, String key, @Nullable Object value, long timeout) {
    Errors.requireKey(correlationId, key);
    return connector.engine(correlationId).store(correlationId, key, value, timeout);
  }

  /** Removes a key, if it is there. Repeated where a connection was lost meanwhile. */
  @Override
  public void remove(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    connector.engine(correlationId).remove(correlationId, key);
  }

  /**
   * Removes a key and tells whether it was there. Not repeated once it was sent, so that the answer
   * is right: where only the removal matters, {@link #remove} is the safer call.
   *
   * @return 1 if it was removed, 0 if there was none
   */
  public int delete(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    return connector.engine(correlationId).delete(correlationId, List.of(key));
  }

  /**
   * Removes many keys and tells how many of them were there.
   *
   * <p>A thousand at a time: after a failure some may have been removed. With {@code
   * options.fail_open} the first failure ends it, and what was counted before is returned.
   *
   * @param keys may be empty; one that is null or empty is NO_KEY, and none is removed
   * @return how many were removed, each counted once
   */
  public int delete(@Nullable String correlationId, Collection<String> keys) {
    if (keys == null) {
      throw Errors.badRequest(correlationId, "NO_KEY", "The collection of keys is null: give one");
    }
    Set<String> distinct = new LinkedHashSet<>();
    for (String key : keys) {
      distinct.add(Errors.requireKey(correlationId, key));
    }
    return connector.engine(correlationId).delete(correlationId, List.copyOf(distinct));
  }

  private Store start(Session session) {
    NearCache near =
        session.options().nearCache()
            ? new NearCache(
                session.cacheTracking(),
                session.options().maxSize(),
                journal::invalidated,
                System::nanoTime)
            : null;
    return new Store(session.commands(), session.options(), near, journal);
  }
}
