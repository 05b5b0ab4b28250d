package org.pipservices3.redis.connect;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.connect.ConnectionParams;
import redis.clients.jedis.HostAndPort;

/**
 * One server of the configuration: address, identity, database and the options of its URI.
 *
 * <p>A URI has the form {@code redis[s]://[user[:password]@]host[:port][/database][?option=value]};
 * several servers, separated by commas, may stand in place of one. It is taken apart here and not
 * by {@link java.net.URI}, which has no host for names with an underscore, as container networks
 * give them. Credentials of the configuration win over those of the URI.
 */
record Endpoint(
    HostAndPort address,
    @Nullable String username,
    @Nullable String password,
    @Nullable Integer database,
    boolean tls,
    Map<String, String> options) {

  static final int REDIS_PORT = 6379;

  /** Says where, never who or with what password. */
  @Override
  public String toString() {
    return address.toString();
  }

  static Endpoint of(
      @Nullable String correlationId, ConnectionParams connection, CredentialParams credential)
      throws ConfigException {
    return several(correlationId, connection, credential, REDIS_PORT).get(0);
  }

  /**
   * The servers of one entry of the configuration: several if its URI lists them.
   *
   * @param defaultPort for those that have none
   */
  static List<Endpoint> several(
      @Nullable String correlationId,
      ConnectionParams connection,
      CredentialParams credential,
      int defaultPort)
      throws ConfigException {
    Parts parts = new Parts(correlationId, defaultPort);
    parts.protocol("connection.protocol", connection.getAsNullableString("protocol"));
    String uri = connection.getUri();
    if (uri != null && !uri.isBlank()) {
      parts.uri(uri.trim());
    } else {
      parts.add(
          connection.getHost(),
          parts.port("connection.port", connection.getAsNullableString("port")));
    }
    parts.database("connection.database", connection.getAsNullableString("database"));
    parts.identity(credential);
    return parts.toEndpoints();
  }

  /** The configuration with the options of the URI added where it has none of its own. */
  ConfigParams extend(ConfigParams config) {
    ConfigParams extended = new ConfigParams(config);
    options.forEach((name, value) -> extended.putIfAbsent("options." + name, value));
    return extended;
  }

  private static final class Parts {
    private final @Nullable String correlationId;
    private final Map<String, String> options = new TreeMap<>();
    private final List<HostAndPort> addresses = new ArrayList<>();
    private final int defaultPort;
    private @Nullable String username;
    private @Nullable String password;
    private @Nullable Integer database;
    private boolean tls;

    Parts(@Nullable String correlationId, int defaultPort) {
      this.correlationId = correlationId;
      this.defaultPort = defaultPort;
    }

    List<Endpoint> toEndpoints() {
      return addresses.stream()
          .map(address -> new Endpoint(address, username, password, database, tls, options))
          .toList();
    }

    void add(@Nullable String host, int port) throws ConfigException {
      if (host == null || host.isBlank()) {
        throw Errors.config(correlationId, "connection.host", "is missing");
      }
      addresses.add(new HostAndPort(host.trim(), port));
    }

    void protocol(String parameter, @Nullable String protocol) throws ConfigException {
      if (protocol == null || protocol.isBlank()) {
        return;
      }
      switch (protocol) {
        case "redis", "tcp" -> tls = false;
        case "rediss", "tls", "ssl" -> tls = true;
        default -> throw Errors.config(correlationId, parameter, "must be redis or rediss");
      }
    }

    void uri(String uri) throws ConfigException {
      int scheme = uri.indexOf("://");
      if (scheme < 0) {
        throw Errors.config(
            correlationId, "connection.uri", "must start with redis:// or rediss://");
      }
      protocol("connection.uri's scheme", uri.substring(0, scheme));
      String rest = uri.substring(scheme + 3);
      int query = rest.indexOf('?');
      if (query >= 0) {
        query(rest.substring(query + 1));
        rest = rest.substring(0, query);
      }
      if (query >= 0 && rest.indexOf('@') < 0 && uri.indexOf('@', scheme) > 0) {
        requireOptionNames();
      }
      int at = rest.lastIndexOf('@');
      if (at >= 0) {
        userInfo(rest.substring(0, at));
        rest = rest.substring(at + 1);
      }
      int path = rest.indexOf('/');
      if (path >= 0) {
        database("connection.uri's database", rest.substring(path + 1));
        rest = rest.substring(0, path);
      }
      for (String one : rest.split(",", -1)) {
        authority(one);
      }
    }

    private void query(String query) throws ConfigException {
      for (String pair : query.split("&", -1)) {
        if (pair.isEmpty()) {
          continue;
        }
        String[] sides = pair.split("=", 2);
        String name = decoded(sides[0]);
        String value = sides.length > 1 ? decoded(sides[1]) : "true";
        if (name.equals("db") || name.equals("database")) {
          database("connection.uri's " + name, value);
        } else {
          options.put(name, value);
        }
      }
    }

    /**
     * Refuses what is no option before somebody names it: behind a question mark in a password that
     * is not percent-encoded comes the rest of the password.
     */
    private void requireOptionNames() throws ConfigException {
      if (!RedisOptions.NAMES.containsAll(options.keySet())) {
        throw Errors.config(
            correlationId,
            "connection.uri",
            "has an unknown option, and an @ behind its ?: percent-encode both in user and"
                + " password");
      }
    }

    private void userInfo(String userInfo) throws ConfigException {
      String[] sides = userInfo.split(":", 2);
      if (!sides[0].isEmpty()) {
        username = decoded(sides[0]);
      }
      if (sides.length > 1) {
        password = decoded(sides[1]);
      }
    }

    private void authority(String authority) throws ConfigException {
      int afterIpv6 = authority.indexOf(']') + 1;
      int colon = authority.indexOf(':', afterIpv6);
      String host = colon < 0 ? authority : authority.substring(0, colon);
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      }
      add(host, port("connection.uri's port", colon < 0 ? null : authority.substring(colon + 1)));
    }

    private int port(String parameter, @Nullable String value) throws ConfigException {
      return number(parameter, value, defaultPort, 1, 65_535);
    }

    void database(String parameter, @Nullable String value) throws ConfigException {
      if (value != null && !value.isBlank()) {
        database = number(parameter, value, 0, 0, Integer.MAX_VALUE);
      }
    }

    void identity(CredentialParams credential) {
      String name = credential.getUsername();
      if (name != null && !name.isEmpty()) {
        username = name;
      }
      String secret = credential.getPassword();
      if (secret != null && !secret.isEmpty()) {
        password = secret;
      }
    }

    private int number(String parameter, @Nullable String value, int defaultValue, int min, int max)
        throws ConfigException {
      if (value == null || value.isBlank()) {
        return defaultValue;
      }
      try {
        int number = Integer.parseInt(value.trim());
        if (number >= min && number <= max) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Told below, together with numbers out of range.
      }
      throw Errors.config(
          correlationId, parameter, "must be a whole number from " + min + " to " + max);
    }

    private String decoded(String text) throws ConfigException {
      try {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw Errors.config(correlationId, "connection.uri", "has a broken percent-encoding");
      }
    }
  }
}
