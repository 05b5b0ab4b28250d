package org.pipservices3.redis.connect;

import java.io.IOException;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * A connection that stays closed once it is closed or lost.
 *
 * <p>The driver's own would connect again by itself at the next command, but neither authenticate
 * nor select the database: a command that races with {@code close()} would leak a socket, and write
 * to database 0.
 *
 * <p>Used by one thread at a time; any may {@link #drop} it.
 */
class SingleUseConnection extends Connection {
  private boolean established; // set once, by the opening thread

  /** Connects and authenticates. */
  static SingleUseConnection open(JedisSocketFactory sockets, JedisClientConfig config) {
    SingleUseConnection connection = new SingleUseConnection(sockets, config);
    connection.establish(config);
    return connection;
  }

  SingleUseConnection(JedisSocketFactory sockets, JedisClientConfig config) {
    super(Connection.builder().socketFactory(sockets).clientConfig(config));
  }

  final void establish(JedisClientConfig config) {
    try {
      initializeFromClientConfig(config);
      established = true;
    } catch (RuntimeException e) {
      drop();
      throw e;
    }
  }

  @Override
  public void connect() {
    if (!established) {
      super.connect();
    } else if (!isConnected()) {
      throw new JedisConnectionException("The connection was closed");
    }
  }

  /** Closes the socket without flushing, which could block where the peer is dead. */
  final void drop() {
    try {
      forceDisconnect();
    } catch (IOException e) {
      setBroken();
    }
  }
}
