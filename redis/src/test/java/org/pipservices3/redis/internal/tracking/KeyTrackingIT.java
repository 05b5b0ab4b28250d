package org.pipservices3.redis.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.internal.topology.FakeTopology;
import org.pipservices3.redis.internal.topology.FakeTopology.Loss;
import org.pipservices3.redis.internal.topology.Node;
import org.pipservices3.redis.internal.topology.Nodes;

/** What listeners hear of one server of a topology, or of another that takes over. */
@Timeout(60)
class KeyTrackingIT {
  private static final String THREAD = "redis-test-tracking";

  private final String key = Keys.unique("tracked");
  private final RedisServer server = RedisServer.start();
  private final RawRedis raw = server.raw();
  private final Node node = Nodes.sole(server.port());
  private final FakeTopology topology = new FakeTopology().with(key, node);
  private final KeyTracking tracking = new KeyTracking(THREAD, topology, new CompositeLogger());
  private final Recorder recorder = new Recorder();

  private static final class Recorder implements KeyTracking.Listener {
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final AtomicInteger everything = new AtomicInteger();

    @Override
    public void changed(String changed) {
      keys.add(changed);
    }

    @Override
    public void everythingChanged() {
      everything.incrementAndGet();
    }
  }

  @AfterEach
  void close() {
    tracking.close();
    topology.close();
    raw.close();
    server.close();
  }

  /** A waiter that had found no tracking polled on, though there was one by then. */
  @Test
  void subscribe_connected_isAnnouncedOnceTheConnectionCanBeUsed() {
    AtomicInteger usable = new AtomicInteger();
    tracking.subscribe(
        new KeyTracking.Listener() {
          @Override
          public void changed(String changed) {}

          @Override
          public void everythingChanged() {
            usable.addAndGet(tracking.read(key) == null ? 0 : 1);
          }
        });

    eventually().until(() -> usable.get() == 1);
  }

  @Test
  void connection_killed_countsAsAChangeOfEverythingTwice() {
    subscribed();
    String first = raw.trackers().get(0);

    raw.call("CLIENT", "KILL", "ID", first);

    eventually().until(() -> recorder.everything.get() >= 3);
    eventually().until(() -> raw.trackers().size() == 1 && !raw.trackers().contains(first));
    assertThat(recorder.everything).as("opened, lost, opened again").hasValue(3);
    assertThat(topology.losses).hasSize(1).extracting(Loss::node).containsOnly(node);
  }

  @Test
  void remaining_notSubscribed_isNotTracked() {
    assertThat(remaining()).isEqualTo(KeyTracking.NOT_TRACKED);
    assertThat(tracking.read(key)).isNull();
  }

  @Test
  void remaining_subscribed_isThatOfRedisAndRegisters() {
    subscribed();
    assertThat(remaining()).isEqualTo(-2);

    raw.set(key, 1);

    eventually().until(() -> recorder.keys.contains(key));
    assertThat(remaining()).isEqualTo(-1);
    raw.call("PEXPIRE", key, 50_000);
    assertThat(remaining()).isBetween(1L, 50_000L);
  }

  @Test
  void read_valueAndNone_areToldApart() {
    subscribed();
    KeyTracking.Reading none = read();
    assertThat(none.value()).isNull();
    assertThat(none.ttl()).isEqualTo(-2);

    raw.call("SET", key, "v", "PX", 50_000);

    KeyTracking.Reading some = read();
    assertThat(some.value()).asString().isEqualTo("v");
    assertThat(some.ttl()).isBetween(1L, 50_000L);
    assertThat(some.source().isLive(System.nanoTime())).isTrue();
  }

  @Test
  void read_wrongType_isNoReadingAndKeepsTheConnection() {
    subscribed();
    raw.call("RPUSH", key, 1);
    String tracker = raw.trackers().get(0);

    assertThat(tracking.read(key)).isNull();

    raw.del(key);
    assertThat(read().value()).isNull();
    assertThat(raw.trackers()).containsExactly(tracker);
  }

  @Test
  void unsubscribe_changes_areNotHeard() {
    subscribed();
    Recorder other = new Recorder();
    tracking.subscribe(other);
    tracking.unsubscribe(recorder);
    remaining();

    raw.set(key, 1);

    eventually().until(() -> other.keys.contains(key));
    assertThat(recorder.keys).isEmpty();
  }

  /** Near-cache entries of the old master were served until their end. */
  @Test
  void topologyChanges_listenersHearOfItAndTheOldServerIsLeft() {
    subscribed();
    try (RedisServer successor = RedisServer.start();
        RawRedis fresh = successor.raw()) {
      Node next = Nodes.sole(successor.port());
      topology.with(key, next);
      int before = recorder.everything.get();

      topology.change();

      assertThat(recorder.everything.get()).isGreaterThan(before);
      eventually().until(() -> fresh.trackers().size() == 1 && raw.trackers().isEmpty());
      eventually().until(() -> tracking.read(key) != null);
      fresh.set(key, 1);
      eventually().until(() -> recorder.keys.contains(key));
      assertThat(topology.losses).as("leaving is no loss").isEmpty();
      tracking.close();
    }
  }

  @Test
  void topologyChanges_sameServers_listenersHearOfItAndConnectionsStay() {
    subscribed();
    List<String> trackers = raw.trackers();
    topology.change();
    assertThat(recorder.everything).hasValue(2);
    topology.change();
    assertThat(recorder.everything).hasValue(3);
    remaining();
    assertThat(raw.trackers()).isEqualTo(trackers);
  }

  @Test
  void topologyChanges_notSubscribed_opensNothing() {
    topology.change();
    assertThat(threads()).isZero();
  }

  @Test
  void close_topologyChangesAfterwards_opensNothing() {
    subscribed();
    tracking.close();
    topology.change();
    tracking.subscribe(recorder);

    assertThat(threads()).isZero();
    eventually().until(() -> raw.trackers().isEmpty());
    assertThat(tracking.read(key)).isNull();
  }

  private void subscribed() {
    tracking.subscribe(recorder);
    eventually().until(() -> recorder.everything.get() == 1);
    assertThat(raw.trackers()).hasSize(1);
  }

  private long remaining() {
    return tracking.remaining(key, () -> {});
  }

  private KeyTracking.Reading read() {
    KeyTracking.@Nullable Reading reading = tracking.read(key);
    assertThat(reading).isNotNull();
    return reading;
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().startsWith(THREAD))
        .count();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(15)).pollInterval(Duration.ofMillis(2));
  }
}
