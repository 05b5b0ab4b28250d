package org.pipservices3.redis.internal.config;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * Settings that may be given more than once: by several servers of one configuration, by a URI and
 * its options.
 *
 * <p>User, password, database, TLS and options of one server apply to all; two different values are
 * refused, since a configuration has no order by which one could win. Parsed values are compared,
 * not their text. Immutable.
 */
public record CommonSettings(@Nullable String correlationId, List<Endpoint> endpoints) {
  /** The same servers, each with the settings of all. */
  static List<Endpoint> of(@Nullable String correlationId, List<Endpoint> endpoints)
      throws ConfigException {
    return endpoints.size() < 2 ? endpoints : new CommonSettings(correlationId, endpoints).agreed();
  }

  /**
   * The configuration with what its servers say as options.
   *
   * @throws ConfigException where its own options say otherwise
   */
  public static ConfigParams extended(
      @Nullable String correlationId, ConfigParams config, List<Endpoint> agreed)
      throws ConfigException {
    Endpoint endpoint = agreed.get(0);
    RedisOptions own = RedisOptions.partOf(correlationId, config);
    RedisOptions ofUri = RedisOptions.partOf(correlationId, asConfig(endpoint.options()));
    for (String name : endpoint.options().keySet()) {
      if (config.containsKey("options." + name) && !own.isSame(ofUri, name)) {
        throw Errors.config(
            correlationId,
            "options." + name,
            "is another than in connection.uri: remove one, or make them agree");
      }
    }
    return endpoint.extend(config);
  }

  private List<Endpoint> agreed() throws ConfigException {
    String username = one("users", Endpoint::username);
    String password = one("passwords", Endpoint::password);
    Integer database = one("databases", Endpoint::database);
    Boolean tls = one("protocols: redis and rediss", Endpoint::tls);
    Map<String, String> options = new TreeMap<>();
    for (Endpoint each : endpoints) {
      each.options().forEach(options::putIfAbsent);
      requireSame(options, each);
    }
    return endpoints.stream()
        .map(each -> new Endpoint(each.address(), username, password, database, tls, options))
        .toList();
  }

  private void requireSame(Map<String, String> options, Endpoint endpoint) throws ConfigException {
    RedisOptions ofOne = RedisOptions.partOf(correlationId, asConfig(endpoint.options()));
    RedisOptions ofOthers = RedisOptions.partOf(correlationId, asConfig(options));
    for (String name : endpoint.options().keySet()) {
      if (!ofOne.isSame(ofOthers, name)) {
        throw different("values of option " + name);
      }
    }
  }

  private static ConfigParams asConfig(Map<String, String> options) {
    ConfigParams config = new ConfigParams();
    options.forEach((name, value) -> config.put("options." + name, value));
    return config;
  }

  private <T> @Nullable T one(String what, Function<Endpoint, @Nullable T> property)
      throws ConfigException {
    Set<T> values =
        endpoints.stream().map(property).filter(Objects::nonNull).collect(Collectors.toSet());
    if (values.size() > 1) {
      throw different(what);
    }
    return values.isEmpty() ? null : values.iterator().next();
  }

  private ConfigException different(String what) {
    return Errors.config(
        correlationId,
        "connections",
        "name different " + what + "; all servers must have the same");
  }
}
