package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;

/**
 * Crowds that read large values. Redis keeps what was asked for until it is taken: hundreds of
 * replies of 1 MB evicted thousands of keys, and tripped the limit of a client's output.
 */
@Timeout(180)
class LargeValuesIT extends OnOwnServer {
  private static final int THREADS = 64;
  private static final int SMALL_KEYS = 20_000;
  private static final int MB = 1 << 20;

  private final AtomicInteger turns = new AtomicInteger();

  @Test
  void retrieve_crowdReadsOneLargeValueInLittleMemory_evictsNothing() throws Exception {
    RedisCache cache = components.cache();
    fill();
    raw.set(key, large());

    crowd(Scale.times(400, 2_000), () -> assertThat(cache.retrieve(null, key)).isNotNull());

    assertNothingIsLost(SMALL_KEYS + 1);
  }

  @Test
  void retrieve_crowdReadsManyLargeValuesAfterSmallOnes_evictsNothing() throws Exception {
    RedisCache cache = components.cache();
    fill();
    for (int i = 0; i < 10; i++) {
      raw.set(key + "large" + i, large());
    }
    crowd(
        Scale.times(4_000, 20_000),
        () -> cache.retrieve(null, key + turns.getAndIncrement() % SMALL_KEYS));

    crowd(
        Scale.times(300, 1_000),
        () ->
            assertThat(cache.retrieve(null, key + "large" + turns.incrementAndGet() % 10))
                .isNotNull());

    assertNothingIsLost(SMALL_KEYS + 10);
  }

  /**
   * A batch that was made just before the store, and runs behind it, brings the value often, once.
   */
  @Test
  void store_largeValueInPlaceOfTheSmallOneOfACrowd_evictsLittle() throws Exception {
    RedisCache cache = components.cache();
    fill();
    raw.set(key, "small");
    AtomicBoolean end = new AtomicBoolean();
    AtomicInteger large = new AtomicInteger();
    AtomicInteger small = new AtomicInteger();
    List<Background<Boolean>> crowd =
        start(
            () -> {
              while (!end.get()) {
                String value = (String) cache.retrieve(null, key);
                (value != null && value.length() >= MB ? large : small).incrementAndGet();
              }
            });
    for (int i = 0; i < Scale.times(4, 10); i++) {
      awaitMore(small, 5_000);
      cache.store(null, key, "x".repeat(MB), MINUTE);
      awaitMore(large, 100);
      cache.store(null, key, "small", MINUTE);
    }
    end.set(true);
    for (Background<Boolean> each : crowd) {
      each.result();
    }

    assertThat(raw.info("stats", "evicted_keys"))
        .as("keys that the stores evicted")
        .isLessThan(SMALL_KEYS / 5);
  }

  @Test
  void retrieve_outputBufferLimit_noConnectionIsClosed() throws Exception {
    raw.config("client-output-buffer-limit", "normal 8mb 0 0");
    RedisCache cache = components.cache();
    raw.set(key, large());
    crowd(64, () -> cache.retrieve(null, "missing"));
    List<String> clients = raw.clientIds();

    crowd(Scale.times(400, 2_000), () -> assertThat(cache.retrieve(null, key)).isNotNull());

    assertThat(raw.clientIds()).containsAll(clients);
  }

  @Test
  @Tag("alone")
  void retrieve_smallValuesBesideACrowdOnALargeOne_areNotHeldUp() throws Exception {
    RedisCache cache = components.cache();
    raw.set(key, large());
    raw.set(key + "small", "x");
    AtomicBoolean end = new AtomicBoolean();
    AtomicInteger large = new AtomicInteger();
    List<Background<Boolean>> crowd =
        start(
            () -> {
              while (!end.get()) {
                assertThat(cache.retrieve(null, key)).isNotNull();
                large.incrementAndGet();
              }
            });
    awaitMore(large, THREADS);
    int[] overtaken = new int[500];
    for (int i = 0; i < overtaken.length; i++) {
      int before = large.get();
      assertThat(cache.retrieve(null, key + "small")).isEqualTo("x");
      overtaken[i] = large.get() - before;
    }
    end.set(true);
    for (Background<Boolean> each : crowd) {
      each.result();
    }
    Arrays.sort(overtaken);
    assertThat(overtaken[overtaken.length * 9 / 10])
        .as("large reads that end during a small one")
        .isLessThan(THREADS / 2);
  }

  @Test
  void retrieve_nearMissOfALargeValueOverASlowNetwork_isReadOnceAndOthersGoOn() throws Exception {
    try (TcpProxy proxy = TcpProxy.to(server.port());
        Components slow = new Components(Target.of(proxy, server))) {
      RedisCache cache = slow.cache("options.near_cache", true, "options.command_timeout", 1_000);
      raw.set(key, large(6));
      await().until(() -> raw.trackers().size() == 1);
      assertThat(cache.retrieve(null, key + "missing")).isNull();
      long reads = raw.callsOf("get");
      long sentBefore = raw.info("stats", "total_net_output_bytes");
      proxy.throttle(2_000);
      Background<Object> large = Background.call(() -> cache.retrieve(null, key));
      await().until(() -> raw.callsOf("get") > reads);
      int misses = 0;
      long longest = 0;
      while (!large.isDone()) {
        long start = System.nanoTime();
        assertThat(cache.retrieve(null, key + misses++)).isNull();
        longest = Math.max(longest, System.nanoTime() - start);
      }
      assertThat(large.result()).asString().hasSize(6 * MB);
      assertThat(misses).isPositive();
      long sent = raw.info("stats", "total_net_output_bytes") - sentBefore;
      assertThat(sent).as("bytes sent, the value once").isLessThan(11 * MB);
      assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(1));
      Map<String, Long> counts = slow.counters().counts();
      assertThat(counts).doesNotContainKey("redis.cache.errors");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retrieve_foreignValueOf300MB_isRefusedAndOthersGoOn(boolean near) throws Exception {
    RedisCache cache =
        components.cache("options.near_cache", near, "options.command_timeout", 20_000);
    raw.call("SETRANGE", key, 300 * MB, "x");
    AtomicInteger refused = new AtomicInteger();
    List<Background<Boolean>> others = new ArrayList<>();
    AtomicBoolean end = new AtomicBoolean();
    for (int i = 0; i < 8; i++) {
      others.add(
          Background.run(
              () -> {
                while (!end.get()) {
                  assertThat(cache.retrieve(null, key + turns.getAndIncrement())).isNull();
                }
              }));
    }
    for (int i = 0; i < 5; i++) {
      try {
        cache.retrieve(null, key);
      } catch (RedisException e) {
        assertThat(e).hasMessageContaining("is not read: the bounds are");
        refused.incrementAndGet();
      }
    }
    end.set(true);
    for (Background<Boolean> each : others) {
      assertThat(each.result()).isTrue();
    }
    assertThat(refused).hasValue(5);
  }

  private static void awaitMore(AtomicInteger count, int more) {
    int enough = count.get() + more;
    await().atMost(Duration.ofSeconds(60)).until(() -> count.get() >= enough);
  }

  private void fill() {
    for (int i = 0; i < SMALL_KEYS; i++) {
      raw.set(key + i, "x".repeat(1_000));
    }
    raw.config("maxmemory-policy", "allkeys-lru");
    raw.config("maxmemory", 60 * MB);
  }

  private void assertNothingIsLost(int keys) {
    assertThat(raw.info("stats", "evicted_keys")).as("keys that were evicted").isZero();
    assertThat(raw.call("DBSIZE")).isEqualTo((long) keys);
  }

  private static String large() {
    return large(1);
  }

  private static String large(int megabytes) {
    return '"' + "x".repeat(megabytes * MB) + '"';
  }

  private void crowd(int times, Background.Action work) throws Exception {
    AtomicInteger left = new AtomicInteger(times);
    List<Background<Boolean>> crowd =
        start(
            () -> {
              while (left.getAndDecrement() > 0) {
                work.run();
              }
            });
    for (Background<Boolean> each : crowd) {
      each.result();
    }
  }

  private static List<Background<Boolean>> start(Background.Action work) {
    List<Background<Boolean>> crowd = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      crowd.add(Background.run(work));
    }
    return crowd;
  }
}
