package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;

/** A node that answers PING may have lost a slot: its keys change elsewhere, unheard. */
@Timeout(60)
class TakenSlotIT {
  private static final int MINUTE = 60_000;

  private final String key = Keys.unique("taken");

  @Test
  void nearEntry_slotTakenFromTheNode_isNotServedForLong() throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start().withoutFailover();
        Components components = new Components(cluster.target(0, 1))) {
      RedisServer from = cluster.masterOf(key);
      RedisServer to = cluster.otherThan(from);
      cluster.servers().forEach(TakenSlotIT::allowMissingSlots);
      RedisCache cache = components.cache("options.near_cache", true);
      cache.store(null, key, "old", MINUTE);
      await()
          .until(
              () -> {
                cache.retrieve(null, key);
                return components.counters().count("redis.cache.near_hits") > 0;
              });
      cluster.takeAway(ClusterTopology.slotOf(key), from, to);
      try (RawRedis owner = to.raw()) {
        owner.set(key, "\"new\"");
      }
      await()
          .atMost(Duration.ofSeconds(6)) // less than the 15 s after which the slots are read anyway
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(cache.retrieve(null, key)).isEqualTo("new"));
    }
  }

  private static void allowMissingSlots(RedisServer server) {
    try (RawRedis raw = server.raw()) {
      raw.config("cluster-require-full-coverage", "no");
    }
  }
}
