package org.pipservices3.redis.connect;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.components.auth.CredentialParams;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;

/** Makes the {@link Topology} that a configuration describes. */
final class Topologies {
  private final List<Endpoint> endpoints;
  private final RedisOptions options;
  private final @Nullable SslOptions ssl;

  private Topologies(List<Endpoint> endpoints, RedisOptions options, @Nullable SslOptions ssl) {
    this.endpoints = endpoints;
    this.options = options;
    this.ssl = ssl;
  }

  /**
   * A topology that is to be opened.
   *
   * @param endpoints the server, the sentinels, or nodes of the cluster; the first says who to be
   * @param sentinel who to be before the sentinels
   */
  static Topology of(
      @Nullable String correlationId,
      List<Endpoint> endpoints,
      CredentialParams sentinel,
      RedisOptions options)
      throws ConfigException {
    boolean tls = options.ssl() || endpoints.stream().anyMatch(Endpoint::tls);
    if (!tls) {
      options.requireNoTls(correlationId);
    }
    SslOptions ssl = tls ? Tls.load(correlationId, options) : null;
    return new Topologies(endpoints, options, ssl).topology(correlationId, sentinel);
  }

  private Topology topology(@Nullable String correlationId, CredentialParams sentinel)
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
        if (database() != 0) {
          throw Errors.config(
              correlationId,
              "connection.database",
              "must be 0 with options.mode cluster: a cluster has no other");
        }
        yield new Cluster(addresses, nodes(NodeFactory.Role.TOLD), options.failoverTimeout());
      }
    };
  }

  private NodeFactory nodes(NodeFactory.Role role) {
    return new NodeFactory(serverConfig(), options, role);
  }

  private JedisClientConfig serverConfig() {
    Endpoint first = endpoints.get(0);
    return config(options.connectTimeout(), options.commandTimeout())
        .user(first.username())
        .password(first.password())
        .database(database())
        .build();
  }

  /** Sentinels are asked in turn: none of them may take long. */
  private JedisClientConfig sentinelConfig(CredentialParams credential) {
    String user = credential.getUsername();
    String password = credential.getPassword();
    return config(
            Math.min(Sentinels.PATIENCE, options.connectTimeout()),
            Math.min(Sentinels.PATIENCE, options.commandTimeout()))
        .user(user == null || user.isEmpty() ? null : user)
        .password(password == null || password.isEmpty() ? null : password)
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

  private int database() {
    for (Endpoint endpoint : endpoints) {
      Integer database = endpoint.database();
      if (database != null) {
        return database;
      }
    }
    return options.database();
  }
}
