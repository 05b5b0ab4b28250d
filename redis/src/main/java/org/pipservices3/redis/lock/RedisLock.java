package org.pipservices3.redis.lock;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
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
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.internal.component.Connector;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.config.Ttl;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.waiting.TrackedWatch;

/**
 * A lock that processes share through Redis, in every language that has a Pip.Services lock.
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
 * <p>At most one caller holds a key: a thread of any component, process or machine. A lock is not
 * reentrant. It ends when its time to live is over, so that a crashed holder does not block others
 * for ever. Work that may take longer, or must never be done twice, needs a {@link LockLease lease}
 * with its renewal and its fencing token.
 *
 * <p>Threads of one component that wait for the same key are served in order; {@code
 * tryAcquireLock} and other components may come in between.
 *
 * <p>Safe for any number of threads. Calls other than {@link #open} throw {@link RedisException}.
 * Its cause is {@code BadRequestException} NO_KEY or WRONG_TTL for a wrong argument, {@code
 * InvalidStateException} NOT_OPENED, {@code ConnectionException} if Redis cannot be reached in
 * time, {@code InvocationException} for an error that Redis answers. Correlation ids may be null.
 * Configuration and references take effect at the next opening.
 *
 * <p>Counters: {@code redis.lock.acquisitions}, {@code redis.lock.waits} (ms, for every call that
 * had to wait), {@code redis.lock.timeouts}, {@code redis.lock.lost}, {@code
 * redis.lock.unconfirmed} (acquisitions and renewals that too few replicas confirmed, see {@code
 * options.min_replicas}), {@code redis.lock.errors}. Each wait is a span {@code redis.lock wait} of
 * the container's tracers.
 *
 * <p>Longer than others, since it documents every call; a {@link LockEngine} does the work.
 */
public class RedisLock extends Lock
    implements IConfigurable, IReferenceable, IUnreferenceable, IOpenable, AutoCloseable {

  private final Tokens tokens = new Tokens();
  private final HeldLocks heldLocks = new HeldLocks(System::nanoTime);
  private final Connector<LockEngine> connector =
      new Connector<>(
          "lock", RedisConnection::new, /* failsOpen= */ false, this::start, LockEngine::close);

  @Override
  public void configure(ConfigParams config) {
    super.configure(config);
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
   *     ConnectionException} CANNOT_CONNECT if Redis cannot be reached, {@code
   *     UnauthorizedException} if it refuses the credentials
   */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    connector.open(correlationId);
  }

  /**
   * Ends all waiting with NOT_OPENED, and ends and releases open leases, each on its own. Takes at
   * most {@code options.command_timeout} and half a second, also if a server hangs.
   *
   * <p>Locks that are not leases stay until their time to live is over: a lock of one hour, for
   * work that runs once an hour, outlives its process. Idempotent; can be opened again.
   */
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
   * Tries once to acquire a key.
   *
   * @param ttl the time to live in milliseconds, more than zero
   * @return false if anyone holds it, this thread included, if Redis's answer took as long as the
   *     time to live, or if fewer replicas than {@code options.min_replicas} have confirmed it
   */
  @Override
  public boolean tryAcquireLock(@Nullable String correlationId, String key, int ttl) {
    Errors.requireKey(correlationId, key);
    long millis = checked(key, () -> Checks.ttl(correlationId, ttl));
    return connector.engine(correlationId).tryAcquire(correlationId, key, millis);
  }

  /**
   * Acquires a key, and waits until it is free.
   *
   * @param ttl the time to live in milliseconds, more than zero, counted from the acquisition
   * @param timeout how long to wait, in milliseconds; zero for one attempt
   * @throws ApplicationException {@code ConflictException} LOCK_TIMEOUT if others held it all the
   *     time
   * @throws InterruptedException if the thread was interrupted before or while it waited; then it
   *     does not hold the key
   */
  @Override
  public void acquireLock(@Nullable String correlationId, String key, int ttl, long timeout)
      throws InterruptedException, ApplicationException {
    Errors.requireKey(correlationId, key);
    long millis = checked(key, () -> Checks.ttl(correlationId, ttl));
    long nanos = checked(key, () -> Checks.timeout(correlationId, timeout));
    connector.engine(correlationId).acquire(correlationId, key, millis, nanos);
  }

  /**
   * Releases a key if this component holds it; else does nothing.
   *
   * <p>It releases the calling thread's newest acquisition of the key. If that thread has none, it
   * releases the newest one of another thread of this component, so a lock may be handed over. The
   * exception is the first release within five minutes of the thread's own failed attempt for the
   * key (a lock or lease refused, timed out, interrupted, an error): it releases only what this
   * thread holds, and warns if another thread holds the key. Otherwise {@code acquireLock} inside
   * the {@code try} whose {@code finally} releases would release the lock of another.
   *
   * <p>If the lock has expired and another has acquired it, nothing is released, and the loss is
   * logged and counted. Expired locks are remembered for one more time to live, at least a minute,
   * up to about ten thousand. Leases are only released by themselves.
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
   * @return empty if anyone holds it, this thread included, if Redis's answer took as long as the
   *     time to live, or if fewer replicas than {@code options.min_replicas} have confirmed it
   */
  public Optional<LockLease> tryLease(@Nullable String correlationId, String key, Duration ttl) {
    Errors.requireKey(correlationId, key);
    long millis = Checks.ttl(correlationId, ttl);
    return Optional.ofNullable(
        connector.engine(correlationId).tryLease(correlationId, key, millis));
  }

  /**
   * Leases a key, and waits until it is free.
   *
   * @param ttl the time to live, at least one millisecond, counted from the acquisition
   * @param timeout how long to wait; zero for one attempt
   * @throws ApplicationException {@code ConflictException} LOCK_TIMEOUT if others held it all the
   *     time
   * @throws InterruptedException if the thread was interrupted before or while it waited; then it
   *     does not hold the key
   */
  public LockLease lease(@Nullable String correlationId, String key, Duration ttl, Duration timeout)
      throws InterruptedException, ApplicationException {
    Errors.requireKey(correlationId, key);
    long millis = Checks.ttl(correlationId, ttl);
    long nanos = Checks.timeout(correlationId, timeout);
    return connector.engine(correlationId).lease(correlationId, key, millis, nanos);
  }

  /**
   * Tells for how long a key may still be held, by whoever holds it.
   *
   * @return empty if it is free; {@code Long.MAX_VALUE} milliseconds if it never expires, which
   *     only other programs write
   */
  public Optional<Duration> remaining(@Nullable String correlationId, String key) {
    Errors.requireKey(correlationId, key);
    return Ttl.remaining(connector.engine(correlationId).store.remaining(correlationId, key));
  }

  /** Such as {@code RedisLock, open at localhost:6379, key_prefix 'orders:'}. */
  @Override
  public String toString() {
    return "RedisLock, " + connector;
  }

  /** Checks a time. A wrong one counts as a failed attempt, see {@link FailedAttempts}. */
  private long checked(String key, LongSupplier check) {
    try {
      return check.getAsLong();
    } catch (RedisException e) {
      heldLocks.addFailure(key, Thread.currentThread().getId());
      throw e;
    }
  }

  private LockEngine start(Connector.Session session) {
    RedisOptions options = session.options();
    LockMetrics metrics =
        new LockMetrics(
            connector.logger(), connector.counters(), connector.tracer(), options.keyPrefix());
    return new LockEngine(
        new RedisLockStore(
            session.commands(),
            options.keyPrefix(),
            options.minReplicas(),
            options.fenceTimeout(),
            metrics),
        new TrackedWatch(session.lockTracking(), options.keyPrefix(), options.retryTimeout()),
        tokens,
        heldLocks,
        metrics,
        new LeaseKeeper(metrics),
        System::nanoTime);
  }
}
