package org.pipservices3.redis.connect;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** One Redis server that answers for every key. Immutable. */
final class SingleServer implements Topology {
  private final Node node;
  private final List<Node> masters;

  SingleServer(HostAndPort address, NodeFactory factory) {
    this.node = factory.create(address);
    this.masters = List.of(node);
  }

  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    try {
      node.verify();
    } catch (RuntimeException e) {
      throw Errors.cannotConnect(correlationId, name(), e);
    }
  }

  @Override
  public Node nodeOf(String key) {
    return node;
  }

  @Override
  public Collection<Node> masters() {
    return masters;
  }

  @Override
  public @Nullable Node redirect(JedisDataException answer) {
    return null;
  }

  @Override
  public boolean isPassing(JedisDataException answer) {
    return Errors.code(answer).equals("LOADING");
  }

  @Override
  public void lost(@Nullable Node lost, JedisException failure) {}

  @Override
  public long patience() {
    return 0;
  }

  @Override
  public void onChange(Runnable listener) {}

  @Override
  public String name() {
    return node.toString();
  }

  @Override
  public void close() {
    node.close();
  }
}
