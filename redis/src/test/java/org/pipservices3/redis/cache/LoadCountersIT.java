package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Targets;

/** What is counted of loads. */
class LoadCountersIT {
  private static final long MINUTE = 60_000;
  private static final LoadOptions OPTIONS = LoadOptions.defaults();

  private final String key = Keys.unique("counted");
  private final Components components = new Components(Targets.plain());
  private final Components others = new Components(Targets.plain());
  private final RawRedis raw = Targets.plain().raw();
  private RedisCache cache;
  private RedisCache other;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache();
    other = others.cache();
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    others.close();
    raw.close();
  }

  @Test
  void retrieveOrLoad_missAndHit_areCountedOnceEach() {
    load(cache);
    assertCounts(Map.of("misses", 1L, "loads", 1L));
    load(cache);
    assertCounts(Map.of("misses", 1L, "loads", 1L, "hits", 1L));
  }

  @Test
  void retrieveOrLoad_loaderThrows_isAFailureAndNoError() {
    CacheLoader<String, IOException> throwing =
        (trace, asked) -> {
          throw new IOException("disk");
        };
    assertThat(
            catchThrowable(() -> cache.retrieveOrLoad(null, key, String.class, OPTIONS, throwing)))
        .isInstanceOf(IOException.class);
    assertCounts(Map.of("misses", 1L, "loads", 1L, "load_failures", 1L));
  }

  @Test
  void retrieveOrLoad_joiners_areCounted() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> owner = load(cache, loader);
    loader.awaitCalls(1);
    Background<String> joiner = load(cache, loader);
    joiner.awaitSleep();
    loader.release();
    owner.result();
    joiner.result();
    assertCounts(Map.of("misses", 2L, "loads", 1L, "load_joined", 1L));
  }

  @Test
  void retrieveOrLoad_waitForAnotherProcess_isTimed() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> owner = load(other, loader);
    loader.awaitCalls(1);
    long scripts = scripts();
    Background<String> waiter = load(cache, loader);
    await().until(() -> scripts() > scripts);
    loader.release();
    owner.result();
    waiter.result();
    assertThat(components.counters().values("redis.cache.load_waits")).hasSize(1);
    assertThat(components.counters().count("redis.cache.loads")).isZero();
    assertThat(others.counters().values("redis.cache.load_waits")).isEmpty();
  }

  @Test
  void retrieveOrLoad_removedMeanwhile_isSuperseded() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> owner = load(cache, loader);
    loader.awaitCalls(1);
    other.remove(null, key);
    loader.release();
    owner.result();
    assertCounts(Map.of("misses", 1L, "loads", 1L, "load_superseded", 1L));
  }

  @Test
  void retrieveOrLoad_foreignLeaseAllTheTime_isLate() {
    String lease = "load:{" + key + "}";
    raw.setIfAbsent(lease, "another", MINUTE);
    cache.retrieveOrLoad(
        null,
        key,
        String.class,
        OPTIONS.loadTimeout(Duration.ofMillis(50)),
        (trace, asked) -> "ABC");
    await().until(() -> components.counters().count("redis.cache.load_late") == 1);
    assertThat(components.counters().count("redis.cache.stores")).isZero();
    raw.del(lease);
  }

  /** How many scripts the server has run: a claim is one. */
  private long scripts() {
    return raw.callsOf("eval") + raw.callsOf("evalsha");
  }

  private String load(RedisCache by) {
    return by.retrieveOrLoad(null, key, String.class, MINUTE, (trace, asked) -> "ABC");
  }

  private Background<String> load(RedisCache by, ParkedLoader<String> loader) {
    return Background.call(() -> by.retrieveOrLoad(null, key, String.class, MINUTE, loader));
  }

  private void assertCounts(Map<String, Long> expected) {
    Map<String, Long> full = new TreeMap<>();
    expected.forEach((name, count) -> full.put("redis.cache." + name, count));
    assertThat(components.counters().counts()).containsExactlyInAnyOrderEntriesOf(full);
  }
}
