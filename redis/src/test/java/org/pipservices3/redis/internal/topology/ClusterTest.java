package org.pipservices3.redis.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisAskDataException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** What the topology of a cluster does without asking any server. */
class ClusterTest {
  private static final String KEY = "key";
  private static final int SLOT = JedisClusterCRC16.getSlot(KEY);
  private static final HostAndPort A = new HostAndPort("a", 1);
  private static final HostAndPort B = new HostAndPort("b", 2);

  private final NodeFactory factory = Nodes.factory(NodeFactory.Role.CLUSTER);
  private final Cluster cluster = new Cluster(List.of(A), factory, /* patience= */ 7);
  private final AtomicInteger changes = new AtomicInteger();
  private final Node from = factory.create(A);

  @BeforeEach
  void listen() {
    cluster.onChange(changes::incrementAndGet);
  }

  @AfterEach
  void close() {
    cluster.close();
    from.close();
  }

  @Test
  void nodeOf_nothingKnown_namesTheSlot() {
    assertThatThrownBy(() -> cluster.nodeOf(KEY))
        .isInstanceOf(JedisConnectionException.class)
        .hasMessageContaining(String.valueOf(SLOT));
  }

  @Test
  void redirect_moved_isRememberedAndAnnouncedOnce() {
    Node target = moved(B);

    assertThat(cluster.nodeOf(KEY)).isSameAs(target);
    assertThat(cluster.masters()).containsExactly(target);
    assertThat(changes).hasValue(1);
    assertThat(moved(B)).isSameAs(target);
    assertThat(changes).hasValue(1);
  }

  /** A listener that asks where a key is got the old answer. */
  @Test
  void redirect_moved_isTrueWhenListenersHearOfIt() {
    cluster.onChange(() -> assertThat(cluster.nodeOf(KEY).address()).isEqualTo(B));
    moved(B);
    assertThat(changes).hasValue(1);
  }

  @Test
  void redirect_ask_isNotRemembered() {
    Node owner = moved(A);
    Node target = cluster.redirect(from, new JedisAskDataException("ASK", B, SLOT));

    assertThat(target).isNotNull().isNotSameAs(owner);
    assertThat(target.address()).isEqualTo(B);
    assertThat(cluster.nodeOf(KEY)).isSameAs(owner);
    assertThat(changes).hasValue(1);
  }

  @Test
  void redirect_otherAnswer_isNone() {
    assertThat(cluster.redirect(from, new JedisDataException("TRYAGAIN"))).isNull();
  }

  @Test
  void redirect_withoutAHost_isTheHostThatAnswered() {
    Node target = moved(new HostAndPort("", 8));
    assertThat(target.address()).isEqualTo(new HostAndPort("a", 8));
  }

  @Test
  void redirect_afterClose_announcesNothing() {
    cluster.close();
    moved(B);
    assertThat(changes).hasValue(0);
  }

  @Test
  void isPassing_onlyWhatMayChange() {
    for (String code : List.of("TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN")) {
      assertThat(cluster.isPassing(new JedisDataException(code + " x"))).as(code).isTrue();
    }
    assertThat(cluster.isPassing(new JedisDataException("READONLY x"))).isFalse();
    assertThat(cluster.isPassing(new JedisDataException("WRONGTYPE x"))).isFalse();
  }

  @Test
  void patience_isAsConfigured() {
    assertThat(cluster.patience(new JedisConnectionException("gone"))).isEqualTo(7);
    assertThat(cluster.isPartitioned()).isTrue();
  }

  private Node moved(HostAndPort to) {
    Node target = cluster.redirect(from, new JedisMovedDataException("MOVED", to, SLOT));
    assertThat(target).isNotNull();
    return target;
  }
}
