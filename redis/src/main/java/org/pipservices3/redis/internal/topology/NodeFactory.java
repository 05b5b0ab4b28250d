package org.pipservices3.redis.internal.topology;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.wire.ConnectionName;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * What the nodes of one topology have in common. Immutable.
 *
 * @param config credentials, timeouts, database and TLS of every connection
 * @param options how many connections there may be, and how long a call may take
 * @param role how a new connection is checked
 * @param name the name of every connection
 * @param log tells when a server is lost and when it is back
 */
record NodeFactory(
    JedisClientConfig config, RedisOptions options, Role role, ConnectionName name, ServerLog log) {

  /** How a connection finds out whether its server answers for the keys. */
  enum Role {
    /** It is the only one. */
    SOLE,
    /** Each new connection asks it for its role. */
    ASKED,
    /** It redirects, as the nodes of a cluster do. */
    CLUSTER
  }

  Node create(HostAndPort address) {
    return new Node(address, this, role == Role.ASKED ? log.master() : log.server());
  }

  /** Names a new connection and gets its first reply; throws if the server is a replica by now. */
  void admit(HostAndPort address, Connection connection) {
    Command question = role == Role.ASKED ? Command.ROLE : Command.PING;
    Object reply = name.introduce(connection, new CommandArguments(question));
    if (role == Role.ASKED && !isMaster(reply)) {
      throw new JedisConnectionException(address + " is no longer the master");
    }
  }

  private static boolean isMaster(@Nullable Object role) {
    return role instanceof List<?> parts
        && !parts.isEmpty()
        && parts.get(0) instanceof byte[] name
        && new String(name, US_ASCII).equals("master");
  }
}
