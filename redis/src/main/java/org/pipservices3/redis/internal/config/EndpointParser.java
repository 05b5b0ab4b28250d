package org.pipservices3.redis.internal.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.connect.ConnectionParams;
import org.pipservices3.redis.internal.errors.Errors;
import redis.clients.jedis.HostAndPort;

/**
 * Parses one entry of the configuration into the servers that it names.
 *
 * <p>URIs are parsed here and not by {@link java.net.URI}, which has no host for names with an
 * underscore, as container networks give them.
 *
 * <p>Belongs to one thread.
 */
final class EndpointParser {
  private static final Set<String> DATABASE = Set.of("db", "database", "db_num");
  private static final Pattern ZONE = Pattern.compile("^\\[.*%(?!25)");

  private final @Nullable String correlationId;
  private final ConnectionValues values;
  private final Map<String, String> options = new TreeMap<>();
  private final List<HostAndPort> addresses = new ArrayList<>();
  private final int defaultPort;
  private @Nullable String username;
  private @Nullable String password;
  private @Nullable Integer database;
  private String databaseParameter = "";
  private @Nullable Boolean tls;

  EndpointParser(@Nullable String correlationId, int defaultPort) {
    this.correlationId = correlationId;
    this.values = new ConnectionValues(correlationId);
    this.defaultPort = defaultPort;
  }

  /** Refuses a user without a password, whom Redis would log in as another: {@code default}. */
  List<Endpoint> parse(ConnectionParams connection, CredentialParams credential)
      throws ConfigException {
    List<Endpoint> parsed = parsePart(connection, credential);
    if (username != null && password == null) {
      throw Errors.config(
          correlationId,
          credential.getUsername() == null ? "connection.uri" : "credential.username",
          "names a user without a password: give credential.password (or, for a user that needs"
              + " none, redis://user:@host)");
    }
    return parsed;
  }

  /** Like {@link #parse} where others may have the password of its user. */
  List<Endpoint> parsePart(ConnectionParams connection, CredentialParams credential)
      throws ConfigException {
    tls = values.isTls("connection.protocol", connection.getAsNullableString("protocol"));
    String port = connection.getAsNullableString("port");
    String uri = connection.getUri();
    if (uri != null && !uri.isBlank()) {
      uri(uri.trim());
      requireSame(connection.getHost(), port);
    } else {
      add(connection.getHost(), port("connection.port", port));
    }
    database("connection.database", connection.getAsNullableString("database"));
    username = Credentials.given(credential.getUsername(), username);
    password = Credentials.given(credential.getPassword(), password);
    return addresses.stream()
        .map(address -> new Endpoint(address, username, password, database, tls, options))
        .toList();
  }

  private void add(@Nullable String host, int port) throws ConfigException {
    if (host == null || host.isBlank()) {
      throw Errors.config(correlationId, "connection.host", "is missing");
    }
    addresses.add(new HostAndPort(ConnectionValues.withoutBrackets(host.trim()), port));
  }

  /** Refuses what names another server than the URI beside it. */
  private void requireSame(@Nullable String host, @Nullable String port) throws ConfigException {
    for (HostAndPort address : addresses) {
      if (host != null
          && !host.isBlank()
          && !ConnectionValues.withoutBrackets(host.trim()).equalsIgnoreCase(address.getHost())) {
        throw contradicts("connection.host", "host");
      }
      if (port != null && !port.isBlank() && port("connection.port", port) != address.getPort()) {
        throw contradicts("connection.port", "port");
      }
    }
  }

  private ConfigException contradicts(String parameter, String what) {
    return Errors.config(
        correlationId,
        parameter,
        "is another " + what + " than that of connection.uri: remove one, or make them agree");
  }

  /** Parses a URI, whose scheme must agree with a protocol that was given before. */
  private void uri(String uri) throws ConfigException {
    int scheme = uri.indexOf("://");
    if (scheme <= 0) {
      throw Errors.config(correlationId, "connection.uri", "must start with redis:// or rediss://");
    }
    boolean secured =
        Boolean.TRUE.equals(values.isTls("connection.uri's scheme", uri.substring(0, scheme)));
    if (tls != null && tls != secured) {
      String other =
          tls
              ? "is rediss, but connection.uri begins with redis"
              : "is redis, but connection.uri begins with rediss";
      throw Errors.config(correlationId, "connection.protocol", other + "://: make them agree");
    }
    tls = secured;
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
      databaseInUri("connection.uri's database", rest.substring(path + 1));
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
      String name = values.decoded(sides[0]);
      String value = sides.length > 1 ? values.decoded(sides[1]) : "true";
      if (DATABASE.contains(name)) {
        databaseInUri("connection.uri's " + name, value);
      } else {
        option(name, value);
      }
    }
  }

  private void option(String name, String value) throws ConfigException {
    if (value.isEmpty() && RedisOptions.NAMES.contains(name)) {
      return;
    }
    String before = options.put(name, value);
    if (before != null && !before.equals(value) && RedisOptions.NAMES.contains(name)) {
      throw Errors.config(
          correlationId, "connection.uri", "gives " + name + " twice, differently: give it once");
    }
  }

  private void databaseInUri(String parameter, String value) throws ConfigException {
    database(parameter, value);
    if (database != null) {
      options.put("db_num", database.toString());
    }
  }

  /**
   * Refuses what is no option before an error names it: after a question mark in a password that is
   * not percent-encoded, it is the rest of the password.
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
    if (userInfo.indexOf(',') >= 0) {
      throw Errors.config(
          correlationId,
          "connection.uri",
          "has a comma before its last @: several servers have one user, given once, as in"
              + " redis://user:password@host1,host2; write a comma in a password as %2C");
    }
    String[] sides = userInfo.split(":", 2);
    if (!sides[0].isEmpty()) {
      username = values.decoded(sides[0]);
    }
    if (sides.length > 1) {
      password = values.decoded(sides[1]);
    }
  }

  private void authority(String authority) throws ConfigException {
    int afterIpv6 = authority.indexOf(']') + 1;
    int colon = authority.indexOf(':', afterIpv6);
    String host = colon < 0 ? authority : authority.substring(0, colon);
    if (ZONE.matcher(host).find()) {
      throw Errors.config(
          correlationId,
          "connection.uri",
          "has a zone whose % is not percent-encoded: write [::1%25zone]");
    }
    if (afterIpv6 > 0) {
      host = values.decoded(host);
    }
    add(host, port("connection.uri's port", colon < 0 ? null : authority.substring(colon + 1)));
  }

  private int port(String parameter, @Nullable String value) throws ConfigException {
    return value == null || value.isBlank()
        ? defaultPort
        : (int) OptionReader.number(correlationId, parameter, value, 1, 65_535);
  }

  private void database(String parameter, @Nullable String value) throws ConfigException {
    if (value == null || value.isBlank()) {
      return;
    }
    int number = (int) OptionReader.number(correlationId, parameter, value, 0, Integer.MAX_VALUE);
    if (database != null && database != number) {
      throw Errors.config(
          correlationId,
          parameter,
          "is another than " + databaseParameter + ": remove one, or make them agree");
    }
    database = number;
    databaseParameter = parameter;
  }
}
