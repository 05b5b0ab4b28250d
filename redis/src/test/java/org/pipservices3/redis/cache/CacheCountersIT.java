package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Targets;

/** What a cache counts. */
class CacheCountersIT {

  private static final long MINUTE = 60_000;

  private final String key = Keys.unique("counted");
  private final Components components = new Components(Targets.plain());
  private RedisCache cache;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache();
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
  }

  @Test
  void anyCall_successful_isCountedByItsKind() {
    cache.retrieve(null, key);
    cache.store(null, key, 1, MINUTE);
    cache.store(null, key, 2, MINUTE);
    cache.retrieve(null, key);
    cache.retrieveAs(null, key, Integer.class);
    cache.remove(null, key);
    cache.retrieveAs(null, key, Integer.class);
    cache.delete(null, List.of(key + "1", key + "2"));
    assertThat(components.counters().counts())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "redis.cache.hits", 2L,
                "redis.cache.misses", 2L,
                "redis.cache.stores", 2L,
                "redis.cache.removes", 3L));
  }

  @Test
  void store_null_isAHitWhenRead() {
    cache.store(null, key, null, MINUTE);
    cache.retrieve(null, key);
    assertThat(components.counters().count("redis.cache.hits")).isOne();
    assertThat(components.counters().count("redis.cache.misses")).isZero();
  }

  @Test
  void retrieve_refusedByRedis_isAnErrorAndNeitherHitNorMiss() {
    try (RawRedis raw = Targets.plain().raw()) {
      raw.call("RPUSH", key, "a");
      assertFails(() -> cache.retrieve(TRACE, key), InvocationException.class);
      raw.del(key);
    }
    assertThat(components.counters().counts()).isEqualTo(Map.of("redis.cache.errors", 1L));
  }

  @Test
  void anyCall_successful_logsNothing() {
    cache.store(null, key, 1, MINUTE);
    int before = components.logger().entries().size();
    cache.retrieve(null, key);
    cache.remove(null, key);
    assertThat(components.logger().entries()).hasSize(before);
  }
}
