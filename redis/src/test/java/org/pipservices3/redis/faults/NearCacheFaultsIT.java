package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.KeyTracking;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.TcpProxy.Direction;

/** A near copy never outlives its value for longer than promised, whatever happens to the link. */
@Timeout(120)
class NearCacheFaultsIT extends OnOwnServer {

  private static final Duration SLEEP = Duration.ofSeconds(3);
  private static final long BOUND = TimeUnit.MILLISECONDS.toNanos(KeyTracking.STALENESS_BOUND + 50);
  private static final Object[] NEAR = {"options.near_cache", true};
  private static final Object[] IMPATIENT_NEAR = {
    "options.near_cache", true,
    "options.connect_timeout", 200,
    "options.command_timeout", 200,
    "options.retries", 0
  };

  @Test
  void retrieve_writtenBetweenLossAndNewTracking_isNeverStaleAfterwards() throws Exception {
    RedisCache cache = components.cache(NEAR);
    for (int i = 1; i <= 10; i++) {
      awaitTrackers(1);
      raw.set(key, i);
      awaitCopyOf(components, cache, i);
      int written = i * 1_000;
      killTrackersAnd("SET", key, written);
      promptly().until(() -> isValue(cache, written));
      staysAt(cache, written);
    }
  }

  @Test
  void retrieve_writtenAtRandomMomentsAroundTheLoss_isNeverStaleAfterwards() throws Exception {
    RedisCache cache = components.cache(NEAR);
    AtomicBoolean done = new AtomicBoolean();
    List<Background<Boolean>> readers = readUntil(done, cache, 2);
    awaitTrackers(1);
    for (int i = 1; i <= 30; i++) {
      raw.trackers().forEach(id -> raw.call("CLIENT", "KILL", "ID", id));
      LockSupport.parkNanos(
          ThreadLocalRandom.current().nextLong(TimeUnit.MILLISECONDS.toNanos(80)));
      int written = i;
      raw.set(key, written);
      promptly().until(() -> isValue(cache, written));
      staysAt(cache, written);
    }
    end(done, readers);
  }

  @Test
  void retrieve_ownWriteBetweenLossAndNewTracking_readsIt() throws Exception {
    RedisCache cache = components.cache(NEAR);
    for (int i = 0; i < 10; i++) {
      awaitTrackers(1);
      cache.store(null, key, "old" + i, MINUTE);
      awaitCopyOf(components, cache, "old" + i);
      killTrackersAnd("PING");
      assertThat(cache.store(null, key, i, MINUTE)).isTrue();
      assertThat(cache.retrieve(null, key)).isEqualTo(i);
      staysAt(cache, i);
    }
  }

  @Test
  void retrieve_linkHalfOpen_isNotStaleBeyondTheBoundAndRecovers() throws Exception {
    RedisCache cache = proxied.cache(IMPATIENT_NEAR);
    awaitTrackers(1);
    raw.set(key, 1);
    awaitCopyOf(proxied, cache, 1);
    proxy.swallow(Direction.TO_CLIENT);
    raw.set(key, 2);
    long written = System.nanoTime();
    int stale = 0;
    while (since(written).compareTo(Duration.ofMillis(3_500)) < 0) {
      long asked = System.nanoTime();
      if (isValue(cache, 1)) {
        stale++;
        assertThat(asked - written).as("age of a stale answer").isLessThan(BOUND);
      } else {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
    assertThat(stale).as("the link is half-open, nobody can know yet").isPositive();
    proxy.heal();
    promptly().until(() -> isValue(cache, 2));
    awaitCopyOf(proxied, cache, 2);
    raw.set(key, 3);
    promptly().until(() -> isValue(cache, 3));
  }

  @Test
  void retrieve_linkStallsLessThanTheHeartbeat_seesTheWriteOnTheSameLink() throws Exception {
    RedisCache cache = proxied.cache(NEAR);
    List<String> trackers = awaitTrackers(1);
    raw.set(key, 1);
    awaitCopyOf(proxied, cache, 1);
    proxy.delay(Duration.ofMillis(400));
    raw.set(key, 2);
    promptly().until(() -> isValue(cache, 2));
    proxy.heal();
    awaitCopyOf(proxied, cache, 2);
    assertThat(raw.trackers()).isEqualTo(trackers);
  }

  @Test
  void retrieve_serverSleepsPastTheCommandTimeout_isAnErrorOrRightAndThenTheNewValue()
      throws Exception {
    RedisCache cache = components.cache(IMPATIENT_NEAR);
    awaitTrackers(1);
    raw.set(key, 1);
    awaitCopyOf(components, cache, 1);
    raw.call("MULTI");
    raw.call("SET", key, 2);
    raw.call("DEBUG", "SLEEP", SLEEP.toSeconds());
    Background<Object> sleep = Background.call(() -> raw.call("EXEC"));
    long lastStale = System.nanoTime();
    while (!sleep.isDone()) {
      long asked = System.nanoTime();
      if (isValue(cache, 1)) {
        lastStale = asked;
      }
    }
    long end = System.nanoTime();
    assertThat(sleep.result()).isNotNull();
    assertThat(end - lastStale)
        .as("from the last stale answer to the server's return")
        .isGreaterThan(SLEEP.toNanos() - BOUND);
    promptly().until(() -> isValue(cache, 2));
    staysAt(cache, 2);
  }

  @Test
  void retrieve_everythingFlushed_isNullAndStaysNull() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    for (int i = 0; i < 20; i++) {
      raw.set(key, i);
      awaitCopyOf(components, cache, i);
      raw.call("FLUSHALL");
      promptly().until(() -> cache.retrieve(null, key) == null);
    }
  }

  @Test
  void retrieve_otherDatabaseFlushed_keepsTheValue() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    raw.set(key, 1);
    awaitCopyOf(components, cache, 1);
    try (RawRedis elsewhere = server.raw()) {
      elsewhere.select(1);
      elsewhere.set(key, 2);
      staysAt(cache, 1);
      elsewhere.call("FLUSHDB");
      staysAt(cache, 1);
    }
    awaitCopyOf(components, cache, 1);
  }

  @Test
  void retrieve_reportOvertakesTheReply_leavesNoStaleCopy() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    AtomicBoolean done = new AtomicBoolean();
    List<Background<Boolean>> readers = readUntil(done, cache, 3);
    for (int i = 1; i <= 1_000; i++) {
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
    for (int i = 1; i <= 2_000; i++) {
      cache.store(null, key, i, MINUTE);
      assertThat(cache.retrieve(null, key)).isEqualTo(i);
    }
    end(done, readers);
  }

  @Test
  void retrieve_ownWriteFollowedByForeignWrite_isTheForeignOne() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    for (int i = 1; i <= 300; i++) {
      cache.store(null, key, "own" + i, MINUTE);
      if (i % 2 == 0) {
        assertThat(cache.retrieve(null, key)).isEqualTo("own" + i);
      }
      raw.set(key, i);
      int foreign = i;
      promptly().until(() -> isValue(cache, foreign));
    }
  }

  @Test
  void retrieve_expired_neverOutlivesRedis() throws Exception {
    RedisCache cache = components.cache(NEAR);
    awaitTrackers(1);
    for (int i = 0; i < 30; i++) {
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
    awaitCopyOf(proxied, cache, key + "-other", 1);
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
    awaitCopyOf(components, cache, 1);
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
      awaitCopyOf(components, cache, key + i, i);
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
    awaitCopyOf(components, cache, key + 99, 3_099);
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
    for (int i = 1; i <= 200; i++) {
      raw.set(key, i);
      int written = i;
      promptly().until(() -> isValue(cache, written));
      awaitCopyOf(components, cache, written);
    }
    end(done, others);
    assertThat(misses).hasValueGreaterThan(1_000);
    raw.set(key, 0);
    promptly().until(() -> isValue(cache, 0));
  }

  @Test
  void retrieve_replyAfterTheTimeoutOfItsReader_keepsTheLink() throws Exception {
    RedisCache cache = proxied.cache(IMPATIENT_NEAR);
    String tracker = awaitTrackers(1).get(0);
    for (int i = 1; i <= 5; i++) {
      raw.set(key, i);
      promptly().until(() -> cache.retrieve(null, key) != null);
      raw.set(key, -i);
      proxy.holdUpOnce("*2\r\n$4\r\nPTTL", Duration.ofMillis(300));
      int written = -i;
      promptly().until(() -> isValue(cache, written) && proxy.hasHeldUp());
      awaitCopyOf(proxied, cache, written);
    }
    assertThat(raw.trackers()).containsExactly(tracker);
  }

  @Test
  void retrieve_interruptedWhileItReads_isServedAndKeepsTheLink() throws Exception {
    RedisCache cache = components.cache(NEAR);
    String tracker = awaitTrackers(1).get(0);
    raw.set(key, 1);
    onThreads(
        4,
        () -> {
          for (int i = 0; i < 500; i++) {
            Thread.currentThread().interrupt();
            assertThat(cache.retrieve(null, key + i)).isNull();
            assertThat(Thread.interrupted()).isTrue();
          }
        });
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
    assertThat(raw.trackers()).containsExactly(tracker);
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
      awaitCopyOf(components, cache, 1);
      change.run();
      promptly().until(() -> isValue(cache, 2));
    }
    raw.call("UNLINK", key);
    promptly().until(() -> cache.retrieve(null, key) == null);
  }

  private boolean isValue(RedisCache cache, Object expected) {
    try {
      return expected.equals(cache.retrieve(null, key));
    } catch (RedisException e) {
      return false;
    }
  }

  /** Waits until the value is read without asking the server. */
  private void awaitCopyOf(Components of, RedisCache cache, Object expected) {
    awaitCopyOf(of, cache, key, expected);
  }

  private static void awaitCopyOf(Components of, RedisCache cache, String wanted, Object expected) {
    AtomicLong hits = new AtomicLong();
    eventually()
        .until(
            () -> {
              hits.set(of.counters().count("redis.cache.near_hits"));
              return expected.equals(cache.retrieve(null, wanted))
                  && of.counters().count("redis.cache.near_hits") > hits.get();
            });
  }

  private void staysAt(RedisCache cache, Object expected) {
    for (int i = 0; i < 50; i++) {
      assertThat(cache.retrieve(null, key)).isEqualTo(expected);
    }
  }

  /** Threads that read the key as fast as they can, so that fills meet changes. */
  private List<Background<Boolean>> readUntil(AtomicBoolean done, RedisCache cache, int threads) {
    return repeatUntil(done, threads, () -> cache.retrieve(null, key));
  }

  private static List<Background<Boolean>> repeatUntil(
      AtomicBoolean done, int count, Background.Action action) {
    List<Background<Boolean>> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Background.run(
              () -> {
                while (!done.get()) {
                  action.run();
                }
              }));
    }
    return threads;
  }

  private static void end(AtomicBoolean done, List<Background<Boolean>> readers) throws Exception {
    done.set(true);
    for (Background<Boolean> reader : readers) {
      assertThat(reader.result()).isTrue();
    }
  }
}
