package org.pipservices3.redis.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.components.trace.NullTracer;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.CommandExecutor;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.lookup.NearCache;
import org.pipservices3.redis.internal.lookup.RecordedMetrics;
import org.pipservices3.redis.internal.topology.FakeTopology;
import org.pipservices3.redis.internal.tracking.FakeTracking;

/** What a cache does with its near-cache entries where no server answers. */
class CacheEngineTest {
  private static final String JSON = "\"text\"";
  private static final String KEY = "p:key";

  private final RecordedMetrics recorded = new RecordedMetrics();
  private final FakeTopology topology = new FakeTopology();
  private final FakeTracking tracking =
      new FakeTracking() {
        @Override
        public @Nullable Reading read(String key) {
          return reading(stored, () -> true);
        }
      };
  private final NearCache near = new NearCache(tracking, 10, 1_000_000, () -> {}, () -> 0);
  private byte @Nullable [] stored = JSON.getBytes(UTF_8);

  private CacheEngine engine(boolean failOpen) throws ConfigException {
    RedisOptions options =
        RedisOptions.fromConfig(
            null,
            ConfigParams.fromTuples(
                "options.retries",
                0,
                "options.near_cache",
                true,
                "options.key_prefix",
                "p:",
                "options.fail_open",
                failOpen));
    RedisCommands commands =
        new RedisCommands(new CommandExecutor(topology, options, new NullTracer()));
    return new CacheEngine(
        JsonCodec.with(List.of()), commands, options, near, tracking, recorded.metrics);
  }

  private void keep() {
    near.fill(KEY).keep("text");
    assertThat(near.get(KEY)).isNotNull();
  }

  private void assertDropped(ThrowingCallable write) {
    keep();
    topology.nodeOf =
        key -> { // an entry that somebody fills while the write is under way
          keep();
          throw FakeTopology.unknown();
        };
    assertThat(catchThrowable(write)).isInstanceOf(RedisException.class);
    assertThat(near.get(KEY)).isNull();
  }

  /** It may have run: what is in Redis is not known. */
  @Test
  void store_failed_dropsTheEntryAfterwards() throws Exception {
    assertDropped(() -> engine(false).store(null, "key", 1, 0));
  }

  @Test
  void remove_failed_dropsTheEntryAfterwards() throws Exception {
    assertDropped(() -> engine(false).remove(null, "key"));
  }

  @Test
  void delete_failed_dropsTheEntriesOfAllKeysAfterwards() throws Exception {
    List<String> keys = new ArrayList<>(List.of("other"));
    keys.add("key");
    assertDropped(() -> engine(false).delete(null, keys));
  }

  @Test
  void anyWrite_hiddenFailure_dropsTheEntry() throws Exception {
    CacheEngine open = engine(true);
    try {
      keep();
      assertThat(open.store(null, "key", 1, 0)).isFalse();
      assertThat(near.get(KEY)).isNull();
      keep();
      open.remove(null, "key");
      assertThat(near.get(KEY)).isNull();
      keep();
      assertThat(open.delete(null, List.of("key"))).isZero();
      assertThat(near.get(KEY)).isNull();
      assertThat(recorded.counters.counts())
          .containsEntry("redis.cache.errors", 3L)
          .containsEntry("redis.cache.fail_open", 3L)
          .doesNotContainKeys("redis.cache.stores", "redis.cache.removes");
    } finally {
      open.close();
    }
  }

  record Point(int x, int y) {}

  /** Each near hit used to be decoded anew, which took twenty times as long as the hit. */
  @Test
  void retrieveAs_immutableRecord_isSharedByNearHits() throws Exception {
    stored = "{\"x\":1,\"y\":2}".getBytes(UTF_8);
    CacheEngine engine = engine(false);
    engine.retrieve(null, "key", Point.class);
    Object first = engine.retrieve(null, "key", Point.class);
    assertThat(first).isEqualTo(new Point(1, 2));
    assertThat(engine.retrieve(null, "key", Point.class)).isSameAs(first);
    Object list = engine.retrieve(null, "key", Map.class);
    assertThat(engine.retrieve(null, "key", Map.class)).isEqualTo(list).isNotSameAs(list);
    stored = "{\"x\":3,\"y\":4}".getBytes(UTF_8);
    near.changed(KEY);
    assertThat(engine.retrieve(null, "key", Point.class)).isEqualTo(new Point(3, 4));
  }

  @Test
  void retrieve_entryDuringAnOutage_isServedAndAHit() throws Exception {
    CacheEngine open = engine(true);
    try {
      open.store(null, "key", 1, 0);
      keep();
      assertThat(open.retrieve(null, "key", null)).isEqualTo("text");
      assertThat(open.retrieve(null, "key", String.class)).isEqualTo("text");
      near.drop(KEY);
      assertThat(open.retrieve(null, "key", null))
          .as("a miss that is kept away from Redis")
          .isNull();
      assertThat(near.get(KEY)).isNull();
      assertThat(recorded.counters.counts())
          .containsEntry("redis.cache.near_hits", 2L)
          .containsEntry("redis.cache.near_misses", 1L)
          .containsEntry("redis.cache.hits", 2L)
          .containsEntry("redis.cache.errors", 2L)
          .doesNotContainKey("redis.cache.misses");
    } finally {
      open.close();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void retrieve_tracked_isKeptAndCountedOnce(boolean typed) throws Exception {
    CacheEngine engine = engine(false);
    for (int i = 0; i < 3; i++) {
      Object value =
          typed ? engine.retrieve(null, "key", String.class) : engine.retrieve(null, "key", null);
      assertThat(value).isEqualTo("text");
    }
    assertThat(recorded.counters.counts())
        .containsEntry("redis.cache.hits", 3L)
        .containsEntry("redis.cache.near_hits", 2L)
        .containsEntry("redis.cache.near_misses", 1L)
        .hasSize(3);
  }

  @Test
  void retrieve_missingKey_isAMissEveryTime() throws Exception {
    stored = null;
    CacheEngine engine = engine(false);
    assertThat(engine.retrieve(null, "key", null)).isNull();
    assertThat(engine.retrieve(null, "key", String.class)).isNull();
    assertThat(recorded.counters.counts())
        .containsEntry("redis.cache.misses", 2L)
        .containsEntry("redis.cache.near_misses", 2L)
        .hasSize(2);
  }

  @Test
  void retrieve_entryAsAnotherType_isConvertedAndTheEntryStays() throws Exception {
    stored = "123".getBytes(UTF_8);
    CacheEngine engine = engine(false);
    assertThat(engine.retrieve(null, "key", null)).isEqualTo(123);
    assertThat(engine.retrieve(null, "key", String.class)).isEqualTo("123");
    assertThat(engine.retrieve(null, "key", Long.class)).isEqualTo(123L);
    assertThat(engine.retrieve(null, "key", null)).isEqualTo(123);
    assertThat(recorded.counters.count("redis.cache.near_hits")).isEqualTo(3);
  }

  /** A caller that changed its list changed everybody's. */
  @Test
  void retrieve_containerFromAnEntry_isNewForEveryCaller() throws Exception {
    stored = "[1]".getBytes(UTF_8);
    CacheEngine engine = engine(false);
    for (int i = 0; i < 3; i++) {
      List<?> list = (List<?>) engine.retrieve(null, "key", null);
      assertThat(list).hasSize(1);
      list.clear();
    }
  }

  @Test
  void close_dropsEntries() throws Exception {
    keep();
    engine(false).close();
    assertThat(near.get(KEY)).isNull();
  }
}
