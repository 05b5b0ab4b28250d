package org.pipservices3.redis.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.fixture.Ports;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** What one server's failures mean; none is asked. */
class SingleServerTest {
  private final SingleServer topology =
      new SingleServer(
          new HostAndPort("localhost", Ports.free()),
          Nodes.factory(NodeFactory.Role.SOLE, "options.failover_timeout", 7_777));
  private final Node node = topology.nodeOf("key");
  private final AtomicInteger shutDowns = new AtomicInteger();

  @AfterEach
  void close() {
    topology.close();
  }

  @ParameterizedTest
  @CsvSource({"READONLY, 1000", "NOREPLICAS, 1000", "LOADING, 7777", "MASTERDOWN, 7777", "BUSY, 0"})
  void patience_answer_isTheTimeThatItMayTake(String code, long millis) {
    assertThat(topology.patience(new JedisDataException(code + " x"))).isEqualTo(millis);
  }

  @Test
  void patience_noConnection_isNone() {
    assertThat(topology.patience(new JedisConnectionException("refused"))).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"READONLY", "NOREPLICAS", "LOADING", "MASTERDOWN"})
  void lost_answerOfAnOldMaster_invalidatesConnections(String code) {
    depend();
    topology.lost(node, new JedisDataException(code + " x"));
    assertThat(shutDowns).hasValue(1);
  }

  @Test
  void lost_anyOtherFailure_keepsConnections() {
    depend();
    for (JedisException failure :
        new JedisException[] {
          new JedisDataException("WRONGTYPE x"), new JedisConnectionException("gone")
        }) {
      topology.lost(node, failure);
    }
    assertThat(shutDowns).hasValue(0);
  }

  private void depend() {
    node.open(
        (sockets, config) ->
            new Node.Dependent() {
              @Override
              public boolean isLost() {
                return false;
              }

              @Override
              public void shutDown() {
                shutDowns.incrementAndGet();
              }
            });
  }
}
