package org.pipservices3.redis.internal.topology;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.errors.TemporaryErrors;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One Redis server that answers for every key, or one address behind which others manage failovers.
 *
 * <p>After such a failover the connections to the old master may stay open, which lives on as a
 * replica: it refuses writes, or loads its data, and would do so for ever, while a new connection
 * leads to the new master. So all connections are invalidated then, also those of key tracking, and
 * the command is retried over new ones: for {@value #SWITCH_MILLIS} ms, since it takes a moment
 * until the address leads elsewhere. A server that simply is a replica answers so after that time.
 *
 * <p>Safe for any number of threads; it has no thread of its own.
 */
final class SingleServer implements Topology {
  private static final int SWITCH_MILLIS = 1_000;
  private static final int PAUSE = 100;
  private static final Set<String> NO_MASTER = Set.of("READONLY", "NOREPLICAS");

  private final int failoverTimeout;
  private final long overloadTimeout;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Node node;
  private final List<Node> masters;

  SingleServer(HostAndPort address, NodeFactory factory) {
    RedisOptions options = factory.options();
    this.failoverTimeout = options.failoverTimeout();
    this.overloadTimeout = (long) options.retries() * options.commandTimeout();
    this.node = factory.create(address);
    this.masters = List.of(node);
  }

  /** Waits for a server that says "not now" as long as a command would. */
  @Override
  public void open(@Nullable String correlationId) throws ApplicationException {
    long start = System.nanoTime();
    while (true) {
      try {
        node.verify();
        return;
      } catch (RuntimeException e) {
        JedisDataException answer = TemporaryErrors.answerIn(e);
        boolean later = answer != null && TemporaryErrors.includes(answer);
        long longest =
            later && TemporaryErrors.isOverload(answer) ? overloadTimeout : failoverTimeout;
        boolean late = System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(longest);
        if (late || !later || !pause()) {
          throw Errors.cannotConnect(correlationId, name(), e);
        }
      }
    }
  }

  private boolean pause() {
    try {
      return !closed.await(PAUSE, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
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
  public @Nullable Node redirect(Node from, JedisDataException answer) {
    return null;
  }

  @Override
  public boolean isPassing(JedisDataException answer) {
    return NO_MASTER.contains(Errors.code(answer));
  }

  @Override
  public void lost(@Nullable Node lost, JedisException failure) {
    if (failure instanceof JedisDataException answer
        && (isPassing(answer) || TemporaryErrors.includes(answer))) {
      node.distrust();
    }
  }

  @Override
  public long patience(JedisException failure) {
    if (!(failure instanceof JedisDataException answer) || TemporaryErrors.isOverload(answer)) {
      return 0;
    }
    return isPassing(answer) ? SWITCH_MILLIS : failoverTimeout;
  }

  @Override
  public void onChange(Runnable listener) {}

  @Override
  public String name() {
    return node.toString();
  }

  @Override
  public void close() {
    closed.countDown();
    node.close();
  }
}
