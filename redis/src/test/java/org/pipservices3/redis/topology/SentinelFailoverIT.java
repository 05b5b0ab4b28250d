package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.lock.RedisLock;

/** A master under sentinels dies, hangs or is relieved; nobody opens anything anew. */
@Timeout(120)
class SentinelFailoverIT {
  private static final int MINUTE = 60_000;
  private static final int WORKERS = 8;

  /** How a master goes. */
  enum Fate {
    KILLED,
    HUNG;

    void strike(RedisServer server) {
      if (this == KILLED) {
        server.kill();
      } else {
        server.pause();
      }
    }
  }

  private final String key = Keys.unique("failover");
  private final SentinelTopology topology = SentinelTopology.start();
  private final Components components = new Components(topology.target());

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    topology.close();
  }

  @ParameterizedTest
  @EnumSource(Fate.class)
  void failover_underLoad_isFollowedWithinASecondAndSafeCallsDoNotFail(Fate fate) throws Exception {
    RedisCache cache = components.cache();
    Load load = Load.start(components, IntStream.range(0, WORKERS).mapToObj(i -> key + i).toList());
    RedisServer old = topology.master();
    fate.strike(old);
    topology.awaitSuccessorOf(old);
    Duration gap = load.awaitSuccess();
    load.endWithoutFailure();
    assertThat(gap).isLessThan(Duration.ofSeconds(1));
    try (RawRedis raw = topology.master().raw()) {
      assertThat(cache.store(null, key, "after", MINUTE)).isTrue();
      assertThat(raw.text(key)).isEqualTo("\"after\"");
    }
  }

  @Test
  void sentinelFailover_ofALivingMaster_isFollowed() throws Exception {
    RedisCache cache = components.cache();
    cache.store(null, key, 1, MINUTE);
    RedisServer old = topology.master();
    try (RawRedis sentinel = topology.sentinels().get(0).raw()) {
      sentinel.call("SENTINEL", "FAILOVER", SentinelTopology.MASTER_NAME);
    }
    topology.awaitSuccessorOf(old);
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(
            () -> {
              assertThat(cache.store(null, key, 2, MINUTE)).isTrue();
              try (RawRedis raw = topology.master().raw()) {
                assertThat(raw.text(key)).isEqualTo("2");
              }
            });
    assertThat(cache.retrieve(null, key)).isEqualTo(2);
  }

  @Test
  void acquireLock_waitingWhileMasterHangs_isWokenAtTheNewMaster() throws Exception {
    RedisLock holder = components.lock();
    RedisLock lock = components.lock();
    assertThat(holder.tryAcquireLock(null, key, MINUTE)).isTrue();
    try (RawRedis raw = topology.master().raw()) {
      raw.call("WAIT", 2, 5_000);
    }
    Background<Boolean> waiter = Background.run(() -> lock.acquireLock(null, key, MINUTE, MINUTE));
    waiter.awaitSleep();
    RedisServer old = topology.master();
    old.pause();
    topology.awaitSuccessorOf(old);
    try (RawRedis raw = topology.master().raw()) {
      await().until(() -> !raw.trackers().isEmpty());
      await().until(() -> raw.callsOf("pttl") > 0);
      raw.del(key);
    }
    await().atMost(Duration.ofSeconds(2)).until(waiter::isDone);
    assertThat(waiter.result()).isTrue();
  }

  @Test
  void nearEntry_masterHangs_isNotServedOnceTheSentinelsHaveDecided() throws Exception {
    RedisCache cache = components.cache("options.near_cache", true);
    cache.store(null, key, "old", MINUTE);
    try (RawRedis raw = topology.master().raw()) {
      raw.call("WAIT", 2, 5_000);
    }
    await()
        .until(
            () -> {
              assertThat(cache.retrieve(null, key)).isEqualTo("old");
              return components.counters().count("redis.cache.near_hits") > 0;
            });
    RedisServer old = topology.master();
    old.pause();
    topology.awaitSuccessorOf(old);
    try (RawRedis raw = topology.master().raw()) {
      raw.set(key, "\"new\"");
    }
    await()
        .atMost(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(cache.retrieve(null, key)).isEqualTo("new"));
  }

  @Test
  void open_someSentinelsDown_findsTheMaster() throws Exception {
    topology.sentinels().get(0).kill();
    RedisCache cache = components.cache();
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
  }

  @Test
  void close_anyTime_leavesNoThread() throws Exception {
    var before = Threads.now();
    RedisCache cache = components.cache("options.near_cache", true);
    cache.store(null, key, 1, MINUTE);
    assertThat(Threads.startedSince(before))
        .extracting(Thread::getName)
        .contains("redis-sentinel-watch");
    cache.close(null);
    await()
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(Threads.startedSince(before))
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("redis-")));
  }
}
