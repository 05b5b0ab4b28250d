package org.pipservices3.redis.internal.topology;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.wire.ConnectionName;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** A topology whose real nodes a test chooses, and which records what it is told. */
public final class FakeTopology implements Topology {
  public static final String NAME = "the fake servers";

  /** A server that was reported as lost, and why. */
  public record Loss(@Nullable Node node, JedisException failure) {}

  public final List<Loss> losses = new CopyOnWriteArrayList<>();

  /** Where all redirects lead; null if none is known. */
  public volatile @Nullable Node redirectsTo;

  /** For how long all failures are retried at least, in milliseconds. */
  public volatile long patience;

  /** Which server answers for a key; by default what {@link #with} says. */
  public volatile Function<String, Node> nodeOf = this::owner;

  private final Set<Node> nodes = ConcurrentHashMap.newKeySet();
  private final Map<String, Node> owners = new ConcurrentHashMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Set<Node> masters = Set.of();

  /** Why there is no server for a key. */
  public static JedisConnectionException unknown() {
    return new JedisConnectionException("no server is known");
  }

  /** A server at a port of this machine; is not connected to. */
  public static Node node(int port) {
    try {
      RedisOptions options = RedisOptions.fromConfig(null, new ConfigParams());
      return new NodeFactory(
              DefaultJedisClientConfig.builder().build(),
              options,
              NodeFactory.Role.SOLE,
              new ConnectionName("test"),
              new ServerLog(new CompositeLogger()))
          .create(new HostAndPort("localhost", port));
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has a node answer for a key. */
  public FakeTopology with(String key, Node owner) {
    nodes.add(owner);
    owners.put(key, owner);
    masters = Set.copyOf(owners.values());
    return this;
  }

  /** Tells the listeners that other servers answer. */
  public void change() {
    listeners.forEach(Runnable::run);
  }

  @Override
  public void open(@Nullable String correlationId) {}

  @Override
  public Node nodeOf(String key) {
    return nodeOf.apply(key);
  }

  private Node owner(String key) {
    Node owner = owners.get(key);
    if (owner == null) {
      throw unknown();
    }
    return owner;
  }

  @Override
  public Collection<Node> masters() {
    return masters;
  }

  @Override
  public @Nullable Node redirect(Node from, JedisDataException answer) {
    return answer instanceof JedisRedirectionException ? redirectsTo : null;
  }

  @Override
  public boolean isPassing(JedisDataException answer) {
    return Errors.code(answer).equals("TRYAGAIN");
  }

  @Override
  public void lost(@Nullable Node node, JedisException failure) {
    losses.add(new Loss(node, failure));
  }

  @Override
  public long patience(JedisException failure) {
    return patience;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
  }
}
