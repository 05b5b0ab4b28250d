package org.pipservices3.redis.internal.topology;

import org.pipservices3.redis.internal.config.RedisOptions;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/**
 * What the nodes of one topology have in common. Immutable.
 *
 * @param config credentials, timeouts, database and TLS of every connection
 * @param options how many connections there may be, and how long a call may take
 * @param role how a new connection is checked
 */
record NodeFactory(JedisClientConfig config, RedisOptions options, Role role) {

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
    return new Node(address, this);
  }
}
