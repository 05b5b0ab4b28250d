package org.pipservices3.redis.internal.topology;

import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.wire.ConnectionName;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/** Nodes for tests of what is below the components; they connect when they are used. */
public final class Nodes {
  private Nodes() {}

  /** The only server, at a port of this machine. */
  public static Node sole(int port, Object... options) {
    return factory(NodeFactory.Role.SOLE, options).create(new HostAndPort("localhost", port));
  }

  /** Options as names and values. */
  public static RedisOptions options(Object... tuples) {
    try {
      return RedisOptions.fromConfig(null, ConfigParams.fromTuples(tuples));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static NodeFactory factory(NodeFactory.Role role, Object... tuples) {
    RedisOptions options = options(tuples);
    JedisClientConfig config =
        DefaultJedisClientConfig.builder()
            .serverDefaultProtocol()
            .connectionTimeoutMillis(options.connectTimeout())
            .socketTimeoutMillis(options.commandTimeout())
            .build();
    return new NodeFactory(
        config, options, role, new ConnectionName("test"), new ServerLog(new CompositeLogger()));
  }
}
