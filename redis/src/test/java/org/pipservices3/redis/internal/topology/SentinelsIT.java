package org.pipservices3.redis.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.fixture.Ports;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisException;

/** Sentinels that do not agree, since one was cut off from the others for a while. */
@Timeout(60)
class SentinelsIT {
  private static final String NAME = "main";

  private final List<RedisServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(RedisServer::close);
  }

  @Test
  void askAll_oneStillNamesTheOldMaster_isTheOneOfTheHighestEpoch() {
    int old = Ports.free();
    int fresh = Ports.free();
    HostAndPort early = sentinel(old, 3);
    HostAndPort late = sentinel(fresh, 20);
    HostAndPort earlier = sentinel(old, 2);

    for (List<HostAndPort> order :
        List.of(List.of(early, late, earlier), List.of(late, early, earlier))) {
      Sentinels.View view = sentinels(order).askAll();
      assertThat(view.master()).isEqualTo(at(fresh));
      assertThat(view.epoch()).isEqualTo(20);
      assertThat(view.majority()).isTrue();
    }
  }

  @Test
  void askAll_halfOfThemDown_isNoMajority() {
    HostAndPort one = sentinel(Ports.free(), 1);
    HostAndPort two = sentinel(Ports.free(), 1);
    HostAndPort dead = at(Ports.free());

    assertThat(sentinels(List.of(one, dead)).askAll().majority()).isFalse();
    assertThat(sentinels(List.of(dead, one, two)).askAll().majority()).isTrue();
  }

  @Test
  void askAll_allDown_isTheFailure() {
    assertThatThrownBy(() -> sentinels(List.of(at(Ports.free()))).askAll())
        .isInstanceOf(JedisException.class);
  }

  /** One that was never told of the master must not win over those that know it. */
  @Test
  void askAll_oneDoesNotKnowTheName_isTheMasterOfTheOthers() {
    int master = Ports.free();
    HostAndPort ignorant = at(start(List.of()).port());
    HostAndPort knowing = sentinel(master, 0);

    assertThat(sentinels(List.of(ignorant, knowing)).askAll().master()).isEqualTo(at(master));
    assertThat(sentinels(List.of(knowing, ignorant)).askAll().master()).isEqualTo(at(master));
    assertThat(sentinels(List.of(ignorant)).askAll().master()).isNull();
  }

  @Test
  void open_subscribedSentinelNamesTheOldMaster_keepsTheNewOne() throws Exception {
    RedisServer old = RedisServer.start();
    RedisServer fresh = RedisServer.start();
    servers.addAll(List.of(old, fresh));
    HostAndPort late = sentinel(fresh.port(), 20);
    HostAndPort early = sentinel(old.port(), 3);
    SentinelMaster master = master(List.of(early, late));
    AtomicInteger changes = new AtomicInteger();
    master.onChange(changes::incrementAndGet);
    try (RawRedis raw = RawRedis.connect("localhost", early.getPort())) {
      long before = raw.connectionsReceived();
      master.open(null);
      assertThat(master.nodeOf("key").address()).isEqualTo(at(fresh.port()));

      // It is asked once at first, then a connection subscribes and another asks it again.
      await().until(() -> raw.connectionsReceived() >= before + 3 && raw.clients().size() == 1);

      await()
          .during(Duration.ofMillis(300))
          .until(() -> master.nodeOf("key").address().equals(at(fresh.port())));
      assertThat(changes).hasValue(1);
    } finally {
      master.close();
    }
  }

  private SentinelMaster master(List<HostAndPort> addresses) {
    return new SentinelMaster(
        sentinels(addresses), Nodes.factory(NodeFactory.Role.ASKED), /* patience= */ 5_000);
  }

  private static Sentinels sentinels(List<HostAndPort> addresses) {
    return new Sentinels(addresses, NAME, Nodes.factory(NodeFactory.Role.SOLE).config());
  }

  /** A sentinel that names this master since this epoch. */
  private HostAndPort sentinel(int masterPort, int epoch) {
    return at(start(lines(masterPort, epoch)).port());
  }

  private RedisServer start(List<String> lines) {
    RedisServer server = RedisServer.startSentinel(lines);
    servers.add(server);
    return server;
  }

  private static List<String> lines(int masterPort, int epoch) {
    return List.of(
        "sentinel monitor " + NAME + " 127.0.0.1 " + masterPort + " 99",
        "sentinel config-epoch " + NAME + " " + epoch);
  }

  private static HostAndPort at(int port) {
    return new HostAndPort("127.0.0.1", port);
  }
}
