package org.pipservices3.redis.state;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.Module;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.config.IConfigurable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.refer.IReferenceable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.IUnreferenceable;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.components.state.IStateStore;
import org.pipservices3.components.state.StateValue;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.internal.component.Connector;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.json.ValueErrors;

/**
 * A store of states that processes share through Redis, such as how far a job has come.
 *
 * <pre>{@code
 * - descriptor: pip-services:state-store:redis:default:1.0
 *   connection:
 *     host: localhost
 *     port: 6379
 *   options:
 *     key_prefix: "state:"
 * }</pre>
 *
 * <pre>{@code
 * Progress progress = states.loadAs(correlationId, "import-17", Progress.class);
 * ...
 * states.save(correlationId, "import-17", progress);
 * }</pre>
 *
 * <p>A state is stored as JSON text under its key, with {@code options.key_prefix} before it, as a
 * cache stores values. It stays until it is removed, or for {@code options.timeout} milliseconds
 * where that is given. Keep states in a Redis that saves its data to disk and does not evict keys
 * ({@code maxmemory-policy noeviction}).
 *
 * <p>Every call is one round trip to Redis and one atomic step; {@link #loadBulk} is one round trip
 * to each server and no single step. Of several writers the last one wins: a state that several
 * change needs a {@link org.pipservices3.redis.lock.RedisLock lock} around reading and writing it.
 *
 * <p>References, all optional, are those of a {@link org.pipservices3.redis.cache.RedisCache}.
 *
 * <p>Safe for any number of threads. Calls other than {@link #open} throw {@link RedisException}.
 * Its cause is {@code BadRequestException} NO_KEY for a null or empty key and WRONG_VALUE for a
 * state that cannot be written or does not fit the type, {@code InvalidStateException} NOT_OPENED,
 * {@code ConnectionException} if Redis cannot be reached in time, {@code InvocationException} for
 * an error that Redis answers. Correlation ids may be null. Configuration and references take
 * effect at the next opening.
 */
public class RedisStateStore
    implements IStateStore,
        IConfigurable,
        IReferenceable,
        IUnreferenceable,
        IOpenable,
        AutoCloseable {
  private final Connector<StateEngine> connector =
      new Connector<>(
          "state store", RedisConnection::new, /* failsOpen= */ false, this::start, engine -> {});

  private final List<Module> modules = new CopyOnWriteArrayList<>();

  /** Creates a state store, to be configured and opened. */
  public RedisStateStore() {}

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

  /** Sets loggers, discovery services, credential stores and a shared connection. */
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
   *     ConnectionException} CANNOT_CONNECT if Redis cannot be reached, {@code
   *     UnauthorizedException} if it refuses the credentials
   */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    connector.open(correlationId);
  }

  /** Disconnects; the states stay in Redis. Idempotent; can be opened again. */
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
   * Reads a state as what its JSON is; otherwise like {@link #loadAs(String, String, Class)}.
   *
   * @return String, Integer, Long, BigInteger, Double, Boolean, LinkedHashMap or ArrayList; any
   *     other {@code T} is a ClassCastException of the caller
   */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the toolkit's signature
  public <T> @Nullable T load(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    return (T) connector.engine(correlationId).load(correlationId, key, /* type= */ null);
  }

  /**
   * Reads a state as a given type, which Jackson must be able to create.
   *
   * @return null if there is none
   */
  public <T> @Nullable T loadAs(@Nullable String correlationId, String key, Class<T> type) {
    return loadAs(correlationId, key, (Type) type);
  }

  /** The same for a generic type, such as {@code new TypeReference<List<Order>>() {}}. */
  public <T> @Nullable T loadAs(@Nullable String correlationId, String key, TypeReference<T> type) {
    return loadAs(correlationId, key, type == null ? null : type.getType());
  }

  /**
   * Reads many states, each as {@link #load} does.
   *
   * @param keys may be empty; if one is null or empty, none is read, and it is NO_KEY
   * @return one for each key, in this order; its value is null where there is no state
   */
  @Override
  @SuppressWarnings("unchecked") // what the caller says it is, as with load
  public <T> List<StateValue<@Nullable T>> loadBulk(
      @Nullable String correlationId, List<String> keys) {
    if (keys == null) {
      throw Errors.badRequest(correlationId, "NO_KEY", "The list of keys is null: give one");
    }
    keys.forEach(key -> Errors.requireKey(correlationId, key));
    return (List<StateValue<@Nullable T>>)
        (List<?>) connector.engine(correlationId).loadAll(correlationId, keys);
  }

  /**
   * Writes a state in place of any earlier one, or removes it if it is null. Retried if the
   * connection is lost meanwhile.
   *
   * @param value anything that Jackson can write, or null
   * @return the given state
   */
  @Override
  public <T> @Nullable T save(@Nullable String correlationId, String key, @Nullable T value) {
    Errors.requireKey(correlationId, key);
    connector.engine(correlationId).save(correlationId, key, value);
    return value;
  }

  /**
   * Removes a state and returns what was there, in one step: of several callers one gets it. Not
   * retried once it was sent, since what the first attempt removed would be lost.
   *
   * @return like {@link #load}; null if there was none
   */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the toolkit's signature
  public <T> @Nullable T delete(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    return (T) connector.engine(correlationId).delete(correlationId, key);
  }

  /** Such as {@code RedisStateStore, open at localhost:6379}. */
  @Override
  public String toString() {
    return "RedisStateStore, " + connector;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // what the type says
  private <T> @Nullable T loadAs(@Nullable String correlationId, String key, @Nullable Type type) {
    Errors.requireKey(correlationId, key);
    Type asked = ValueErrors.requireType(correlationId, key, type);
    return (T) connector.engine(correlationId).load(correlationId, key, asked);
  }

  private StateEngine start(Connector.Session session) {
    RedisOptions options = session.options();
    return new StateEngine(
        session.commands(),
        JsonCodec.with(modules),
        options.keyPrefix(),
        options.timeoutUnset() ? 0 : options.timeout());
  }
}
