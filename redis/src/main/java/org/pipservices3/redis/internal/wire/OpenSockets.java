package org.pipservices3.redis.internal.wire;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;

/**
 * The open sockets of an owner, all of which {@link #close} closes.
 *
 * <p>A server that hangs still accepts connections: whoever opens one waits inside the driver,
 * which only the end of the socket ends. TCP keep-alive holds idle connections open in the network,
 * and finds dead ones. Safe for any number of threads.
 */
public final class OpenSockets {
  /** The system asks an idle peer after 30 s, and gives up after three times 10 s more. */
  private static final Map<String, Integer> KEEP_ALIVE =
      Map.of("TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 3);

  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** A factory of sockets to a server that are closed with all others. */
  public JedisSocketFactory to(HostAndPort address, JedisClientConfig config) {
    DefaultJedisSocketFactory factory = new DefaultJedisSocketFactory(address, config);
    return () -> {
      Socket socket = factory.createSocket();
      keepAlive(socket);
      sockets.removeIf(Socket::isClosed);
      sockets.add(socket);
      if (closed) {
        close(socket);
      }
      return socket;
    };
  }

  /** Whether all are closed for good. */
  public boolean isClosed() {
    return closed;
  }

  /** Closes all that are open and all that will be. */
  public void close() {
    closed = true;
    sockets.forEach(OpenSockets::close);
  }

  /** The driver turns keep-alive on; by default the system would begin after two hours. */
  private static void keepAlive(Socket socket) {
    for (SocketOption<?> option : socket.supportedOptions()) {
      Integer value = KEEP_ALIVE.get(option.name());
      if (value != null && option.type() == Integer.class) {
        set(socket, option, value);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static void set(Socket socket, SocketOption<?> option, Integer value) {
    try {
      socket.setOption((SocketOption<Integer>) option, value);
    } catch (IOException | UnsupportedOperationException e) {
      // The system's own times have to do.
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more, closed or not.
    }
  }
}
