package org.pipservices3.redis.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.fixture.Ports;

/** What a node does with connections of others when it is distrusted; no server is asked. */
class NodeTest {
  private final Node node = Nodes.sole(Ports.free());

  private static final class Recorded implements Node.Dependent {
    private final AtomicInteger shutDowns = new AtomicInteger();
    private volatile boolean lost;

    @Override
    public boolean isLost() {
      return lost;
    }

    @Override
    public void shutDown() {
      shutDowns.incrementAndGet();
    }
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void distrust_endsOpenDependents() {
    Recorded first = node.open((sockets, config) -> new Recorded());
    Recorded second = node.open((sockets, config) -> new Recorded());

    node.distrust();

    assertThat(first.shutDowns).hasValue(1);
    assertThat(second.shutDowns).hasValue(1);
  }

  @Test
  void distrust_againAtOnce_doesNothing() {
    Recorded dependent = node.open((sockets, config) -> new Recorded());
    node.distrust();
    node.distrust();
    assertThat(dependent.shutDowns).hasValue(1);
  }

  @Test
  void distrust_lostOnes_areForgotten() {
    Recorded lost = node.open((sockets, config) -> new Recorded());
    lost.lost = true;
    node.open((sockets, config) -> new Recorded());

    node.distrust();

    assertThat(lost.shutDowns).hasValue(0);
  }

  /** A tracking connection stayed at the old master if it opened just before the failover. */
  @Test
  void open_distrustedMeanwhile_isEnded() {
    Recorded opened =
        node.open(
            (sockets, config) -> {
              node.distrust();
              return new Recorded();
            });
    assertThat(opened.shutDowns).hasValue(1);
  }

  @Test
  void open_speaksResp3() {
    node.open(
        (sockets, config) -> {
          assertThat(config.getRedisProtocol()).isEqualTo(redis.clients.jedis.RedisProtocol.RESP3);
          return new Recorded();
        });
  }
}
