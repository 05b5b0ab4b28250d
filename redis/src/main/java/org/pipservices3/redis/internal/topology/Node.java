package org.pipservices3.redis.internal.topology;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.pipeline.BatchBounds;
import org.pipservices3.redis.internal.pipeline.Call;
import org.pipservices3.redis.internal.pipeline.Combiner;
import org.pipservices3.redis.internal.pipeline.ConfirmedCalls;
import org.pipservices3.redis.internal.pipeline.ConnectionValidity;
import org.pipservices3.redis.internal.pipeline.LatencyPolicy;
import org.pipservices3.redis.internal.pipeline.ReplySizes;
import org.pipservices3.redis.internal.wire.ConnectionName;
import org.pipservices3.redis.internal.wire.OpenSockets;
import org.pipservices3.redis.internal.wire.SingleUseConnection;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One Redis server and all connections to it.
 *
 * <p>Commands share few connections through a {@link Combiner}. Those that block their connection
 * ({@code WAIT}) share others ({@link ConfirmedCalls}), so that they hold up only each other; and
 * so do those that are known to carry large values, with a connection each as long as there are
 * some. All are subject to one {@link ConnectionValidity}. A new connection gets a first reply
 * before it is used: so a refusal (no room, no password) is no answer to a command, which certainly
 * did not run.
 *
 * <p>Safe for any number of threads. Compared by identity: another node may have the same address.
 */
public final class Node {

  /** A connection of its own to this server, which others read and write. */
  public interface Dependent {
    boolean isLost();

    void shutDown();
  }

  private static final int ASK_TIMEOUT_MILLIS = 500;
  private static final long DISTRUST_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

  /** How many kinds of confirmed calls have a connection each. */
  private static final int BLOCKED_AT_ONCE = 16;

  private final HostAndPort address;
  private final NodeFactory factory;
  private final JedisSocketFactory sockets;
  private final OpenSockets open = new OpenSockets();
  private final ServerLog.Server log;
  private final ConnectionValidity validity = new ConnectionValidity(this::noteLoss);
  private final Set<Dependent> dependents = ConcurrentHashMap.newKeySet();
  private final AtomicLong distrusted = new AtomicLong(System.nanoTime() - DISTRUST_PAUSE);
  private final Combiner commands;
  private final Combiner blocking;
  private final Combiner large;
  private final ReplySizes sizes = new ReplySizes();
  private final ConfirmedCalls confirmed;

  Node(HostAndPort address, NodeFactory factory, ServerLog.Server log) {
    this.address = address;
    this.factory = factory;
    this.log = log;
    this.sockets = open.to(address, factory.config());
    int connections = factory.options().maxConnections();
    int blocked = Math.max(connections, BLOCKED_AT_ONCE);
    this.commands = combiner(connections, Combiner.FEW, sizes);
    this.blocking = combiner(blocked, /* few= */ Integer.MAX_VALUE, sizes);
    this.large = combiner(connections, /* few= */ Integer.MAX_VALUE, sizes.forLarge());
    this.confirmed = new ConfirmedCalls(blocking);
  }

  HostAndPort address() {
    return address;
  }

  /**
   * Runs a call and returns its result.
   *
   * @throws JedisException Redis's error, or why there is no reply
   */
  public @Nullable Object execute(Call call) {
    return (sizes.isLarge(call) ? large : commands).execute(call);
  }

  /** Whether a command reads what is known to be too large to be read. */
  public boolean isTooLarge(CommandArguments command) {
    return sizes.isTooLarge(command);
  }

  /** New bounds of the batches that one thread makes of many commands. */
  public BatchBounds batchBounds() {
    return new BatchBounds(sizes);
  }

  /**
   * Runs a call whose writes replicas are to confirm; see {@link ConfirmedCalls}.
   *
   * @throws JedisException why there is no reply
   */
  public @Nullable Object[] executeConfirmed(Call call, CommandArguments confirmation) {
    return confirmed.execute(call, confirmation);
  }

  /**
   * Asks something on a connection of its own, with a timeout of {@value #ASK_TIMEOUT_MILLIS} ms.
   *
   * @throws JedisException Redis's error, or why there is no reply
   */
  public @Nullable Object ask(CommandArguments question) {
    JedisClientConfig brief =
        DefaultJedisClientConfig.builder()
            .from(factory.config())
            .connectionTimeoutMillis(
                Math.min(ASK_TIMEOUT_MILLIS, factory.config().getConnectionTimeoutMillis()))
            .socketTimeoutMillis(
                Math.min(ASK_TIMEOUT_MILLIS, factory.config().getSocketTimeoutMillis()))
            .build();
    SingleUseConnection connection = SingleUseConnection.open(open.to(address, brief), brief);
    try {
      admit(connection);
      return connection.executeCommand(question);
    } finally {
      connection.drop();
    }
  }

  /** Opens a connection, authenticates and measures how far the server is. */
  void verify() {
    commands.verify();
  }

  /**
   * Invalidates every connection, closes those whose replies nobody waits for any more, and ends
   * the {@link Dependent dependents}. Does nothing if that was done a moment ago, as for many
   * callers with the same failure.
   */
  public void distrust() {
    long now = System.nanoTime();
    long last = distrusted.get();
    if (now - last >= DISTRUST_PAUSE && distrusted.compareAndSet(last, now)) {
      validity.distrust();
      commands.dropAbandoned();
      blocking.dropAbandoned();
      large.dropAbandoned();
      dependents.forEach(Dependent::shutDown);
    }
  }

  /** Opens a RESP3 connection for one user, subject to the same {@link ConnectionValidity}. */
  public <T extends Dependent> T open(BiFunction<JedisSocketFactory, JedisClientConfig, T> opener) {
    int epoch = validity.epoch();
    JedisClientConfig resp3 =
        DefaultJedisClientConfig.builder().from(factory.config()).resp3().build();
    T opened = opener.apply(sockets, resp3);
    dependents.removeIf(Dependent::isLost);
    dependents.add(opened);
    if (epoch != validity.epoch()) {
      opened.shutDown();
    }
    return opened;
  }

  /** Whether it is a node of a cluster, which may stop answering for keys and live on. */
  public boolean isOfCluster() {
    return factory.role() == NodeFactory.Role.CLUSTER;
  }

  /** Tells that other servers have taken its place, if it was lost. */
  void retire() {
    log.replaced(address);
    close();
  }

  /** Closes every connection; waiting callers get an error at once. Idempotent. */
  void close() {
    commands.close();
    blocking.close();
    large.close();
    open.close();
  }

  @Override
  public String toString() {
    return address.toString();
  }

  private Combiner combiner(int connections, int few, ReplySizes expected) {
    RedisOptions options = factory.options();
    return new Combiner(
        this::connect,
        validity,
        connections,
        (long) options.connectTimeout() + options.commandTimeout(),
        new LatencyPolicy(connections, few),
        expected);
  }

  private SingleUseConnection connect() {
    try {
      return admittedOnceUnnamed();
    } catch (JedisException e) {
      if (!open.isClosed()) {
        log.failed(address, e);
      }
      throw e;
    }
  }

  private SingleUseConnection admittedOnceUnnamed() {
    try {
      return admitted();
    } catch (ConnectionName.Refused e) {
      return admitted();
    }
  }

  private SingleUseConnection admitted() {
    SingleUseConnection connection = SingleUseConnection.open(sockets, factory.config());
    try {
      admit(connection);
      return connection;
    } catch (RuntimeException e) {
      connection.drop();
      throw e;
    }
  }

  /** Names a new connection and gets its first reply; throws if the server is a replica by now. */
  public void admit(Connection connection) {
    factory.admit(address, connection);
    log.reached(address);
  }

  private void noteLoss() {
    if (!open.isClosed()) {
      log.lost();
    }
  }
}
