package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTopology;
import org.pipservices3.redis.fixture.RawRedis;

/**
 * A tracking connection on which nothing happens is kept alive by its heartbeat.
 *
 * <p>Symptom: where a read timeout ends the connection, as TLS could have it, near-cache entries
 * are dropped every second.
 */
class IdleTrackingIT extends OnEveryTopology {

  @Test
  void heartbeat_idleForSeveralPeriods_keepsConnectionAndEntries() throws Exception {
    String key = Keys.unique("idle");
    RedisCache cache = components.cache("options.near_cache", true);
    cache.store(null, key, "value", 60_000);
    await()
        .untilAsserted(
            () -> {
              cache.retrieve(null, key);
              assertThat(components.counters().count("redis.cache.near_hits")).isPositive();
            });
    List<String> before = ids(tracking(raw));

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                tracking(raw).stream()
                    .anyMatch(client -> before.contains(id(client)) && age(client) >= 4));

    long misses = components.counters().count("redis.cache.near_misses");
    assertThat(cache.retrieve(null, key)).isEqualTo("value");
    assertThat(components.counters().count("redis.cache.near_misses")).isEqualTo(misses);
  }

  private static List<String> tracking(RawRedis raw) {
    return raw.clients().stream().filter(c -> field(c, "flags").contains("t")).toList();
  }

  private static List<String> ids(List<String> clients) {
    return clients.stream().map(IdleTrackingIT::id).toList();
  }

  private static String id(String client) {
    return field(client, "id");
  }

  private static int age(String client) {
    return Integer.parseInt(field(client, "age"));
  }

  private static String field(String client, String name) {
    for (String pair : client.split(" ", -1)) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return "";
  }
}
