package org.pipservices3.redis.internal.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.wire.OpenSockets;
import org.pipservices3.redis.internal.wire.SingleUseConnection;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The sentinels that know where the master is.
 *
 * <p>They may disagree for a while: one that is cut off from the others still names the old master.
 * Each names the epoch of the configuration that it knows; the highest is right. See <a
 * href="https://redis.io/docs/latest/develop/reference/sentinel-clients/">Guidelines for Sentinel
 * clients</a>.
 *
 * <p>Safe for any number of threads. Opens a connection for every question, and closes it.
 */
final class Sentinels {
  /** How long a sentinel may take to connect and to answer, in milliseconds. */
  static final int PATIENCE = 1_000;

  /** The master, null if none of that name is known, and whether most of the sentinels answered. */
  record View(@Nullable HostAndPort master, long epoch, boolean majority) {}

  private final List<HostAndPort> addresses;
  private final String masterName;
  private final JedisClientConfig config;
  private final OpenSockets sockets = new OpenSockets();

  Sentinels(List<HostAndPort> addresses, String masterName, JedisClientConfig config) {
    this.addresses = List.copyOf(addresses);
    this.masterName = masterName;
    this.config = config;
  }

  List<HostAndPort> addresses() {
    return addresses;
  }

  String masterName() {
    return masterName;
  }

  /** Asks all of them; throws if none answers. */
  View askAll() {
    View latest = null;
    JedisException failure = new JedisConnectionException("There are no sentinels");
    int heard = 0;
    for (HostAndPort sentinel : addresses) {
      try {
        View view = ask(sentinel);
        heard++;
        if (latest == null || view.epoch > latest.epoch) {
          latest = view;
        }
      } catch (JedisException e) {
        failure = e;
      }
    }
    if (latest == null) {
      throw failure;
    }
    return new View(latest.master, latest.epoch, heard > addresses.size() / 2);
  }

  View ask(HostAndPort sentinel) {
    SingleUseConnection connection = SingleUseConnection.open(sockets.to(sentinel, config), config);
    try {
      long epoch = epoch(connection);
      Object address = connection.executeCommand(command("GET-MASTER-ADDR-BY-NAME"));
      HostAndPort master =
          address instanceof List<?> parts && parts.size() >= 2
              ? new HostAndPort(text(parts.get(0)), Integer.parseInt(text(parts.get(1))))
              : null;
      return new View(master, master == null ? -1 : epoch, /* majority= */ false);
    } finally {
      connection.drop();
    }
  }

  SentinelSubscription subscribe(HostAndPort sentinel) {
    return new SentinelSubscription(sockets.to(sentinel, config), config);
  }

  void close() {
    sockets.close();
  }

  @Override
  public String toString() {
    return String.join(", ", addresses.stream().map(HostAndPort::toString).toList());
  }

  private long epoch(SingleUseConnection connection) {
    try {
      if (connection.executeCommand(command("MASTER")) instanceof List<?> fields) {
        int name = fields.stream().map(Sentinels::text).toList().indexOf("config-epoch");
        return name < 0 ? 0 : Long.parseLong(text(fields.get(name + 1)));
      }
    } catch (JedisDataException e) {
      // It does not know the name, or must not say it: its answer to the other question counts.
    }
    return 0;
  }

  private CommandArguments command(String verb) {
    return new CommandArguments(Command.SENTINEL).add(verb).add(masterName.getBytes(UTF_8));
  }

  private static String text(@Nullable Object bytes) {
    return bytes instanceof byte[] raw ? new String(raw, UTF_8) : String.valueOf(bytes);
  }
}
