package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Scale;

/** A near-cache entry never outlives its value in Redis, whether that expires or is evicted. */
@Timeout(120)
class NearCacheExpiryIT extends NearCacheOnOwnServer {
  @Test
  void retrieve_expired_neverOutlivesRedis() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    for (int i = 0; i < Scale.times(8, 30); i++) {
      long ttl = 20 + ThreadLocalRandom.current().nextLong(40);
      raw.call("SET", key, i, "PX", ttl);
      boolean expired;
      @Nullable Object read;
      do {
        expired = raw.pttl(key) == -2;
        read = cache.retrieve(null, key);
        assertThat(expired && read != null).as("near after it was gone in Redis").isFalse();
      } while (read != null);
      eventually().until(() -> !raw.exists(key));
    }
    assertThat(components.counters().count("redis.cache.near_hits")).isGreaterThan(100);
  }

  /** Once such a value was kept as one without an end, until the report of its end came. */
  @Test
  void retrieve_expiresBetweenItsValueAndItsLifetime_isGone() throws Exception {
    RedisCache cache = proxied.cache(NEAR);
    raw.set(key + "-other", 1);
    awaitEntryOf(proxied, cache, key + "-other", 1);
    for (int i = 0; i < 3; i++) {
      raw.call("SET", key, i, "PX", 300);
      proxy.holdUpOnce("*2\r\n$4\r\nPTTL", Duration.ofMillis(400));
      assertThat(cache.retrieve(null, key)).isNull();
      assertThat(proxy.hasHeldUp()).as("fell between value and lifetime").isTrue();
    }
  }

  @Test
  void retrieve_expiryShortened_isFollowed() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    cache.store(null, key, 1, MINUTE);
    awaitEntryOf(components, cache, 1);
    raw.call("PEXPIRE", key, 100);
    promptly().until(() -> cache.retrieve(null, key) == null);
  }

  @Test
  void retrieve_evictedUnderMaxmemory_isNullAsInRedis() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    raw.config("maxmemory-policy", "volatile-ttl");
    for (int i = 0; i < 100; i++) {
      cache.store(null, key + i, i, MINUTE + i * 1_000L);
      awaitEntryOf(components, cache, key + i, i);
    }
    raw.call("SET", "ballast", "x".repeat(8 << 20), "PX", 10 * MINUTE);
    raw.config("maxmemory", raw.usedMemory() - (4 << 20));
    eventually().until(() -> !raw.exists("ballast"));
    assertThat(raw.exists(key + 0)).as("evicted").isFalse();
    for (int i = 0; i < 100; i++) {
      String each = key + i;
      Object left = raw.exists(each) ? (Object) i : null;
      promptly().until(() -> left == null ? cache.retrieve(null, each) == null : true);
      assertThat(cache.retrieve(null, each)).isEqualTo(left);
    }
  }

  @Test
  void retrieve_trackingTableOverflows_staysCoherent() throws Exception {
    raw.config("tracking-table-max-keys", 1);
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    for (int round = 1; round <= 3; round++) {
      for (int i = 0; i < 100; i++) {
        raw.set(key + i, round * 1_000 + i);
      }
      for (int i = 0; i < 100; i++) {
        String each = key + i;
        int written = round * 1_000 + i;
        promptly().until(() -> Integer.valueOf(written).equals(cache.retrieve(null, each)));
      }
    }
    awaitEntryOf(components, cache, key + 99, 3_099);
  }
}
