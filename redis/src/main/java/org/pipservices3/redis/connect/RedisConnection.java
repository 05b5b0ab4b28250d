package org.pipservices3.redis.connect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.components.trace.CompositeTracer;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.component.Connector;
import org.pipservices3.redis.internal.component.SafeLogger;
import org.pipservices3.redis.internal.component.SafeTracer;
import org.pipservices3.redis.internal.component.SharedConnection;
import org.pipservices3.redis.internal.config.ConfigSchema;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * A connection to Redis that the caches and locks of one container share.
 *
 * <p>Put it into the container as {@code pip-services:connection:redis:default:1.0}; caches and
 * locks then use it. Without it each of them opens its own.
 *
 * <pre>{@code
 * - descriptor: pip-services:connection:redis:default:1.0
 *   connection:
 *     uri: redis://localhost:6379/0
 *   credential:
 *     username: service
 *     password: secret
 *   options:
 *     command_timeout: 2000
 * }</pre>
 *
 * <p>{@code options.mode} is {@code standalone}, {@code sentinel} (a master with sentinels, with
 * {@code options.master_name}) or {@code cluster}. Several {@code connections} are then the
 * sentinels, or any nodes of the cluster.
 *
 * <p>A container opens and closes its components in any order. So the first user, for example a
 * cache, opens the connection, and {@link #close} first closes every cache and lock that uses it. A
 * connection that was opened by a user is closed with its last user, unless {@link #open} was
 * called meanwhile.
 *
 * <p>A cache with {@code options.fail_open} can open the connection while Redis is down, and so can
 * {@link #open} if the connection itself has that option. It works as soon as Redis is up; until
 * then locks and other caches fail to open.
 *
 * <p>Safe for any number of threads. Configuration and references take effect at the next opening.
 */
public class RedisConnection extends SharedConnection implements IOpenable, AutoCloseable {

  private final ReentrantLock lifecycle = new ReentrantLock();
  private final Set<Runnable> users = new LinkedHashSet<>(); // guarded by lifecycle
  private boolean openedByOwner; // guarded by lifecycle
  private volatile @Nullable OpenConnection opened; // written under lifecycle
  private volatile ConfigParams config = new ConfigParams();
  private volatile @Nullable IReferences references;
  private volatile CompositeLogger logger = new SafeLogger("connection");
  private volatile CompositeTracer tracer = new SafeTracer();

  @Override
  public void configure(ConfigParams config) {
    this.config = ConfigSchema.given(config);
  }

  /** Sets the discovery services, credential stores, loggers and tracers of the container. */
  @Override
  public void setReferences(IReferences references) {
    CompositeLogger found = new SafeLogger(component());
    found.setReferences(references);
    this.logger = found;
    this.tracer = SafeTracer.of(references);
    this.references = references;
  }

  @Override
  public boolean isOpen() {
    return opened != null;
  }

  /**
   * Connects to Redis and authenticates. Does nothing if already open.
   *
   * @throws ApplicationException {@code ConfigException} if the configuration names no server
   *     (NO_CONNECTION) or is wrong, {@code ConnectionException} CANNOT_CONNECT if Redis cannot be
   *     reached and {@code options.fail_open} is not set, {@code UnauthorizedException} if it
   *     refuses the credentials
   */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    lifecycle.lock();
    try {
      connect(correlationId, /* user= */ new ConfigParams());
      openedByOwner = true;
    } finally {
      lifecycle.unlock();
    }
  }

  /** Closes all caches and locks that use it, then all sockets. Idempotent; can be reopened. */
  @Override
  public void close(@Nullable String correlationId) {
    lifecycle.lock();
    try {
      openedByOwner = false;
      new ArrayList<>(users).forEach(Runnable::run);
      disconnect();
    } finally {
      lifecycle.unlock();
    }
  }

  /** {@link #close(String)} without a correlation id. */
  @Override
  public void close() {
    close(/* correlationId= */ null);
  }

  /**
   * Sends PING to every master at the same time, as any command is sent: for health checks.
   *
   * @return how long the slowest master took to answer, retries after a lost connection included
   * @throws RedisException as from a command: around a {@code ConnectionException} if a master
   *     cannot be reached in time, an {@code InvocationException} for an error that it answers,
   *     {@code InvalidStateException} NOT_OPENED
   */
  public Duration ping(@Nullable String correlationId) {
    OpenConnection current = opened;
    if (current == null) {
      throw Errors.notOpened(correlationId, "connection");
    }
    return current.commands().ping(correlationId);
  }

  /** Such as {@code RedisConnection, open at localhost:6379}. */
  @Override
  public String toString() {
    OpenConnection current = opened;
    return "RedisConnection, " + (current == null ? "closed" : "open at " + current);
  }

  /** */
  @Override
  protected void attach(@Nullable String correlationId, Runnable leave, @Nullable ConfigParams user)
      throws ApplicationException {
    lifecycle.lock();
    try {
      connect(correlationId, user);
      users.add(leave);
    } finally {
      lifecycle.unlock();
    }
  }

  /** */
  @Override
  protected void detach(Runnable leave) {
    lifecycle.lock();
    try {
      users.remove(leave);
      if (users.isEmpty() && !openedByOwner) {
        disconnect();
      }
    } finally {
      lifecycle.unlock();
    }
  }

  /** */
  @Override
  protected Connector.Session session(@Nullable String correlationId, ConfigParams component)
      throws ApplicationException {
    OpenConnection current = opened;
    if (current == null) {
      throw Errors.notOpened(correlationId, "connection");
    }
    return current.session(correlationId, component, references);
  }

  private void connect(@Nullable String correlationId, @Nullable ConfigParams user)
      throws ApplicationException {
    OpenConnection current = opened;
    if (current == null) {
      Owner owner = Owner.of(component(), references, logger, tracer);
      opened = OpenConnection.open(correlationId, config, references, owner, user);
    } else {
      current.join(correlationId, user, logger);
    }
  }

  private void disconnect() {
    OpenConnection closing = opened;
    opened = null;
    if (closing != null) {
      closing.close();
    }
  }
}
