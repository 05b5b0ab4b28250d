package org.pipservices3.redis.connect;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
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
class SingleUseConnection extends Connection implements Link.Wire {
  /** Keeps the socket that the driver hides. */
  private static final class Sockets implements JedisSocketFactory {
    private final JedisSocketFactory factory;
    private @Nullable Socket latest; // owned by the connection's thread

    Sockets(JedisSocketFactory factory) {
      this.factory = factory;
    }

    @Override
    public Socket createSocket() {
      Socket created = factory.createSocket();
      latest = created;
      return created;
    }
  }

  private final Sockets sockets;
  private boolean established; // set once, by the opening thread

  /** Connects and authenticates. */
  static SingleUseConnection open(JedisSocketFactory sockets, JedisClientConfig config) {
    SingleUseConnection connection = new SingleUseConnection(sockets, config);
    connection.establish(config);
    return connection;
  }

  SingleUseConnection(JedisSocketFactory sockets, JedisClientConfig config) {
    this(new Sockets(sockets), config);
  }

  private SingleUseConnection(Sockets sockets, JedisClientConfig config) {
    super(Connection.builder().socketFactory(sockets).clientConfig(config));
    this.sockets = sockets;
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

  @Override
  public final void flush() {
    super.flush();
  }

  /** Does nothing over TLS, which does not tell. */
  @Override
  public final void look(long nanos, BooleanSupplier alone) {
    Socket socket = sockets.latest;
    if (nanos <= 0 || socket == null || socket instanceof SSLSocket) {
      return;
    }
    try {
      InputStream in = socket.getInputStream();
      long start = System.nanoTime();
      while (alone.getAsBoolean() && in.available() == 0 && System.nanoTime() - start < nanos) {
        Thread.onSpinWait();
      }
    } catch (IOException e) {
      throw new JedisConnectionException(e);
    }
  }

  /** Closes the socket without flushing, which could block where the peer is dead. */
  @Override
  public final void drop() {
    try {
      forceDisconnect();
    } catch (IOException e) {
      setBroken();
    }
  }
}
