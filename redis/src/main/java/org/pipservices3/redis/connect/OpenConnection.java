package org.pipservices3.redis.connect;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.internal.command.CommandExecutor;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.component.Connector;
import org.pipservices3.redis.internal.config.CommonSettings;
import org.pipservices3.redis.internal.config.ConfigSchema;
import org.pipservices3.redis.internal.config.CredentialSource;
import org.pipservices3.redis.internal.config.Endpoint;
import org.pipservices3.redis.internal.config.Endpoints;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.config.SharedSettings;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.topology.ServerLog;
import org.pipservices3.redis.internal.topology.Topology;
import org.pipservices3.redis.internal.topology.TopologyFactory;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/**
 * What a {@link RedisConnection} has while it is open: its servers, what sends to them, and the
 * configuration that it was opened with.
 *
 * <p>Safe for any number of threads.
 *
 * @param given the configuration as it was given
 * @param config the same with what its servers say
 * @param connected whether Redis was ever reached
 */
record OpenConnection(
    ConfigParams given,
    ConfigParams config,
    List<Endpoint> endpoints,
    CommandExecutor executor,
    RedisCommands commands,
    KeyTracking lockTracking,
    KeyTracking cacheTracking,
    AtomicBoolean connected) {

  /** Checks the configuration and connects, for a user as in {@link RedisConnection#attach}. */
  static OpenConnection open(
      @Nullable String correlationId,
      ConfigParams given,
      @Nullable IReferences references,
      Owner owner,
      @Nullable ConfigParams user)
      throws ApplicationException {
    ConfigSchema.check(correlationId, given);
    List<Endpoint> endpoints = Endpoints.resolve(correlationId, given, references);
    ConfigParams effective = CommonSettings.extended(correlationId, given, endpoints);
    RedisOptions options = RedisOptions.fromConfig(correlationId, effective);
    requireMode(correlationId, given, endpoints, options.mode());
    CredentialSource credentials = new CredentialSource(correlationId, effective, references);
    CompositeLogger logger = owner.logger();
    ServerLog servers = new ServerLog(logger);
    Topology topology =
        TopologyFactory.of(
            correlationId,
            endpoints,
            credentials.ofServers(endpoints.get(0), logger, options.connectTimeout()),
            credentials.ofSentinels(logger, options.connectTimeout()),
            options,
            owner.name(),
            servers);
    try {
      boolean optional = isOptional(correlationId, effective, user);
      boolean connected = reach(correlationId, topology, optional, logger);
      if (owner.isShared() || !options.failOpen()) {
        servers.begin(); // A cache that works without Redis tells how it did.
      }
      CommandExecutor executor = new CommandExecutor(topology, options, owner.tracer());
      return new OpenConnection(
          given,
          effective,
          endpoints,
          executor,
          new RedisCommands(executor),
          new KeyTracking("redis-lock-tracking", topology, logger),
          new KeyTracking("redis-cache-tracking", topology, logger),
          new AtomicBoolean(connected));
    } catch (ApplicationException | RuntimeException e) {
      topology.close();
      throw e;
    }
  }

  /** Connects for a further user that cannot do without Redis, if there was no connection yet. */
  void join(@Nullable String correlationId, @Nullable ConfigParams user, CompositeLogger logger)
      throws ApplicationException {
    if (!connected.get() && !isOptional(correlationId, config, user)) {
      connected.set(reach(correlationId, executor.topology(), /* optional= */ false, logger));
    }
  }

  /** What a component with this configuration sees of it. */
  Connector.Session session(
      @Nullable String correlationId, ConfigParams component, @Nullable IReferences references)
      throws ApplicationException {
    ConfigParams agreed = SharedSettings.of(correlationId, component, given, endpoints, references);
    ConfigParams merged = new ConfigParams(agreed).setDefaults(config);
    return new Connector.Session(
        commands, RedisOptions.fromConfig(correlationId, merged), lockTracking, cacheTracking);
  }

  /** Only the address, since the configuration contains the password. */
  @Override
  public String toString() {
    return executor.topology().name();
  }

  void close() {
    lockTracking.close();
    cacheTracking.close();
    executor.close();
  }

  private static void requireMode(
      @Nullable String correlationId,
      ConfigParams given,
      List<Endpoint> endpoints,
      RedisOptions.Mode mode)
      throws ConfigException {
    if (endpoints.size() > 1 && mode == RedisOptions.Mode.STANDALONE) {
      throw Errors.config(
          correlationId,
          "options.mode",
          "is standalone, but there are "
              + endpoints.size()
              + " servers: set it to cluster or sentinel, or name one server");
    }
    if (mode != RedisOptions.Mode.SENTINEL && !given.getSection("sentinel_credential").isEmpty()) {
      throw Errors.config(
          correlationId, "sentinel_credential", "is given, but options.mode is not sentinel");
    }
  }

  private static boolean isOptional(
      @Nullable String correlationId, ConfigParams effective, @Nullable ConfigParams user)
      throws ConfigException {
    return user != null
        && RedisOptions.fromConfig(correlationId, new ConfigParams(user).setDefaults(effective))
            .failOpen();
  }

  /** Connects to Redis. If it cannot be reached and is optional, connects later: false. */
  private static boolean reach(
      @Nullable String correlationId, Topology topology, boolean optional, CompositeLogger logger)
      throws ApplicationException {
    try {
      topology.open(correlationId);
      logger.debug(correlationId, "Connected to Redis at %s", topology.name());
      return true;
    } catch (ConnectionException e) {
      if (!optional) {
        throw e;
      }
      topology.openLater();
      logger.warn(
          correlationId,
          "Opened without Redis (options.fail_open), which is looked for: %s",
          e.getMessage());
      return false;
    }
  }
}
