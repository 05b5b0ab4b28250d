package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.lock.RedisLock;

/** A master of a cluster dies or hangs, and its replica takes over; nobody opens anything anew. */
@Timeout(120)
class ClusterFailoverIT {
  private static final int MINUTE = 60_000;
  private static final int WORKERS = 8;

  private final String key = Keys.unique("failover");
  private final ClusterTopology cluster = ClusterTopology.start();
  private final Components components = new Components(cluster.target());
  private final RedisServer old = cluster.masterOf(key);

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    cluster.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failover_underLoad_isFollowedAndSafeCallsDoNotFail(boolean hangs) throws Exception {
    RedisCache cache = components.cache();
    Load load =
        Load.start(
            components,
            IntStream.range(0, WORKERS)
                .mapToObj(i -> i < WORKERS / 2 ? "{" + key + "}" + i : key + i)
                .toList());
    if (hangs) {
      old.pause();
    } else {
      old.kill();
    }
    cluster.awaitSuccessorOf(old, key);
    Duration gap = load.awaitSuccess();
    load.endWithoutFailure();
    assertThat(gap).isLessThan(Duration.ofSeconds(hangs ? 3 : 2));
    assertThat(cache.store(null, key, "after", MINUTE)).isTrue();
    try (RawRedis raw = cluster.raw()) {
      assertThat(raw.text(key)).isEqualTo("\"after\"");
    }
  }

  @Test
  void masterHangs_waiterAndNearCopy_followToTheNewMaster() throws Exception {
    RedisCache cache = components.cache("options.near_cache", true);
    RedisLock lock = components.lock();
    String lockKey = "{" + key + "}lock";
    try (RawRedis raw = old.raw()) {
      raw.set(key, "\"old\"");
      raw.setIfAbsent(lockKey, "00112233445566778899aabbccddeeff", MINUTE);
      raw.call("WAIT", 1, 5_000);
    }
    Background<Boolean> waiter =
        Background.run(() -> lock.acquireLock(null, lockKey, MINUTE, MINUTE));
    await()
        .until(
            () -> {
              assertThat(cache.retrieve(null, key)).isEqualTo("old");
              return components.counters().count("redis.cache.near_hits") > 0;
            });
    waiter.awaitSleep();
    old.pause();
    cluster.awaitSuccessorOf(old, key);
    cluster.masters().forEach(cluster::awaitWhole);
    try (RawRedis raw = cluster.raw()) {
      raw.set(key, "\"new\"");
      raw.del(lockKey);
    }
    await()
        .atMost(Duration.ofSeconds(4))
        .untilAsserted(() -> assertThat(cache.retrieve(null, key)).isEqualTo("new"));
    await().atMost(Duration.ofSeconds(8)).until(waiter::isDone);
    assertThat(waiter.result()).isTrue();
  }

  @Test
  void masterCutOffFromTheOthers_nearEntry_isNotServedForLong() throws Exception {
    RedisCache cache =
        components.cache("options.near_cache", true, "options.failover_timeout", 100);
    cache.store(null, key, "old", MINUTE);
    await()
        .until(
            () -> {
              assertThat(cache.retrieve(null, key)).isEqualTo("old");
              return components.counters().count("redis.cache.near_hits") > 0;
            });
    cluster.servers().stream().filter(each -> each != old).forEach(RedisServer::pause);
    try (RawRedis raw = old.raw()) {
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !text(raw.call("CLUSTER", "INFO")).contains("cluster_state:ok"));
      long refused = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> catchThrowable(() -> cache.retrieve(null, key)) != null);
      assertThat(Duration.ofNanos(System.nanoTime() - refused)).isLessThan(Duration.ofSeconds(8));
      long hits = components.counters().count("redis.cache.near_hits");
      assertThat(catchThrowable(() -> cache.retrieve(null, key))).isNotNull();
      assertThat(components.counters().count("redis.cache.near_hits")).isEqualTo(hits);
      assertThat(raw.call("PING")).isNotNull();
    }
  }

  @Test
  void masterHungAndBack_asAReplica_hasNoConnections() throws Exception {
    RedisCache cache = components.cache("options.near_cache", true);
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
    old.pause();
    cluster.awaitSuccessorOf(old, key);
    assertThat(cache.store(null, key, 2, MINUTE)).isTrue();
    old.resume();
    try (RawRedis raw = old.raw()) {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> raw.clients().stream().allMatch(line -> line.contains(" flags=M ")));
    }
    assertThat(cache.retrieve(null, key)).isEqualTo(2);
  }

  private static String text(Object reply) {
    return new String((byte[]) reply, StandardCharsets.UTF_8);
  }

  @Test
  void open_someSeedsDown_findsTheWholeCluster() throws Exception {
    old.kill();
    cluster.awaitSuccessorOf(old, key);
    cluster.masters().forEach(cluster::awaitWhole);
    RedisCache cache = components.cache();
    for (int i = 0; i < 100; i++) {
      assertThat(cache.store(null, key + i, i, MINUTE)).isTrue();
    }
  }
}
