package org.pipservices3.redis.internal.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import redis.clients.jedis.HostAndPort;

/**
 * One server of the configuration: address, identity, database and the options of its URI.
 *
 * <p>A URI has the form {@code redis[s]://[user[:password]@]host[:port][/database][?option=value]};
 * several servers, separated by commas, may replace one: see {@link EndpointParser}. Credentials of
 * the configuration override those of the URI; all other settings of a URI must not differ from the
 * configuration's.
 *
 * @param tls whether it is reached over TLS; null where no protocol says so
 * @param options those of the URI that have a value; its database is one, {@code db_num}
 */
public record Endpoint(
    HostAndPort address,
    @Nullable String username,
    @Nullable String password,
    @Nullable Integer database,
    @Nullable Boolean tls,
    Map<String, String> options) {

  static final int REDIS_PORT = 6379;

  /** Shows the address, never user or password. */
  @Override
  public String toString() {
    return address.toString();
  }

  /**
   * The configuration with the options of the URI added where it has none of its own, with TLS if
   * anything asks for it, and with the database, which wins over {@code options.db_num}.
   */
  public ConfigParams extend(ConfigParams config) {
    ConfigParams extended = new ConfigParams(config);
    options.forEach((name, value) -> extended.putIfAbsent("options." + name, value));
    if (Boolean.TRUE.equals(tls)) {
      extended.put("options.ssl", "true");
    }
    if (database != null) {
      extended.put("options.db_num", database.toString());
    }
    return extended;
  }
}
