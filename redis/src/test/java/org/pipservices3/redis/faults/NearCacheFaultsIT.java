package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.TcpProxy.Direction;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/** A near-cache entry is not stale for longer than promised, whatever happens to its connection. */
@Timeout(120)
class NearCacheFaultsIT extends NearCacheOnOwnServer {
  private static final Duration SLEEP = Duration.ofSeconds(3);
  private static final long BOUND = TimeUnit.MILLISECONDS.toNanos(KeyTracking.STALENESS_BOUND + 50);
  private static final Object[] IMPATIENT_NEAR = {
    "options.near_cache", true,
    "options.connect_timeout", 200,
    "options.command_timeout", 200,
    "options.retries", 0
  };

  @Test
  void retrieve_writtenBetweenLossAndNewTracking_isNeverStaleAfterwards() throws Exception {
    RedisCache cache = components.cache(NEAR);
    for (int i = 1; i <= Scale.times(3, 10); i++) {
      awaitTrackers(1);
      raw.set(key, i);
      awaitEntryOf(components, cache, i);
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
    for (int i = 1; i <= Scale.times(5, 30); i++) {
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
    for (int i = 0; i < Scale.times(3, 10); i++) {
      awaitTrackers(1);
      cache.store(null, key, "old" + i, MINUTE);
      awaitEntryOf(components, cache, "old" + i);
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
    awaitEntryOf(proxied, cache, 1);
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
    awaitEntryOf(proxied, cache, 2);
    raw.set(key, 3);
    promptly().until(() -> isValue(cache, 3));
  }

  @Test
  void retrieve_linkStallsLessThanTheHeartbeat_seesTheWriteOnTheSameLink() throws Exception {
    RedisCache cache = proxied.cache(NEAR);
    List<String> trackers = awaitTrackers(1);
    raw.set(key, 1);
    awaitEntryOf(proxied, cache, 1);
    proxy.delay(Duration.ofMillis(400));
    raw.set(key, 2);
    promptly().until(() -> isValue(cache, 2));
    proxy.heal();
    awaitEntryOf(proxied, cache, 2);
    assertThat(raw.trackers()).isEqualTo(trackers);
  }

  @Test
  void retrieve_serverSleepsPastTheCommandTimeout_isAnErrorOrRightAndThenTheNewValue()
      throws Exception {
    RedisCache cache = components.cache(IMPATIENT_NEAR);
    awaitTrackers(1);
    raw.set(key, 1);
    awaitEntryOf(components, cache, 1);
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
      awaitEntryOf(proxied, cache, written);
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
}
