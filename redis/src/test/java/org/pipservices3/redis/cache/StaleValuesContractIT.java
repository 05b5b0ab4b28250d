package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.fixture.Background;

/** What a near cache has left of a value serves while its loader fails or takes too long. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.pipservices3.redis.fixture.Targets#nearCaches")
class StaleValuesContractIT extends OnLoads {
  private static final LoadOptions STALE = OPTIONS.staleFor(Duration.ofMinutes(1));
  private static final LoadOptions SOFT = STALE.softTimeout(Duration.ofMillis(50));

  private static final CacheLoader<String, IOException> BROKEN =
      (trace, asked) -> {
        throw new IOException("database is down");
      };

  @BeforeEach
  void awaitTracking() {
    await().until(this::isTracked);
  }

  @Test
  void retrieveOrLoad_loaderFailsAfterTheEnd_isTheStaleValue() throws Exception {
    keepAndLetExpire("old");
    assertThat(cache.retrieveOrLoad(null, key, String.class, STALE, BROKEN)).isEqualTo("old");
    assertThat(count("stale_served")).isOne();
    assertNothingStored();
  }

  /** All that this component ever did with the key was to hit what another had stored. */
  @Test
  void retrieveOrLoad_loaderFailsAfterHitsOnly_isTheStaleValue() throws Exception {
    await()
        .until(
            () -> {
              other.store(null, key, "old", 300);
              return "old"
                  .equals(
                      cache.retrieveOrLoad(null, key, String.class, STALE, (trace, asked) -> null));
            });
    await().until(() -> !raw.exists(key));
    assertThat(cache.retrieveOrLoad(null, key, String.class, STALE, BROKEN)).isEqualTo("old");
  }

  /** The value was near before anybody had asked for stale ones. */
  @Test
  void retrieveOrLoad_loaderFailsAfterNearHits_isTheStaleValue() throws Exception {
    await()
        .until(
            () -> {
              other.store(null, key, "old", 300);
              cache.retrieve(null, key);
              long before = count("near_hits");
              cache.retrieve(null, key);
              return count("near_hits") > before
                  && "old"
                      .equals(
                          cache.retrieveOrLoad(
                              null, key, String.class, STALE, (trace, asked) -> null));
            });
    await().until(() -> !raw.exists(key));
    assertThat(cache.retrieveOrLoad(null, key, String.class, STALE, BROKEN)).isEqualTo("old");
  }

  @Test
  void retrieveOrLoad_loaderWorksAfterTheEnd_isFresh() {
    keepAndLetExpire("old");
    assertThat(cache.retrieveOrLoad(null, key, String.class, STALE, (trace, asked) -> "new"))
        .isEqualTo("new");
    assertStored("\"new\"");
    assertThat(count("stale_served")).isZero();
  }

  @Test
  void retrieveOrLoad_loaderFailsAndStaleNotAskedFor_isTheFailure() {
    keepAndLetExpire("old");
    assertFailsWithout(OPTIONS);
  }

  @Test
  void retrieveOrLoad_loaderFailsLongAfterTheEnd_isTheFailure() {
    LoadOptions briefly = OPTIONS.staleFor(Duration.ofMillis(200));
    keepAndLetExpire("old", briefly);
    await()
        .pollInterval(Duration.ofMillis(50))
        .until(
            () ->
                catchThrowable(() -> cache.retrieveOrLoad(null, key, String.class, briefly, BROKEN))
                    != null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"remove", "delete", "other's remove", "foreign write", "store"})
  void retrieveOrLoad_loaderFailsAfterAChange_isTheFailure(String change) {
    keep("old", STALE);
    switch (change) {
      case "remove" -> cache.remove(null, key);
      case "delete" -> cache.delete(null, key);
      case "other's remove" -> other.remove(null, key);
      case "store" -> cache.store(null, key, "stored", 1);
      default -> raw.call("SET", key, "\"foreign\"", "PX", 1);
    }
    // The invalidation of another's change may still be under way.
    await().until(() -> !raw.exists(key) && cache.retrieve(null, key) == null);
    assertFailsWithout(STALE);
  }

  /** What would have ended by now was changed before. */
  @ParameterizedTest
  @ValueSource(strings = {"other's remove", "foreign SET"})
  void retrieveOrLoad_loaderFailsAfterTheEndOfWhatWasChanged_isTheFailure(String change) {
    keep("old", STALE.timeout(Duration.ofSeconds(2)));
    raw.call("SET", key + "end", 1, "PX", 2_000);
    if (change.equals("foreign SET")) {
      raw.call("SET", key, "\"foreign\"", "PX", 1);
    } else {
      other.remove(null, key);
    }
    await().until(() -> !raw.exists(key + "end"));
    assertFailsWithout(STALE);
  }

  @Test
  void retrieveOrLoad_loaderFailsAfterARemoveOfWhatHadExpired_isTheFailure() {
    keepAndLetExpire("old");
    cache.remove(null, key);
    assertFailsWithout(STALE);
  }

  @Test
  void retrieveOrLoad_loaderFailsAfterARemoveDuringTheCall_isTheFailure() throws Exception {
    keepAndLetExpire("old");
    ParkedLoader<String> loader = new ParkedLoader<>("unused");
    Background<Throwable> load =
        Background.call(
            () ->
                catchThrowable(
                    () ->
                        cache.retrieveOrLoad(
                            null,
                            key,
                            String.class,
                            STALE,
                            (trace, asked) -> {
                              loader.load(trace, asked);
                              throw new IOException("database is down");
                            })));
    loader.awaitCalls(1);
    cache.remove(null, key);
    loader.release();
    assertThat(load.result()).isInstanceOf(IOException.class);
  }

  @Test
  void retrieveOrLoad_loaderFails_isLeftAloneForAWhile() throws Exception {
    keepAndLetExpire("old");
    ParkedLoader<String> calls = new ParkedLoader<>("");
    calls.release();
    for (int i = 0; i < 20; i++) {
      assertThat(
              cache.retrieveOrLoad(
                  null,
                  key,
                  String.class,
                  STALE,
                  (trace, asked) -> {
                    calls.load(trace, asked);
                    throw new IOException("database is down");
                  }))
          .isEqualTo("old");
    }
    assertThat(calls.calls()).isOne();
    assertThat(count("stale_served")).isEqualTo(20);
  }

  @Test
  void retrieveOrLoad_slowLoader_isTheStaleValueAndThenTheFreshOne() throws Exception {
    keepAndLetExpire("old");
    ParkedLoader<String> loader = new ParkedLoader<>("new");
    assertThat(cache.retrieveOrLoad(null, key, String.class, SOFT, loader)).isEqualTo("old");
    assertThat(loader.calls()).as("the load goes on").isOne();
    assertThat(cache.retrieveOrLoad(null, key, String.class, SOFT, loader)).isEqualTo("old");
    assertThat(loader.calls()).isOne();
    loader.release();
    await().until(() -> raw.exists(key));
    assertThat(cache.retrieveOrLoad(null, key, String.class, SOFT, loader)).isEqualTo("new");
    assertStored("\"new\"");
  }

  @Test
  void retrieveOrLoad_slowLoaderAndRemoveMeanwhile_isNotStale() throws Exception {
    keepAndLetExpire("old");
    ParkedLoader<String> slow = new ParkedLoader<>("removed");
    assertThat(cache.retrieveOrLoad(null, key, String.class, SOFT, slow)).isEqualTo("old");
    cache.remove(null, key);
    assertThat(cache.retrieveOrLoad(null, key, String.class, SOFT, (trace, asked) -> "new"))
        .isEqualTo("new");
    slow.release();
    assertStored("\"new\"");
  }

  @Test
  void retrieveOrLoad_softAndLoaderFails_isTheStaleValueOnce() throws Exception {
    keepAndLetExpire("old");
    assertThat(cache.retrieveOrLoad(null, key, String.class, SOFT, BROKEN)).isEqualTo("old");
    await().until(() -> count("load_failures") == 1);
    assertThat(count("stale_served")).isOne();
  }

  @Test
  void retrieveOrLoad_slowLoaderWithoutStaleValue_isWaitedFor() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> load = load(cache, SOFT, loader);
    loader.awaitCalls(1);
    load.awaitSleep();
    loader.release();
    assertThat(load.result()).isEqualTo("ABC");
  }

  @Test
  void retrieveOrLoad_slowLoaderAndOtherComponent_waitsForThatLoad() throws Exception {
    keepAndLetExpire("old");
    ParkedLoader<String> loader = new ParkedLoader<>("new");
    assertThat(cache.retrieveOrLoad(null, key, String.class, SOFT, loader)).isEqualTo("old");
    Background<String> waiter = load(other, OPTIONS, loader);
    waiter.awaitSleep();
    loader.release();
    assertThat(waiter.result()).isEqualTo("new");
    assertThat(loader.calls()).isOne();
  }

  private void assertFailsWithout(LoadOptions options) {
    assertThat(catchThrowable(() -> cache.retrieveOrLoad(null, key, String.class, options, BROKEN)))
        .isInstanceOf(IOException.class);
    assertThat(count("stale_served")).isZero();
  }

  private void keepAndLetExpire(String value) {
    keepAndLetExpire(value, STALE);
  }

  /** Loads it for a moment, and waits until both the near cache and Redis have dropped it. */
  private void keepAndLetExpire(String value, LoadOptions options) {
    LoadOptions briefly = options.timeout(Duration.ofMillis(300));
    cache.retrieveOrLoad(null, key, String.class, briefly, (trace, asked) -> value);
    await().until(() -> !raw.exists(key));
  }

  private void keep(String value, LoadOptions options) {
    cache.retrieveOrLoad(null, key, String.class, options, (trace, asked) -> value);
    await()
        .until(
            () -> {
              long before = count("near_hits");
              cache.retrieveOrLoad(null, key, String.class, options, (trace, asked) -> "wrong");
              return count("near_hits") > before;
            });
  }

  private boolean isTracked() {
    cache.store(null, key + "probe", 1, MINUTE);
    cache.retrieve(null, key + "probe");
    cache.retrieve(null, key + "probe");
    return count("near_hits") > 0;
  }
}
