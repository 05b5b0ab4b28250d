package org.pipservices3.redis.connect;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.config.IConfigurable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.refer.IReferenceable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.log.CompositeLogger;

/**
 * A connection to Redis that the caches and locks of one container share.
 *
 * <p>Put it into the container as {@code pip-services:connection:redis:default:1.0}: caches and
 * locks find it by themselves. Without it each of them opens its own.
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
 * <p>With {@code options.mode} the same serves a master that sentinels watch ({@code sentinel},
 * with {@code options.master_name}) or the nodes of a Redis Cluster ({@code cluster}); several
 * {@code connections} are then the sentinels, or any of the nodes.
 *
 * <p>A container opens and closes its components in no particular order. So whoever comes first
 * opens the connection, be it a cache; and {@link #close} first lets every cache and lock end what
 * it still has to do in Redis. A cache or a lock that opened it by coming first closes it with the
 * last user, unless {@link #open} was called meanwhile.
 *
 * <p>Safe for any number of threads. Configuration and references take effect at the next opening.
 */
public class RedisConnection implements IConfigurable, IReferenceable, IOpenable {

  private record Wire(
      Executor executor,
      RedisCommands commands,
      KeyTracking lockTracking,
      KeyTracking cacheTracking,
      ConfigParams config) {

    void close() {
      lockTracking.close();
      cacheTracking.close();
      executor.close();
    }

    /** Says where, and nothing of the configuration, which has the password. */
    @Override
    public String toString() {
      return executor.topology().name();
    }
  }

  private final ReentrantLock lifecycle = new ReentrantLock();
  private final Set<Runnable> users = new LinkedHashSet<>(); // guarded by lifecycle
  private boolean openedByOwner; // guarded by lifecycle

  private volatile @Nullable Wire wire; // written under lifecycle
  private volatile ConfigParams config = new ConfigParams();
  private volatile @Nullable IReferences references;
  private volatile CompositeLogger logger = new CompositeLogger();

  @Override
  public void configure(ConfigParams config) {
    this.config = config;
  }

  /** Takes the discovery services, credential stores and loggers of the container. */
  @Override
  public void setReferences(IReferences references) {
    CompositeLogger found = new CompositeLogger();
    found.setReferences(references);
    this.logger = found;
    this.references = references;
  }

  @Override
  public boolean isOpen() {
    return wire != null;
  }

  /**
   * Connects to Redis and authenticates; does nothing if that was done before.
   *
   * @throws ApplicationException {@code ConfigException} if the configuration names no server
   *     (NO_CONNECTION) or makes no sense, {@code ConnectionException} CANNOT_CONNECT if Redis is
   *     not there, {@code UnauthorizedException} if it refuses the credentials
   */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    lifecycle.lock();
    try {
      connect(correlationId);
      openedByOwner = true;
    } finally {
      lifecycle.unlock();
    }
  }

  /** Lets caches and locks finish, then closes every socket. Idempotent; can be opened again. */
  @Override
  public void close(@Nullable String correlationId) {
    lifecycle.lock();
    try {
      openedByOwner = false;
      List<Runnable> leaving = new ArrayList<>(users);
      leaving.forEach(Runnable::run);
      disconnect();
    } finally {
      lifecycle.unlock();
    }
  }

  /**
   * Counts a cache or a lock as a user and connects if nobody did so far.
   *
   * @param leave ends the user's work in Redis; called at most once, when the connection closes
   *     before the user {@link #detach detaches}
   */
  void attach(@Nullable String correlationId, Runnable leave) throws ApplicationException {
    lifecycle.lock();
    try {
      connect(correlationId);
      users.add(leave);
    } finally {
      lifecycle.unlock();
    }
  }

  void detach(Runnable leave) {
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

  /** What a component sees of the open connection. Throws NOT_OPENED. */
  Connector.Session session(@Nullable String correlationId, ConfigParams component)
      throws ConfigException {
    Wire current = wire;
    if (current == null) {
      throw Errors.notOpened(correlationId, "connection");
    }
    ConfigParams merged = new ConfigParams(component).setDefaults(current.config);
    return new Connector.Session(
        current.commands,
        RedisOptions.fromConfig(correlationId, merged),
        current.lockTracking,
        current.cacheTracking);
  }

  private void connect(@Nullable String correlationId) throws ApplicationException {
    if (wire != null) {
      return;
    }
    List<Endpoint> endpoints = Endpoints.resolve(correlationId, config, references);
    ConfigParams effective = config;
    for (Endpoint endpoint : endpoints) {
      effective = endpoint.extend(effective);
    }
    RedisOptions options = RedisOptions.fromConfig(correlationId, effective);
    if (endpoints.size() > 1 && options.mode() == RedisOptions.Mode.STANDALONE) {
      logger.warn(
          correlationId,
          "Of %d connections to Redis only %s is used",
          endpoints.size(),
          endpoints.get(0));
    }
    CredentialParams sentinel = Endpoints.sentinelCredential(correlationId, effective, references);
    Topology topology = Topologies.of(correlationId, endpoints, sentinel, options);
    try {
      topology.open(correlationId);
    } catch (ApplicationException | RuntimeException e) {
      topology.close();
      throw e;
    }
    Executor executor = new Executor(topology, options);
    wire =
        new Wire(
            executor,
            new RedisCommands(executor),
            new KeyTracking("redis-lock-tracking", topology, logger),
            new KeyTracking("redis-cache-tracking", topology, logger),
            effective);
    logger.debug(correlationId, "Connected to Redis at %s", topology.name());
  }

  private void disconnect() {
    Wire closing = wire;
    wire = null;
    if (closing != null) {
      closing.close();
    }
  }
}
