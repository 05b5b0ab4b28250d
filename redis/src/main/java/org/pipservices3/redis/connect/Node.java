package org.pipservices3.redis.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One Redis server and all connections to it.
 *
 * <p>Commands share few connections through a {@link Combiner}. Those that make the server block
 * their connection ({@code WAIT}) share others, so that they hold up only each other.
 *
 * <p>Safe for any number of threads. Compared by identity: another node may have the same address.
 */
final class Node {
  private static final int IMPATIENCE = 500;

  private final HostAndPort address;
  private final NodeFactory factory;
  private final JedisSocketFactory sockets;
  private final OpenSockets open = new OpenSockets();
  private final Combiner commands;
  private final Combiner blocking;

  Node(HostAndPort address, NodeFactory factory) {
    this.address = address;
    this.factory = factory;
    this.sockets = open.to(address, factory.config());
    this.commands = combiner();
    this.blocking = combiner();
  }

  HostAndPort address() {
    return address;
  }

  /**
   * Runs a call and returns its result.
   *
   * @throws JedisException Redis's error, or why there is no reply
   */
  @Nullable Object execute(Call call) {
    return commands.execute(call);
  }

  /** Like {@link #execute}, for calls that make the server block their connection. */
  @Nullable Object executeBlocking(Call call) {
    return blocking.execute(call);
  }

  /**
   * Asks something on a connection of its own, and does not wait long.
   *
   * @throws JedisException Redis's error, or why there is no reply
   */
  @Nullable Object ask(CommandArguments question) {
    JedisClientConfig impatient =
        DefaultJedisClientConfig.builder()
            .from(factory.config())
            .connectionTimeoutMillis(
                Math.min(IMPATIENCE, factory.config().getConnectionTimeoutMillis()))
            .socketTimeoutMillis(Math.min(IMPATIENCE, factory.config().getSocketTimeoutMillis()))
            .build();
    SingleUseConnection connection =
        SingleUseConnection.open(open.to(address, impatient), impatient);
    try {
      return connection.executeCommand(question);
    } finally {
      connection.drop();
    }
  }

  /** Opens a connection, authenticates and measures how far the server is. */
  void verify() {
    commands.verify();
  }

  /** Has every connection opened anew before it is used again, unless the server is merely slow. */
  void distrustAfter(JedisException failure) {
    if (failure instanceof JedisConnectionException && !Errors.isTimeout(failure)) {
      distrust();
    }
  }

  /** Has every connection opened anew before it is used again. */
  void distrust() {
    commands.distrustConnections();
    blocking.distrustConnections();
  }

  /** Opens a connection that tells of changes. */
  TrackingLink track(TrackingSocket.Reports reports) {
    JedisClientConfig resp3 =
        DefaultJedisClientConfig.builder().from(factory.config()).resp3().build();
    Pace pace = TrackingLink.pace();
    TrackingSocket socket =
        new TrackingSocket(
            sockets,
            resp3,
            connection -> {
              admit(connection);
              pace.probe(connection::ping);
            },
            reports);
    return new TrackingLink(socket, pace, factory.role() == NodeFactory.Role.TOLD);
  }

  /** Closes every connection; whoever waits for one gets an error at once. Idempotent. */
  void close() {
    commands.close();
    blocking.close();
    open.close();
  }

  @Override
  public String toString() {
    return address.toString();
  }

  private Combiner combiner() {
    RedisOptions options = factory.options();
    return new Combiner(
        this::connect,
        options.maxConnections(),
        (long) options.connectTimeout() + options.commandTimeout());
  }

  private SingleUseConnection connect() {
    SingleUseConnection connection = SingleUseConnection.open(sockets, factory.config());
    try {
      admit(connection);
      return connection;
    } catch (RuntimeException e) {
      connection.drop();
      throw e;
    }
  }

  /** Refuses a server that is a replica by now. */
  private void admit(Connection connection) {
    if (factory.role() == NodeFactory.Role.ASKED
        && !isMaster(connection.executeCommand(new CommandArguments(Command.ROLE)))) {
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
