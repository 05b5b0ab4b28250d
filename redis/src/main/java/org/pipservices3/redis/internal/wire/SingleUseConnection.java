package org.pipservices3.redis.internal.wire;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.config.Credentials;
import org.pipservices3.redis.internal.errors.Errors;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection that stays closed once it is closed or lost.
 *
 * <p>The driver's own would connect again by itself at the next command, but neither authenticate
 * nor select the database: a command that races with {@code close()} would leak a socket, and write
 * to database 0.
 *
 * <p>Used by one thread at a time; any may {@link #drop} it.
 */
public class SingleUseConnection extends Connection implements Wire {
  /** Remembers the socket, which the driver hides. */
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
  private Runnable onLarge = () -> {}; // owned by the connection's thread

  /** Connects and authenticates. */
  public static SingleUseConnection open(JedisSocketFactory sockets, JedisClientConfig config) {
    SingleUseConnection connection = new SingleUseConnection(sockets, config);
    connection.establish(config);
    return connection;
  }

  protected SingleUseConnection(JedisSocketFactory sockets, JedisClientConfig config) {
    this(new Sockets(sockets), config);
  }

  private SingleUseConnection(Sockets sockets, JedisClientConfig config) {
    super(Connection.builder().socketFactory(sockets).clientConfig(config));
    this.sockets = sockets;
  }

  /** Connects and authenticates, once more if the credentials were refused and have changed. */
  protected final void establish(JedisClientConfig config) {
    Credentials credentials =
        config.getCredentialsProvider() instanceof Credentials renewable ? renewable : null;
    Object used = credentials == null ? "" : credentials.current();
    try {
      initialize(config, credentials);
    } catch (JedisDataException e) {
      if (credentials == null || !Errors.isUnauthenticated(e) || !credentials.renew(used)) {
        throw e;
      }
      initialize(config, credentials);
    }
  }

  private void initialize(JedisClientConfig config, @Nullable Credentials credentials) {
    try {
      initializeFromClientConfig(config);
      if (credentials != null && credentials.mayGainPassword()) {
        ping();
      }
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
  public final boolean answers(int millis) {
    int usual = getSoTimeout();
    try {
      setSoTimeout(Math.min(millis, usual));
      try {
        executeCommand(new CommandArguments(Command.PING));
      } catch (JedisDataException e) {
        // An answer all the same.
      }
      setSoTimeout(usual);
      return true;
    } catch (JedisConnectionException e) {
      return false;
    }
  }

  @Override
  public final void onLarge(Runnable listener) {
    onLarge = listener;
  }

  /** Reads a bulk reply as the driver does, but checks its length first. */
  @Override
  protected Object protocolRead(RedisInputStream in, PushConsumerChain chain) {
    return in.peek(Protocol.DOLLAR_BYTE) ? readBulk(in) : super.protocolRead(in, chain);
  }

  /** Waits until something comes, which stays there; false if nothing does within the timeout. */
  protected static boolean hasMore(RedisInputStream in) {
    try {
      in.peek(Protocol.GREATER_THAN_BYTE);
      return true;
    } catch (JedisConnectionException e) {
      if (e.getCause() instanceof SocketTimeoutException) {
        return false;
      }
      throw e;
    }
  }

  private byte @Nullable [] readBulk(RedisInputStream in) {
    in.readByte();
    int size = in.readIntCrLf();
    if (size < 0) {
      return null;
    }
    if (size > OversizedReply.LIMIT) {
      throw new OversizedReply(size);
    }
    if (size > LARGE) {
      onLarge.run();
    }
    byte[] bytes = new byte[size];
    int buffered = size == 0 ? 0 : in.read(bytes, 0, size);
    if (buffered < size) {
      readRest(bytes, buffered);
    }
    in.readByte();
    in.readByte();
    return bytes;
  }

  /** Bypasses the driver's buffer, which is empty now and would read 8 KB at a time. */
  private void readRest(byte[] bytes, int from) {
    try {
      InputStream in = Objects.requireNonNull(sockets.latest).getInputStream();
      if (in.readNBytes(bytes, from, bytes.length - from) < bytes.length - from) {
        throw new JedisConnectionException("The server closed the connection within a reply");
      }
    } catch (IOException e) {
      throw new JedisConnectionException(e);
    }
  }

  @Override
  public final void flush() {
    super.flush();
  }

  /** Does nothing over TLS, where available bytes are not known. */
  @Override
  public final void spin(long nanos, BooleanSupplier alone) {
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
