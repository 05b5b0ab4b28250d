package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.TcpProxy.Direction;
import org.pipservices3.redis.fixture.Threads;

/**
 * An outage costs a cache with fail_open one slow call, and no more: it used to cost every call all
 * its retries, eight seconds with the defaults.
 */
@Timeout(120)
class FailOpenOutageIT extends OnFailOpenCache {
  /** The same where each attempt first waits for others, or for a connection. */
  private static final Duration WORST_OF_A_CROWD = Duration.ofMillis(2 * (500 + 500) + 1_000);

  @Test
  void anyCall_redisHung_isAnsweredAtOnceFromTheSecondOn() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    cache.store(null, key, 1, MINUTE);
    server.pause();
    assertThat(timeOf(() -> assertThat(cache.retrieve(null, key)).isNull())).isLessThan(WORST);
    assertAtOnce(cache, key);
    server.resume();
    awaitBack(cache);
  }

  @Test
  void anyCall_connectionSwallowsEverything_isAnsweredAtOnceFromTheSecondOn() throws Exception {
    RedisCache cache = proxied.cache(FAIL_OPEN);
    cache.store(null, key, 1, MINUTE);
    proxy.swallow(Direction.TO_CLIENT);
    cache.retrieve(null, key);
    assertAtOnce(cache, key);
    proxy.heal();
    awaitBack(cache);
  }

  @Test
  void anyCall_redisKilledAndRestarted_worksAgainAlsoForWhatIsNotRetried() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    cache.store(null, key, 1, MINUTE);
    server.kill();
    cache.retrieve(null, key);
    assertAtOnce(cache, key);
    server.restart();
    awaitInfo(components);
    assertThat(cache.delete(null, List.of(key, key + "2"))).isZero();
    assertThat(components.logger().text()).containsOnlyOnce("back after");
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
    assertThat(cache.delete(null, key)).isOne();
  }

  @Test
  void anyCall_redisBack_isToldOnceWithTheCallsThatWereServed() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    server.pause();
    for (int i = 0; i < 50; i++) {
      cache.retrieve(null, key);
    }
    server.resume();
    awaitInfo(components);
    assertThat(components.logger().entries(LogLevel.Info))
        .filteredOn(entry -> entry.level() == LogLevel.Info)
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.message())
                    .contains("localhost:" + server.port(), "back after", "50 calls"));
    assertThat(components.logger().entries(LogLevel.Warn)).hasSize(1);
    assertThat(components.counters().count("redis.cache.fail_open")).isEqualTo(50);
    assertThat(components.counters().count("redis.cache.errors")).isEqualTo(50);
  }

  @Test
  void crowd_inFlightWhenRedisHangs_endsWithinTheWorstCase() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    cache.store(null, key, 1, MINUTE);
    server.pause();
    ConcurrentLinkedQueue<Duration> times = new ConcurrentLinkedQueue<>();
    onThreads(64, () -> times.add(timeOf(() -> cache.retrieve(null, key))));
    assertThat(times).hasSize(64).allSatisfy(time -> assertThat(time).isLessThan(WORST_OF_A_CROWD));
    server.resume();
    awaitBack(cache);
  }

  @Test
  void anyCall_clusterWithOneHungMaster_worksForTheKeysOfTheOthers() throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start()) {
      Components clustered = new Components(cluster.target(0, 1, 2));
      try {
        for (RedisServer each : cluster.servers()) {
          try (RawRedis node = each.raw()) {
            node.config("cluster-node-timeout", MINUTE); // No failover, which would end it.
          }
        }
        RedisCache cache = clustered.cache(FAIL_OPEN);
        RedisServer sick = cluster.masters().get(0);
        String bad = keyOn(cluster, sick);
        String good = keyOn(cluster, cluster.masters().get(1));
        cache.store(null, bad, 1, MINUTE);
        sick.pause();
        cache.retrieve(null, bad);
        assertThat(timeOf(() -> cache.retrieve(null, bad))).isLessThan(AT_ONCE);
        assertThat(cache.store(null, good, 2, MINUTE)).isTrue();
        assertThat(cache.retrieve(null, good)).isEqualTo(2);
        assertThat(cache.delete(null, List.of(bad, good))).isOne();
        sick.resume();
        eventually().until(() -> cache.store(null, bad, 3, MINUTE));
      } finally {
        clustered.close();
      }
    }
  }

  @Test
  void anyCall_callerInterrupted_turnsNothingOffForOthers() throws Exception {
    RedisCache cache = components.cache(FAIL_OPEN);
    cache.store(null, key, 1, MINUTE);
    raw.call("CLIENT", "PAUSE", 700);
    Background<Object> interrupted =
        Background.call(
            () -> {
              Thread.currentThread().interrupt();
              return String.valueOf(cache.retrieve(null, key));
            });
    assertThat(interrupted.result()).isIn("null", "1");
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
  }

  @Test
  void anyCall_withNearCacheAndRedisHung_isAnsweredAtOnceFromTheSecondOn() throws Exception {
    RedisCache cache = components.cache(failOpenAnd("options.near_cache", true));
    awaitTrackers(1);
    cache.store(null, key, 1, MINUTE);
    eventually()
        .until(
            () -> {
              cache.retrieve(null, key);
              return components.counters().count("redis.cache.near_hits") > 0;
            });
    server.pause();
    cache.retrieve(null, key + "2");
    assertAtOnce(cache, key + "2");
    server.resume();
    awaitBack(cache);
  }

  @Test
  void close_duringAnOutage_endsTheProbe() throws Exception {
    Set<Thread> before = Threads.now();
    RedisCache cache = components.cache(FAIL_OPEN);
    server.pause();
    cache.retrieve(null, key);
    assertThat(names(before)).contains("redis-cache-probe");
    cache.close(null);
    eventually().until(() -> !names(before).contains("redis-cache-probe"));
    server.resume();
    assertThat(components.logger().text()).doesNotContain("back after");
  }

  private static List<String> names(Set<Thread> before) {
    return Threads.startedSince(before).stream().map(Thread::getName).toList();
  }

  private static String keyOn(ClusterTopology cluster, RedisServer server) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> Keys.unique("on" + i))
        .filter(candidate -> cluster.masterOf(candidate) == server)
        .findFirst()
        .orElseThrow();
  }
}
