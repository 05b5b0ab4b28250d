package org.pipservices3.redis.connect;

import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/**
 * How the nodes of one topology are reached. Immutable.
 *
 * @param config identity, timeouts, database and TLS of every connection
 * @param options how many connections there may be, and how long a call may take
 * @param role what a server is asked before a connection to it is used
 */
record NodeFactory(JedisClientConfig config, RedisOptions options, Role role) {

  /** How a connection finds out whether its server answers for the keys. */
  enum Role {
    /** It is the only one. */
    SOLE,
    /** It is asked for its role when the connection opens. */
    ASKED,
    /** It says so in every answer about a key, as the nodes of a cluster do. */
    TOLD
  }

  Node create(HostAndPort address) {
    return new Node(address, this);
  }
}
