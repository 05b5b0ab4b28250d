package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Targets;

/** Values beyond their end where the loader fails or is slow, and values loaded ahead. */
@Timeout(60)
class StaleLoadsIT {
  private static final LoadOptions STALE =
      LoadOptions.defaults().timeout(Duration.ofMillis(300)).staleFor(Duration.ofMinutes(1));
  private static final LoadOptions EAGER =
      LoadOptions.defaults().timeout(Duration.ofSeconds(20)).refreshAhead(1_000);

  private final String key = Keys.unique("stale");
  private final Components components = new Components(Targets.plain());
  private final RawRedis raw = Targets.plain().raw();
  private final AtomicInteger calls = new AtomicInteger();
  private RedisCache cache;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache("options.near_cache", true);
    String other = Keys.unique("tracked");
    cache.store(TRACE, other, 1, 60_000);
    await()
        .until(
            () -> {
              cache.retrieve(TRACE, other);
              return counted("near_hits") > 0;
            });
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    assertThat(raw.exists("load:{" + key + "}")).as("a lease is left").isFalse();
    raw.close();
  }

  private String load(LoadOptions options, CacheLoader<String, RuntimeException> loader) {
    return cache.retrieveOrLoad(TRACE, key, String.class, options, loader);
  }

  private String fail(String correlationId, String asked) {
    calls.incrementAndGet();
    throw new IllegalStateException("no database");
  }

  private static CacheLoader<String, RuntimeException> giving(String value) {
    return (correlationId, asked) -> value;
  }

  private long counted(String name) {
    return components.counters().count("redis.cache." + name);
  }

  private void loadAndOutlive() {
    assertThat(load(STALE, giving("old"))).isEqualTo("old");
    await().until(() -> !raw.exists(key));
  }

  @Test
  void retrieveOrLoad_loaderFailsAfterTheEnd_givesTheStaleValueAndLeavesTheLoaderAlone() {
    loadAndOutlive();
    assertThat(load(STALE, this::fail)).isEqualTo("old");
    assertThat(load(STALE, this::fail)).isEqualTo("old");
    assertThat(calls).as("left alone after the failure").hasValue(1);
    assertThat(counted("stale_served")).isEqualTo(2);
    assertThatThrownBy(() -> load(LoadOptions.defaults(), this::fail)).hasMessage("no database");
  }

  @Test
  void retrieveOrLoad_removedAfterTheEnd_isNoStaleValue() {
    loadAndOutlive();
    cache.remove(TRACE, key);
    assertThatThrownBy(() -> load(STALE, this::fail)).hasMessage("no database");
  }

  @Test
  void retrieveOrLoad_removedDuringTheLoad_isNoStaleValue() throws ApplicationException {
    RedisCache other = components.cache();
    for (RedisCache remover : new RedisCache[] {cache, other}) {
      loadAndOutlive();
      assertThatThrownBy(
              () ->
                  load(
                      STALE,
                      (correlationId, asked) -> {
                        remover.remove(TRACE, key);
                        return fail(correlationId, asked);
                      }))
          .hasMessage("no database");
    }
  }

  @Test
  void retrieveOrLoad_foreignRemovalBeforeTheEnd_isNoStaleValue() {
    LoadOptions longer = STALE.timeout(Duration.ofMinutes(1));
    assertThat(load(longer, giving("old"))).isEqualTo("old");
    raw.del(key);
    await().until(() -> cache.retrieve(TRACE, key) == null);
    assertThatThrownBy(() -> load(longer, this::fail)).hasMessage("no database");
  }

  @Test
  void retrieveOrLoad_slowLoader_givesTheStaleValueAndGoesOn() throws Exception {
    loadAndOutlive();
    CountDownLatch released = new CountDownLatch(1);
    LoadOptions soft = STALE.softTimeout(Duration.ofMillis(50)).timeout(Duration.ofMinutes(1));
    CacheLoader<String, RuntimeException> slow =
        (correlationId, asked) -> {
          calls.incrementAndGet();
          try {
            released.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return "new";
        };
    assertThat(load(soft, slow)).isEqualTo("old");
    assertThat(load(soft, slow)).isEqualTo("old");
    released.countDown();
    await().untilAsserted(() -> assertThat(raw.text(key)).isEqualTo("\"new\""));
    assertThat(load(soft, slow)).isEqualTo("new");
    assertThat(calls).hasValue(1);
  }

  @Test
  void retrieveOrLoad_quickLoaderWithSoftTimeout_givesTheNewValueOrTheVeryFailure() {
    LoadOptions soft = STALE.softTimeout(Duration.ofSeconds(20));
    loadAndOutlive();
    assertThat(load(soft, giving("new"))).isEqualTo("new");
    await().until(() -> !raw.exists(key));
    StackOverflowError failure = new StackOverflowError("deep");
    assertThatThrownBy(
            () ->
                load(
                    soft,
                    (correlationId, asked) -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  @Test
  void retrieveOrLoad_staleWithoutNearCache_isWrongOption() throws ApplicationException {
    cache = components.cache();
    assertFails(() -> load(STALE, this::fail), BadRequestException.class, "WRONG_OPTION");
    assertFails(
        () -> load(LoadOptions.defaults().softTimeout(Duration.ofSeconds(1)), this::fail),
        BadRequestException.class,
        "WRONG_OPTION");
  }

  private String count(String correlationId, String asked) {
    long end = System.nanoTime() + Duration.ofMillis(20).toNanos();
    await().until(() -> System.nanoTime() - end >= 0);
    return "value " + calls.incrementAndGet();
  }

  @Test
  void retrieveOrLoad_dueAhead_isLoadedAgainInTheBackground() {
    assertThat(load(EAGER, this::count)).isEqualTo("value 1");
    await().until(() -> !load(EAGER, this::count).equals("value 1"));
    await().untilAsserted(() -> assertThat(counted("refreshes")).isEqualTo(calls.get() - 1));
    assertThat(raw.pttl(key)).isGreaterThan(15_000);
  }

  @Test
  void retrieveOrLoad_writtenDuringARefresh_staysAsItIs() {
    for (boolean removed : new boolean[] {false, true}) {
      cache.remove(TRACE, key);
      assertThat(load(EAGER, this::count)).startsWith("value");
      long before = counted("load_superseded");
      AtomicBoolean disturbs = new AtomicBoolean(); // what is loaded after that is stored
      CacheLoader<String, RuntimeException> disturbed =
          (correlationId, asked) -> {
            disturbs.set(true);
            if (removed) {
              raw.del(key);
            } else {
              raw.set(key, "\"foreign\"");
            }
            return "outdated";
          };
      await()
          .untilAsserted(
              () -> {
                if (!disturbs.get()) {
                  load(EAGER, disturbed);
                }
                assertThat(counted("load_superseded")).isEqualTo(before + 1);
              });
      assertThat(raw.text(key)).isEqualTo(removed ? null : "\"foreign\"");
    }
  }
}
