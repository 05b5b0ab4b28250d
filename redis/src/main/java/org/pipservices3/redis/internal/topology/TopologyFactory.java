package org.pipservices3.redis.internal.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.redis.internal.config.Credentials;
import org.pipservices3.redis.internal.config.Endpoint;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.config.Tls;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.wire.ConnectionName;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;

/** Creates the {@link Topology} that a configuration describes. */
public final class TopologyFactory {
  private final List<Endpoint> endpoints;
  private final Credentials server;
  private final RedisOptions options;
  private final @Nullable SslOptions ssl;
  private final ConnectionName name;
  private final ServerLog log;

  private TopologyFactory(
      List<Endpoint> endpoints,
      Credentials server,
      RedisOptions options,
      @Nullable SslOptions ssl,
      ConnectionName name,
      ServerLog log) {
    this.endpoints = endpoints;
    this.server = server;
    this.options = options;
    this.ssl = ssl;
    this.name = name;
    this.log = log;
  }

  /**
   * A topology that is to be opened.
   *
   * @param endpoints the server, the sentinels, or nodes of the cluster
   * @param server credentials for the servers with the data
   * @param sentinel credentials for the sentinels
   * @param name the name of its connections
   * @param log tells which servers are lost and back
   */
  public static Topology of(
      @Nullable String correlationId,
      List<Endpoint> endpoints,
      Credentials server,
      Credentials sentinel,
      RedisOptions options,
      String name,
      ServerLog log)
      throws ConfigException {
    if (!options.ssl()) {
      options.requireNoTls(correlationId);
    }
    SslOptions ssl = options.ssl() ? Tls.load(correlationId, options) : null;
    return new TopologyFactory(endpoints, server, options, ssl, new ConnectionName(name), log)
        .topology(correlationId, sentinel);
  }

  private Topology topology(@Nullable String correlationId, Credentials sentinel)
      throws ConfigException {
    List<HostAndPort> addresses = endpoints.stream().map(Endpoint::address).toList();
    return switch (options.mode()) {
      case STANDALONE -> new SingleServer(addresses.get(0), nodes(NodeFactory.Role.SOLE));
      case SENTINEL -> {
        Sentinels sentinels =
            new Sentinels(addresses, options.masterName(), sentinelConfig(sentinel));
        yield new SentinelMaster(
            sentinels, nodes(NodeFactory.Role.ASKED), options.failoverTimeout());
      }
      case CLUSTER -> {
        if (options.database() != 0) {
          throw Errors.config(
              correlationId,
              "connection.database",
              "must be 0 with options.mode cluster: a cluster has no other");
        }
        yield new Cluster(addresses, nodes(NodeFactory.Role.CLUSTER), options.failoverTimeout());
      }
    };
  }

  private NodeFactory nodes(NodeFactory.Role role) {
    return new NodeFactory(serverConfig(), options, role, name, log);
  }

  private JedisClientConfig serverConfig() {
    return config(options.connectTimeout(), options.commandTimeout())
        .credentialsProvider(server)
        .database(options.database())
        .build();
  }

  /** Short timeouts, since sentinels are asked one after the other. */
  private JedisClientConfig sentinelConfig(Credentials sentinel) {
    return config(
            Math.min(Sentinels.PATIENCE, options.connectTimeout()),
            Math.min(Sentinels.PATIENCE, options.commandTimeout()))
        .credentialsProvider(sentinel)
        .build();
  }

  private DefaultJedisClientConfig.Builder config(int connectTimeout, int commandTimeout) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .serverDefaultProtocol()
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .connectionTimeoutMillis(connectTimeout)
            .socketTimeoutMillis(commandTimeout);
    return ssl == null ? config : config.sslOptions(ssl);
  }
}
