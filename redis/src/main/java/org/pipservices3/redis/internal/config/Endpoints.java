package org.pipservices3.redis.internal.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.connect.ConnectionParams;
import org.pipservices3.components.connect.ConnectionResolver;
import org.pipservices3.redis.internal.errors.Errors;
import redis.clients.jedis.HostAndPort;

/**
 * Finds the servers: from the configuration and from discovery services.
 *
 * <p>Works around what the toolkit's resolver gets wrong: {@code host}, {@code port}, {@code uri}
 * and {@code discovery_key} are accepted at the top level only when they are there, so that "not
 * configured" shows; a missing port is Redis's, not 8080.
 *
 * @param shared the servers of the connection that a component shares; empty for a connection
 */
public record Endpoints(
    @Nullable String correlationId,
    ConfigParams config,
    @Nullable IReferences references,
    List<Endpoint> shared) {
  private static final Pattern SENTINELS_IN_URI = Pattern.compile("(?i)[?&]mode=sentinel(&|$)");
  private static final String DISCOVERY_KEY = "connection.discovery_key";
  private static final int SENTINEL_PORT = 26379;

  /**
   * Resolves a configuration to the servers that it names, one or more, in its order.
   *
   * @throws ConfigException NO_CONNECTION if it names none, WRONG_CONFIG if it makes no sense
   * @throws ApplicationException what a discovery service or a credential store reports
   */
  public static List<Endpoint> resolve(
      @Nullable String correlationId, ConfigParams config, @Nullable IReferences references)
      throws ApplicationException {
    return new Endpoints(correlationId, config, references, List.of()).resolve();
  }

  /**
   * Resolves a component's own settings beside a connection that it shares. A host or port that it
   * does not give is the connection's; so may be the password of its user.
   *
   * @param connection the configuration of the connection, which leads to the shared endpoints
   */
  static List<Endpoint> resolveBeside(
      @Nullable String correlationId,
      ConfigParams component,
      @Nullable IReferences references,
      ConfigParams connection,
      List<Endpoint> shared)
      throws ApplicationException {
    ConfigParams config = new ConfigParams(component);
    config.putIfAbsent("options.mode", connection.getAsStringWithDefault("options.mode", ""));
    return new Endpoints(correlationId, config, references, shared).resolve();
  }

  /** Shows nothing of the configuration, which may have a password. */
  @Override
  public String toString() {
    return "endpoints";
  }

  private List<Endpoint> resolve() throws ApplicationException {
    ConnectionResolver resolver = new ConnectionResolver();
    resolver.configure(config, /* configAsDefault= */ false);
    if (resolver.getAll().isEmpty()) {
      addTopLevel(resolver);
    }
    if (references != null) {
      resolver.setReferences(references);
    }
    List<ConnectionParams> connections = resolved(resolver);
    if (connections.isEmpty()) {
      throw noConnection();
    }
    CredentialParams credential = new CredentialSource(correlationId, config, references).servers();
    int defaultPort = defaultPort(connections);
    List<Endpoint> endpoints = new ArrayList<>();
    for (ConnectionParams connection : connections) {
      EndpointParser parser = new EndpointParser(correlationId, defaultPort);
      if (shared.isEmpty()) {
        endpoints.addAll(parser.parse(connection, credential));
      } else {
        complete(connection);
        endpoints.addAll(parser.parsePart(connection, credential));
      }
    }
    return CommonSettings.of(correlationId, endpoints);
  }

  /** Adds host and port of the shared server that this may be. A URI has both. */
  private void complete(ConnectionParams connection) {
    if (connection.getUri() != null) {
      return;
    }
    String host = connection.getHost();
    HostAndPort server =
        shared.stream()
            .map(Endpoint::address)
            .filter(address -> host == null || address.getHost().equalsIgnoreCase(host.trim()))
            .findFirst()
            .orElse(shared.get(0).address());
    connection.putIfAbsent("host", host == null ? server.getHost() : host);
    connection.putIfAbsent("port", Integer.toString(server.getPort()));
  }

  private List<ConnectionParams> resolved(ConnectionResolver resolver) throws ApplicationException {
    List<ConnectionParams> connections = new ArrayList<>();
    try {
      connections.addAll(resolver.resolveAll(correlationId));
    } catch (ApplicationException | RuntimeException e) {
      throw Errors.lookUpFailed(correlationId, DISCOVERY_KEY, "a discovery service", e);
    }
    for (ConnectionParams found : connections) {
      found.values().removeIf(ConfigSchema::isEmpty);
    }
    for (ConnectionParams asked : resolver.getAll()) {
      for (ConnectionParams found : connections) {
        if (asked.useDiscovery() && asked.getDiscoveryKey().equals(found.getDiscoveryKey())) {
          asked.forEach(found::putIfAbsent);
          requireKept(asked, found);
        }
      }
    }
    if (resolver.getAll().isEmpty() && !shared.isEmpty()) {
      connections.add(new ConnectionParams());
    }
    return connections;
  }

  /** Refuses settings beside a discovery key whose entry overrides them. */
  private void requireKept(ConnectionParams asked, ConnectionParams found) throws ConfigException {
    ConfigSchema.checkFound(correlationId, DISCOVERY_KEY, found, KnownNames.CONNECTION, "");
    for (String name : SimilarNames.sorted(asked.keySet())) {
      if (!ConnectionValues.isSame(name, asked.get(name), found.get(name))) {
        throw Errors.config(
            correlationId,
            "connection." + name,
            "is another than that to which "
                + DISCOVERY_KEY
                + " leads: remove one, or make them"
                + " agree");
      }
    }
  }

  /** That of sentinels with that mode, which may also be set in a URI. */
  private int defaultPort(List<ConnectionParams> connections) {
    String mode = config.getAsStringWithDefault("options.mode", "");
    boolean sentinels =
        mode.isEmpty()
            ? connections.stream()
                .map(ConnectionParams::getUri)
                .anyMatch(uri -> uri != null && SENTINELS_IN_URI.matcher(uri).find())
            : mode.trim().equalsIgnoreCase("sentinel");
    return sentinels ? SENTINEL_PORT : Endpoint.REDIS_PORT;
  }

  private void addTopLevel(ConnectionResolver resolver) {
    ConnectionParams connection = new ConnectionParams(config);
    connection.keySet().retainAll(KnownNames.CONNECTION);
    if (!connection.isEmpty()) {
      resolver.add(connection);
    }
  }

  private ConfigException noConnection() {
    return new ConfigException(
        correlationId,
        "NO_CONNECTION",
        "No connection to Redis is configured, or no discovery service knows it: set"
            + " connection.host and connection.port, connection.uri or connection.discovery_key");
  }
}
