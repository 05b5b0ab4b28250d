package org.pipservices3.redis.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.auth.ICredentialStore;
import org.pipservices3.components.connect.ConnectionParams;
import org.pipservices3.components.connect.ConnectionResolver;

/**
 * Finds out where Redis is and who to be there: from the configuration, discovery services and
 * credential stores.
 *
 * <p>Works around what the toolkit's resolvers get wrong: {@code host}, {@code port}, {@code uri}
 * and {@code discovery_key} are accepted at the top level only when they are there, so that "not
 * configured" shows; a missing port is Redis's, not 8080; credential stores are found under the
 * kind that factories register, {@code credential-store}, as well as under the one that the
 * toolkit's own resolver looks for.
 */
final class Endpoints {
  private static final List<String> TOP_LEVEL =
      List.of("uri", "host", "port", "protocol", "database", "discovery_key");
  private static final Pattern SENTINELS_IN_URI = Pattern.compile("[?&]mode=sentinel(&|$)");
  private static final int SENTINEL_PORT = 26379;
  private static final List<String> STORE_KINDS = List.of("credential-store", "credential_store");

  private final @Nullable String correlationId;
  private final ConfigParams config;
  private final @Nullable IReferences references;

  private Endpoints(
      @Nullable String correlationId, ConfigParams config, @Nullable IReferences references) {
    this.correlationId = correlationId;
    this.config = config;
    this.references = references;
  }

  /**
   * Resolves a configuration to the servers that it names, one or more, in its order.
   *
   * @throws ConfigException NO_CONNECTION if it names none, WRONG_CONFIG if it makes no sense
   * @throws ApplicationException what a discovery service or a credential store reports
   */
  static List<Endpoint> resolve(
      @Nullable String correlationId, ConfigParams config, @Nullable IReferences references)
      throws ApplicationException {
    return new Endpoints(correlationId, config, references).resolve();
  }

  /**
   * The identity to be before the sentinels: section {@code sentinel_credential}, with the names of
   * {@code credential}. Empty if there is none.
   */
  static CredentialParams sentinelCredential(
      @Nullable String correlationId, ConfigParams config, @Nullable IReferences references)
      throws ApplicationException {
    ConfigParams renamed = new ConfigParams();
    config
        .getSection("sentinel_credential")
        .forEach((name, value) -> renamed.put("credential." + name, value));
    return new Endpoints(correlationId, renamed, references).credential("sentinel_credential");
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
    List<ConnectionParams> connections = resolver.resolveAll(correlationId);
    if (connections.isEmpty()) {
      throw noConnection();
    }
    CredentialParams credential = credential("credential");
    List<Endpoint> endpoints = new ArrayList<>();
    for (ConnectionParams connection : connections) {
      endpoints.addAll(
          Endpoint.several(correlationId, connection, credential, defaultPort(connection)));
    }
    return endpoints;
  }

  /** That of sentinels where the mode, which may also stand in a URI, says so. */
  private int defaultPort(ConnectionParams connection) {
    String uri = connection.getUri();
    String mode = config.getAsStringWithDefault("options.mode", "");
    boolean sentinels =
        mode.isEmpty()
            ? uri != null && SENTINELS_IN_URI.matcher(uri).find()
            : mode.trim().equalsIgnoreCase("sentinel");
    return sentinels ? SENTINEL_PORT : Endpoint.REDIS_PORT;
  }

  private void addTopLevel(ConnectionResolver resolver) {
    ConnectionParams connection = new ConnectionParams();
    for (String name : TOP_LEVEL) {
      String value = config.getAsNullableString(name);
      if (value != null) {
        connection.put(name, value);
      }
    }
    if (!connection.isEmpty()) {
      resolver.add(connection);
    }
  }

  /** The identity of a configuration, whose section has this name in errors. */
  private CredentialParams credential(String section) throws ApplicationException {
    List<CredentialParams> credentials =
        CredentialParams.manyFromConfig(config, /* configAsDefault= */ false);
    for (CredentialParams credential : credentials) {
      if (!credential.useCredentialStore()) {
        return credential;
      }
    }
    for (CredentialParams credential : credentials) {
      return lookUp(section, credential.getStoreKey());
    }
    return new CredentialParams();
  }

  private CredentialParams lookUp(String section, String storeKey) throws ApplicationException {
    for (ICredentialStore store : stores()) {
      CredentialParams found = store.lookup(correlationId, storeKey);
      if (found != null) {
        return found;
      }
    }
    throw Errors.config(
        correlationId, section + ".store_key", "'" + storeKey + "' is in no credential store");
  }

  private List<ICredentialStore> stores() throws ReferenceException {
    List<ICredentialStore> stores = new ArrayList<>();
    if (references != null) {
      for (String kind : STORE_KINDS) {
        stores.addAll(
            references.getOptional(
                ICredentialStore.class, new Descriptor("*", kind, "*", "*", "*")));
      }
    }
    return stores;
  }

  private ConfigException noConnection() {
    return new ConfigException(
        correlationId,
        "NO_CONNECTION",
        "No connection to Redis is configured, or no discovery service knows it: set"
            + " connection.host and connection.port, connection.uri or connection.discovery_key");
  }
}
