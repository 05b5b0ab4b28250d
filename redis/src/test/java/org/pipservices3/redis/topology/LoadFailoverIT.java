package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.cache.ClearOptions;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Threads;

/** The key's master changes, or its slot moves, while a load is under way. */
@Timeout(120)
class LoadFailoverIT {
  private static final int MINUTE = 60_000;

  private final String key = Keys.unique("loaded");
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sentinelFailover_duringALoad_isStoredUnlessRemoved(boolean removed) throws Exception {
    try (SentinelTopology topology = SentinelTopology.start();
        Components components = new Components(topology.target())) {
      RedisCache cache = components.cache();
      RedisCache other = components.cache();
      Background<String> load = load(cache);
      RedisServer old = topology.master();
      try (RawRedis raw = old.raw()) {
        raw.call("WAIT", 2, 5_000); // for the lease
      }
      old.kill();
      topology.awaitSuccessorOf(old);
      if (removed) {
        other.remove(null, key);
      }
      released.countDown();
      assertThat(load.result()).isEqualTo("ABC");
      try (RawRedis raw = topology.master().raw()) {
        assertThat(raw.text(key)).isEqualTo(removed ? null : "\"ABC\"");
        assertThat(raw.exists(lease())).isFalse();
      }
    }
  }

  @Test
  void sentinelFailover_duringAClear_isBegunAgainOnTheNewMaster() throws Exception {
    try (SentinelTopology topology = SentinelTopology.start();
        Components components = new Components(topology.target())) {
      RedisCache cache = components.cache("options.key_prefix", key);
      RedisServer old = topology.master();
      try (RawRedis raw = old.raw()) {
        for (int i = 0; i < 500; i++) {
          raw.set(key + i, i);
        }
        raw.call("WAIT", 2, 5_000);
      }
      AtomicBoolean killed = new AtomicBoolean();
      cache.clear(
          null,
          "",
          ClearOptions.defaults()
              .batch(10)
              .onProgress(
                  removed -> {
                    if (removed > 0 && !killed.getAndSet(true)) {
                      old.kill();
                    }
                  }));
      assertThat(killed).isTrue();
      try (RawRedis raw = topology.master().raw()) {
        assertThat(raw.call("DBSIZE")).isEqualTo(0L);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void slotMoves_duringALoad_isStoredUnlessRemoved(boolean removed) throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start().withoutFailover();
        Components components = new Components(cluster.target());
        RawRedis raw = cluster.raw()) {
      RedisCache cache = components.cache("options.near_cache", true);
      RedisCache other = components.cache();
      int slot = ClusterTopology.slotOf(key);
      RedisServer from = cluster.masterOf(key);
      RedisServer to = cluster.otherThan(from);
      Background<String> load = load(cache);
      cluster.move(slot, from, to);
      if (removed) {
        other.remove(null, key);
      }
      released.countDown();
      assertThat(load.result()).isEqualTo("ABC");
      assertThat(raw.text(key)).isEqualTo(removed ? null : "\"ABC\"");
      assertThat(raw.exists(lease())).isFalse();
    }
  }

  /** A script of two keys that are not there yet is answered TRYAGAIN, as long as that lasts. */
  @Test
  void slotHalfMoved_whileItLasts_isLoadedAndReturned() throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start().withoutFailover();
        Components components =
            new Components(cluster.target().with("options.failover_timeout", 500));
        RawRedis raw = cluster.raw()) {
      RedisCache cache = components.cache();
      int slot = ClusterTopology.slotOf(key);
      RedisServer from = cluster.masterOf(key);
      RedisServer to = cluster.otherThan(from);
      cluster.beginMove(slot, from, to);
      assertThat(retrieve(cache, "ABC")).isEqualTo("ABC");
      cluster.moveKeys(slot, from, to);
      cluster.endMove(slot, from, to);
      cache.remove(null, key);
      assertThat(retrieve(cache, "new")).isEqualTo("new");
      assertThat(raw.text(key)).isEqualTo("\"new\"");
      assertThat(raw.exists(lease())).isFalse();
    }
  }

  /** The value cannot be stored, since the other key is not there; the lease can be released. */
  @Test
  void slotHalfMoved_beforeTheFill_leavesNoLease() throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start().withoutFailover();
        Components components =
            new Components(cluster.target().with("options.failover_timeout", 500));
        RawRedis raw = cluster.raw()) {
      RedisCache cache = components.cache();
      RedisServer from = cluster.masterOf(key);
      Background<String> load = load(cache);
      cluster.beginMove(ClusterTopology.slotOf(key), from, cluster.otherThan(from));
      released.countDown();
      assertThat(load.result()).isEqualTo("ABC");
      assertThat(raw.exists(lease())).isFalse();
    }
  }

  @Test
  void slotMoves_whileAnotherComponentWaits_itGetsTheValue() throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start().withoutFailover();
        Components components = new Components(cluster.target())) {
      RedisCache cache = components.cache();
      RedisCache other = components.cache();
      RedisServer from = cluster.masterOf(key);
      Background<String> load = load(cache);
      Background<String> waiter =
          Background.call(
              () -> other.retrieveOrLoad(null, key, String.class, MINUTE, (trace, asked) -> "no"));
      waiter.awaitSleep();
      cluster.move(ClusterTopology.slotOf(key), from, cluster.otherThan(from));
      released.countDown();
      assertThat(load.result()).isEqualTo("ABC");
      await().until(waiter::isDone);
      assertThat(waiter.result()).isEqualTo("ABC");
    }
  }

  private String retrieve(RedisCache by, String value) {
    return by.retrieveOrLoad(null, key, String.class, MINUTE, (trace, asked) -> value);
  }

  /** Begins a load by a loader that waits to be released. */
  private Background<String> load(RedisCache by) {
    Background<String> load =
        Background.call(
            () ->
                by.retrieveOrLoad(
                    null,
                    key,
                    String.class,
                    MINUTE,
                    (trace, asked) -> {
                      begun.countDown();
                      Threads.awaitUninterruptibly(released);
                      return "ABC";
                    }));
    Threads.awaitUninterruptibly(begun);
    return load;
  }

  private String lease() {
    return "load:{" + key + "}";
  }
}
