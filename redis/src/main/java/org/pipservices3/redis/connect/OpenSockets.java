package org.pipservices3.redis.connect;

import java.io.IOException;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;

/**
 * The sockets that are open, so that {@link #close} ends whatever anybody does with them.
 *
 * <p>A server that hangs lets connections open and then says nothing: whoever opens one waits
 * inside the driver, where only the end of the socket reaches him. Safe for any number of threads.
 */
final class OpenSockets {
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** A factory of sockets to a server that are closed with all others. */
  JedisSocketFactory to(HostAndPort address, JedisClientConfig config) {
    DefaultJedisSocketFactory factory = new DefaultJedisSocketFactory(address, config);
    return () -> {
      Socket socket = factory.createSocket();
      sockets.removeIf(Socket::isClosed);
      sockets.add(socket);
      if (closed) {
        close(socket);
      }
      return socket;
    };
  }

  /** Closes all that are open and all that will be. */
  void close() {
    closed = true;
    sockets.forEach(OpenSockets::close);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more, closed or not.
    }
  }
}
