package org.pipservices3.redis.lock;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.config.IConfigurable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.refer.IReferenceable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.IUnreferenceable;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.components.lock.Lock;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.Connector;
import org.pipservices3.redis.connect.Errors;
import org.pipservices3.redis.connect.RedisOptions;

/**
 * A lock that processes share through Redis, of any language that the Pip.Services lock speaks.
 *
 * <pre>{@code
 * - descriptor: pip-services:lock:redis:default:1.0
 *   connection:
 *     host: localhost
 *     port: 6379
 *   options:
 *     retry_timeout: 100
 *     key_prefix: "orders:"
 * }</pre>
 *
 * <pre>{@code
 * lock.acquireLock(correlationId, "invoice-17", 30_000, 5_000);
 * try {
 *   ...
 * } finally {
 *   lock.releaseLock(correlationId, "invoice-17");
 * }
 * }</pre>
 *
 * <p>At most one caller at a time holds a key: a thread of this or any other component, process or
 * machine. A lock is not reentrant. It ends by itself when its time to live is over, so that a
 * crashed holder does not block the others for ever; hence work that may take longer, or must not
 * be done twice under any circumstances, wants a {@link LockLease lease} with its renewal and its
 * fencing token.
 *
 * <p>Threads of one component that wait for the same key are served in their order; {@code
 * tryAcquireLock} and other components may come in between.
 *
 * <p>Safe for any number of threads. Calls other than {@link #open} throw {@link RedisException}:
 * around {@code BadRequestException} NO_KEY or WRONG_TTL for arguments that make no sense, {@code
 * InvalidStateException} NOT_OPENED, {@code ConnectionException} if Redis cannot be reached in
 * time, {@code InvocationException} for what it answers. A correlation id may be null.
 * Configuration and references take effect at the next opening.
 *
 * <p>Counters: {@code redis.lock.acquisitions}, {@code redis.lock.waits} (ms, for every call that
 * had to wait), {@code redis.lock.timeouts}, {@code redis.lock.lost}, {@code
 * redis.lock.unconfirmed} (given back for want of {@code options.min_replicas}), {@code
 * redis.lock.errors}.
 */
public class RedisLock extends Lock
    implements IConfigurable, IReferenceable, IUnreferenceable, IOpenable {

  private final Tokens tokens = new Tokens();
  private final Holdings holdings = new Holdings(System::nanoTime);
  private final Connector<Locker> connector = new Connector<>("lock", this::start, Locker::close);

  @Override
  public void configure(ConfigParams config) {
    super.configure(config);
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

  /**
   * Ends all waiting with NOT_OPENED, tells open leases that they are lost and gives them back.
   *
   * <p>Locks that are no leases stay until their time to live is over: one that was taken for an
   * hour so that something runs once an hour outlives its process. Idempotent; can be opened again.
   */
  @Override
  public void close(@Nullable String correlationId) {
    connector.close();
  }

  /**
   * Tries once to acquire a key.
   *
   * @param ttl the time to live in milliseconds, more than zero
   * @return false if somebody holds it, this thread included, if Redis's answer took as long as the
   *     time to live, or if fewer replicas than {@code options.min_replicas} have confirmed it
   */
  @Override
  public boolean tryAcquireLock(@Nullable String correlationId, String key, int ttl) {
    Errors.requireKey(correlationId, key);
    long millis = Checks.ttl(correlationId, ttl);
    return connector.engine(correlationId).tryAcquire(correlationId, key, millis);
  }

  /**
   * Acquires a key, and waits for it if it must.
   *
   * @param ttl the time to live in milliseconds, more than zero, counted from the acquisition
   * @param timeout how long to wait, in milliseconds; zero for one attempt
   * @throws ApplicationException {@code ConflictException} LOCK_TIMEOUT if others held it all the
   *     time
   * @throws InterruptedException if the thread was interrupted before or while it waited; then it
   *     holds nothing
   */
  @Override
  public void acquireLock(@Nullable String correlationId, String key, int ttl, long timeout)
      throws InterruptedException, ApplicationException {
    Errors.requireKey(correlationId, key);
    long millis = Checks.ttl(correlationId, ttl);
    long nanos = Checks.timeout(correlationId, timeout);
    connector.engine(correlationId).acquire(correlationId, key, millis, nanos);
  }

  /**
   * Gives a key back, if this component holds it; else does nothing.
   *
   * <p>That is what the calling thread acquired last under this key and has not given back; if
   * there is nothing of this kind, what another thread of this component acquired, so a lock may be
   * handed over. What has expired meanwhile and belongs to another is not touched: the loss is
   * logged and counted. A thread's claim to what has expired is remembered for as long again as its
   * time to live, at least for a minute, as far as there are not more than ten thousand of that
   * kind. Leases are released by themselves only.
   */
  @Override
  public void releaseLock(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    connector.engine(correlationId).release(correlationId, key);
  }

  /**
   * Tries once to lease a key.
   *
   * @param ttl the time to live, at least one millisecond
   * @return empty if somebody holds it, this thread included, if Redis's answer took as long as the
   *     time to live, or if fewer replicas than {@code options.min_replicas} have confirmed it
   */
  public Optional<LockLease> tryLease(@Nullable String correlationId, String key, Duration ttl) {
    Errors.requireKey(correlationId, key);
    long millis = Checks.ttl(correlationId, ttl);
    return Optional.ofNullable(
        connector.engine(correlationId).tryLease(correlationId, key, millis));
  }

  /**
   * Leases a key, and waits for it if it must.
   *
   * @param ttl the time to live, at least one millisecond, counted from the acquisition
   * @param timeout how long to wait; zero for one attempt
   * @throws ApplicationException {@code ConflictException} LOCK_TIMEOUT if others held it all the
   *     time
   * @throws InterruptedException if the thread was interrupted before or while it waited; then it
   *     holds nothing
   */
  public LockLease lease(@Nullable String correlationId, String key, Duration ttl, Duration timeout)
      throws InterruptedException, ApplicationException {
    Errors.requireKey(correlationId, key);
    long millis = Checks.ttl(correlationId, ttl);
    long nanos = Checks.timeout(correlationId, timeout);
    return connector.engine(correlationId).lease(correlationId, key, millis, nanos);
  }

  private Locker start(Connector.Session session) {
    RedisOptions options = session.options();
    Journal journal = new Journal(connector.logger(), connector.counters());
    return new Locker(
        new RedisLockStore(session.commands(), options.keyPrefix(), options.minReplicas(), journal),
        new TrackedWatch(session.lockTracking(), options.keyPrefix(), options.retryTimeout()),
        tokens,
        holdings,
        journal,
        System::nanoTime);
  }
}
