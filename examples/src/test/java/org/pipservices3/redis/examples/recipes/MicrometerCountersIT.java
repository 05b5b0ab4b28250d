package org.pipservices3.redis.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.ZonedDateTime;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.commons.refer.References;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.examples.TestServer;

class MicrometerCountersIT {
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final MicrometerCounters counters = new MicrometerCounters(registry);

  @Test
  void hitRate_ofThreeHitsAndAMiss_isThreeQuarters() throws Exception {
    try (TestServer server = new TestServer()) {
      RedisCache cache = new RedisCache();
      cache.configure(ConfigParams.fromTuples("connection.uri", server.uri()));
      cache.setReferences(references(registry));
      cache.open(null);
      cache.retrieve(null, "order-17");
      cache.store(null, "order-17", "tea", 60_000);
      for (int i = 0; i < 3; i++) {
        cache.retrieve(null, "order-17");
      }
      cache.close(null);

      // micrometer:hit-rate
      double hits = registry.counter("redis.cache.hits").count();
      double misses = registry.counter("redis.cache.misses").count();
      double hitRate = hits / (hits + misses);
      // end
      assertThat(hitRate).isEqualTo(0.75);
    }
  }

  private static IReferences references(MeterRegistry registry) throws ReferenceException {
    // micrometer:references
    IReferences references =
        References.fromTuples(
            new Descriptor("pip-services", "counters", "micrometer", "default", "1.0"),
            new MicrometerCounters(registry));
    // end
    return references;
  }

  @Test
  void times_ofBothWays_areTimers() {
    counters.beginTiming("work").endTiming();
    counters.endTiming("waits", 1.5f);

    assertThat(registry.get("work").timer().count()).isEqualTo(1);
    assertThat(registry.get("waits").timer().totalTime(TimeUnit.MICROSECONDS)).isEqualTo(1500);
  }

  @Test
  void values_ofEveryOtherKind_areMeters() {
    counters.increment("sum", 3);
    counters.stats("size", 2);
    counters.stats("size", 4);
    counters.last("depth", 7);
    counters.last("depth", 5);
    counters.timestamp("start", ZonedDateTime.parse("2026-01-31T12:00:00Z"));
    counters.timestampNow("now");

    assertThat(registry.get("sum").counter().count()).isEqualTo(3);
    assertThat(registry.get("size").summary().mean()).isEqualTo(3);
    assertThat(registry.get("depth").gauge().value()).isEqualTo(5);
    assertThat(registry.get("start").gauge().value()).isEqualTo(1_769_860_800);
    assertThat(registry.get("now").gauge().value()).isGreaterThan(1_769_860_800);
  }
}
