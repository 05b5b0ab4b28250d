package org.pipservices3.redis.internal.config;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * What a component that shares a connection says of it, which must be what the connection has: in
 * any words, since parsed values are compared.
 *
 * @param asked the component's settings that differ as text
 */
public record SharedSettings(@Nullable String correlationId, ConfigParams asked) {

  /**
   * The configuration of a component that shares a connection, with what its own URI says as
   * options.
   *
   * @param connection the configuration of the connection, which leads to these endpoints
   * @throws ConfigException where the component contradicts the connection
   */
  public static ConfigParams of(
      @Nullable String correlationId,
      ConfigParams component,
      ConfigParams connection,
      List<Endpoint> endpoints,
      @Nullable IReferences references)
      throws ApplicationException {
    ConfigParams asked = differing(component, connection);
    if (asked.isEmpty()) {
      return component;
    }
    SharedSettings shared = new SharedSettings(correlationId, asked);
    ConfigParams theirs = CommonSettings.extended(correlationId, connection, endpoints);
    List<Endpoint> own =
        Endpoints.resolveBeside(correlationId, asked, references, theirs, endpoints);
    shared.requireServers(own, endpoints);
    shared.requireIdentity("credential", credentials(own.get(0)), credentials(endpoints.get(0)));
    shared.requireIdentity(
        "sentinel_credential",
        new CredentialSource(correlationId, asked, references).sentinels(),
        new CredentialSource(correlationId, connection, references).sentinels());
    shared.requireOptions(CommonSettings.extended(correlationId, asked, own), theirs);
    return own.get(0).extend(component);
  }

  /** Shows nothing of the configuration, which may have a password. */
  @Override
  public String toString() {
    return "settings";
  }

  /** Single options, and all of the servers or credentials, which belong together. */
  private static ConfigParams differing(ConfigParams component, ConfigParams connection) {
    ConfigParams given = ConfigSchema.given(component);
    Set<String> groups = new HashSet<>();
    given.forEach(
        (name, value) -> {
          if (!value.equals(connection.get(name))) {
            groups.add(group(name));
          }
        });
    groups.remove("");
    given.keySet().removeIf(name -> !groups.contains(group(name)));
    return given;
  }

  /** What belongs together of the connection; empty for what does not belong to it. */
  private static String group(String name) {
    String section = KnownNames.first(name);
    if (section.equals("options")) {
      return RedisOptions.OF_CONNECTION.contains(KnownNames.rest(name)) ? name : "";
    }
    if (KnownNames.CONNECTION.contains(name)) {
      return "connection";
    }
    return KnownNames.LISTS.contains(section)
        ? section.substring(0, section.length() - 1)
        : KnownNames.SECTIONS.containsKey(section) ? section : "";
  }

  private void requireServers(List<Endpoint> own, List<Endpoint> theirs) throws ConfigException {
    Set<String> servers =
        theirs.stream()
            .map(each -> each.toString().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    for (Endpoint each : own) {
      if (!servers.contains(each.toString().toLowerCase(Locale.ROOT))) {
        throw notShared("connection", "server (" + Errors.shown(each + ", not " + theirs) + ")");
      }
    }
  }

  private void requireIdentity(String group, CredentialParams own, CredentialParams theirs)
      throws ConfigException {
    if (own.getUsername() != null && !user(own).equals(user(theirs))) {
      throw notShared(group, "user");
    }
    if (own.getPassword() != null && !own.getPassword().equals(theirs.getPassword())) {
      throw notShared(group, "password");
    }
  }

  private static String user(CredentialParams credential) {
    return Objects.requireNonNullElse(credential.getUsername(), "default");
  }

  private static CredentialParams credentials(Endpoint endpoint) {
    return CredentialParams.fromTuples(
        "username", endpoint.username(), "password", endpoint.password());
  }

  private void requireOptions(ConfigParams own, ConfigParams theirs) throws ConfigException {
    RedisOptions options = RedisOptions.partOf(correlationId, own);
    RedisOptions shared = RedisOptions.fromConfig(correlationId, theirs);
    for (String name : SimilarNames.sorted(RedisOptions.OF_CONNECTION)) {
      if (own.containsKey("options." + name) && !options.isSame(shared, name)) {
        throw notShared("options." + name, name);
      }
    }
  }

  private ConfigException notShared(String group, String what) {
    return Errors.config(
        correlationId,
        Errors.shown(names(group)),
        "asks for another "
            + what
            + " than the connection which this component shares: set it there, remove it here, or"
            + " give the component no shared connection");
  }

  /** What is asked of a group; where nothing of it is, that of the servers: a URI may say it. */
  private String names(String group) {
    String names =
        SimilarNames.sorted(asked.keySet()).stream()
            .filter(name -> group(name).equals(group))
            .collect(Collectors.joining(", "));
    return names.isEmpty() && !group.equals("connection") ? names("connection") : names;
  }
}
