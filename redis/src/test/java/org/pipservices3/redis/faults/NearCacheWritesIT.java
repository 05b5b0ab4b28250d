package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Scale;

/** A near-cache entry follows every writer. */
@Timeout(120)
class NearCacheWritesIT extends NearCacheOnOwnServer {
  @Test
  void retrieve_everythingFlushed_isNullAndStaysNull() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    for (int i = 0; i < Scale.times(5, 20); i++) {
      raw.set(key, i);
      awaitEntryOf(components, cache, i);
      raw.call("FLUSHALL");
      promptly().until(() -> cache.retrieve(null, key) == null);
    }
  }

  @Test
  void retrieve_otherDatabaseFlushed_keepsTheValue() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    raw.set(key, 1);
    awaitEntryOf(components, cache, 1);
    try (RawRedis elsewhere = server.raw()) {
      elsewhere.select(1);
      elsewhere.set(key, 2);
      staysAt(cache, 1);
      elsewhere.call("FLUSHDB");
      staysAt(cache, 1);
    }
    awaitEntryOf(components, cache, 1);
  }

  @Test
  void retrieve_invalidationOvertakesTheReply_leavesNoStaleEntry() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    AtomicBoolean done = new AtomicBoolean();
    List<Background<Boolean>> readers = readUntil(done, cache, 3);
    for (int i = 1; i <= Scale.times(200, 1_000); i++) {
      int written = i;
      raw.set(key, written);
      long start = System.nanoTime();
      while (!isValue(cache, written)) {
        assertThat(since(start)).as("stale, written %s", written).isLessThan(PROMPT);
      }
    }
    end(done, readers);
  }

  @Test
  void retrieve_ownWriteAmongManyReaders_isReadAtOnce() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    AtomicBoolean done = new AtomicBoolean();
    List<Background<Boolean>> readers = readUntil(done, cache, 3);
    for (int i = 1; i <= Scale.times(300, 2_000); i++) {
      cache.store(null, key, i, MINUTE);
      assertThat(cache.retrieve(null, key)).isEqualTo(i);
    }
    end(done, readers);
  }

  @Test
  void retrieve_ownWriteFollowedByForeignWrite_isTheForeignOne() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    for (int i = 1; i <= Scale.times(60, 300); i++) {
      cache.store(null, key, "own" + i, MINUTE);
      if (i % 2 == 0) {
        assertThat(cache.retrieve(null, key)).isEqualTo("own" + i);
      }
      raw.set(key, i);
      int foreign = i;
      promptly().until(() -> isValue(cache, foreign));
    }
  }

  /** Callers that read for themselves must not keep reports from the rest. */
  @Test
  void retrieve_changedWhileOthersMiss_isSeen() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong misses = new AtomicLong();
    List<Background<Boolean>> others =
        repeatUntil(
            done,
            3,
            () -> assertThat(cache.retrieve(null, key + misses.incrementAndGet())).isNull());
    for (int i = 1; i <= Scale.times(40, 200); i++) {
      raw.set(key, i);
      int written = i;
      promptly().until(() -> isValue(cache, written));
      awaitEntryOf(components, cache, written);
    }
    end(done, others);
    assertThat(misses).hasValueGreaterThan(Scale.times(200, 1_000));
    raw.set(key, 0);
    promptly().until(() -> isValue(cache, 0));
  }

  @Test
  void retrieve_changedInAnyWay_isSeen() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    List<Background.Action> changes = new ArrayList<>();
    changes.add(() -> raw.call("INCR", key));
    changes.add(() -> raw.call("EVAL", "return redis.call('incr', KEYS[1])", 1, key));
    changes.add(
        () -> {
          raw.call("MULTI");
          raw.call("INCR", key);
          raw.call("EXEC");
        });
    changes.add(
        () -> {
          raw.set(key + "2", 2);
          raw.call("RENAME", key + "2", key);
        });
    for (Background.Action change : changes) {
      raw.set(key, 1);
      awaitEntryOf(components, cache, 1);
      change.run();
      promptly().until(() -> isValue(cache, 2));
    }
    raw.call("UNLINK", key);
    promptly().until(() -> cache.retrieve(null, key) == null);
  }
}
