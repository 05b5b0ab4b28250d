package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RecordingLogger;

/** What a load returns and stores, and for how long. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.pipservices3.redis.fixture.Targets#caches")
class LoadValuesContractIT extends OnLoads {

  record Price(String currency, int cents) {}

  /** The shape of the toolkit's persistence: a getter by correlation id and id. */
  private static final class Prices {
    Price getOneById(String correlationId, String id) throws ApplicationException {
      return new Price(correlationId, id.length());
    }
  }

  @Test
  void retrieveOrLoad_missing_isLoadedStoredAndReturned() {
    assertThat(load(cache, "ABC")).isEqualTo("ABC");
    assertStored("\"ABC\"");
    assertThat(raw.pttl(key)).isBetween(MINUTE - 5_000, MINUTE);
    assertThat(other.retrieve(null, key)).isEqualTo("ABC");
  }

  @Test
  void retrieveOrLoad_there_isNotLoaded() {
    cache.store(null, key, "ABC", MINUTE);
    for (RedisCache each : List.of(cache, cache, other)) {
      assertThat(load(each, "another")).isEqualTo("ABC");
    }
  }

  @Test
  void retrieveOrLoad_afterItsExpiry_isLoadedAnew() {
    cache.store(null, key, "old", MINUTE);
    raw.call("PEXPIRE", key, 1);
    await().until(() -> !raw.exists(key));
    assertThat(load(cache, "new")).isEqualTo("new");
    assertStored("\"new\"");
  }

  @Test
  void retrieveOrLoad_methodOfThePersistence_fitsAsItIs() throws ApplicationException {
    Prices prices = new Prices();
    assertThat(cache.retrieveOrLoad("EUR", key, Price.class, MINUTE, prices::getOneById))
        .isEqualTo(new Price("EUR", key.length()));
  }

  @Test
  void retrieveOrLoad_withPrefix_loaderGetsTheKeyOfTheCaller() throws ApplicationException {
    String prefix = Keys.unique("prefix") + ":";
    RedisCache prefixed = components.cache("options.key_prefix", prefix);
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> load =
        Background.call(
            () ->
                prefixed.retrieveOrLoad(
                    TRACE,
                    key,
                    String.class,
                    MINUTE,
                    (trace, asked) -> {
                      loader.load(trace, asked);
                      return trace + " " + asked;
                    }));
    loader.awaitCalls(1);
    String lease = prefix + "load:{" + prefix + key + "}";
    assertThat(raw.pttl(lease)).isBetween(1L, 10_000L);
    loader.release();
    assertThat(resultOf(load)).isEqualTo(TRACE + " " + key);
    assertThat(raw.text(prefix + key)).isEqualTo("\"" + TRACE + " " + key + "\"");
    assertThat(raw.exists(lease)).isFalse();
  }

  @Test
  void retrieveOrLoad_loadersOwnCaller_getsWhatTheJsonSays() {
    List<Price> own = new ArrayList<>(List.of(new Price("EUR", 1)));
    List<?> loaded = cache.retrieveOrLoad(null, key, List.class, MINUTE, (trace, asked) -> own);
    assertThat(loaded).isNotSameAs(own).isEqualTo(List.of(Map.of("currency", "EUR", "cents", 1)));
    own.clear();
    assertThat(cache.retrieve(null, key)).isEqualTo(loaded);
  }

  @Test
  void retrieveOrLoad_genericType_isThatType() {
    TypeReference<List<Price>> type = new TypeReference<>() {};
    List<Price> prices = List.of(new Price("EUR", 1), new Price("USD", 2));
    assertThat(cache.retrieveOrLoad(null, key, type, MINUTE, (trace, asked) -> prices))
        .isEqualTo(prices);
    assertThat(cache.retrieveOrLoad(null, key, type, OPTIONS, (trace, asked) -> List.of()))
        .isEqualTo(prices);
  }

  @Test
  void retrieveOrLoad_timeoutNotPositive_takesConfiguredDefault() throws ApplicationException {
    RedisCache configured = components.cache("options.timeout", 5_000);
    configured.retrieveOrLoad(null, key, Integer.class, 0, (trace, asked) -> 1);
    assertThat(raw.pttl(key)).isBetween(1L, 5_000L);
    raw.del(key);
    LoadOptions defaults = LoadOptions.defaults();
    configured.retrieveOrLoad(null, key + 2, Integer.class, defaults, (trace, asked) -> 1);
    assertThat(raw.pttl(key + 2)).isBetween(1L, 5_000L);
  }

  @Test
  void retrieveOrLoad_timeoutOf_isTheLifetimeByValue() {
    LoadOptions options = OPTIONS.timeoutOf((Integer value) -> Duration.ofSeconds(value));
    cache.retrieveOrLoad(null, key, Integer.class, options, (trace, asked) -> 5);
    assertThat(raw.pttl(key)).isBetween(1L, 5_000L);
  }

  @Test
  void retrieveOrLoad_timeoutOfIsZero_isReturnedAndNotKept() {
    LoadOptions options = OPTIONS.timeoutOf(value -> Duration.ZERO);
    assertThat(cache.retrieveOrLoad(null, key, Integer.class, options, (trace, asked) -> 5))
        .isEqualTo(5);
    assertNothingStored();
    assertThat(raw.exists(lease())).isFalse();
    assertThat(cache.retrieveOrLoad(null, key, Integer.class, options, (trace, asked) -> 6))
        .isEqualTo(6);
  }

  @Test
  void retrieveOrLoad_null_isNotKept() {
    AtomicInteger loads = new AtomicInteger();
    for (int i = 1; i <= 2; i++) {
      assertThat(
              cache.retrieveOrLoad(
                  null,
                  key,
                  String.class,
                  MINUTE,
                  (trace, asked) -> {
                    loads.incrementAndGet();
                    return null;
                  }))
          .isNull();
      assertThat(loads).hasValue(i);
      assertNothingStored();
      assertThat(raw.exists(lease())).isFalse();
    }
  }

  @Test
  void retrieveOrLoad_nullWithNullTimeout_isKeptAsJsonNull() {
    LoadOptions options = OPTIONS.nullTimeout(Duration.ofSeconds(5));
    assertThat(cache.retrieveOrLoad(null, key, String.class, options, (trace, asked) -> null))
        .isNull();
    assertStored("null");
    assertThat(raw.pttl(key)).isBetween(1L, 5_000L);
    for (RedisCache each : List.of(cache, other)) {
      assertThat(each.retrieveOrLoad(null, key, String.class, options, (trace, asked) -> "new"))
          .isNull();
    }
  }

  @Test
  void retrieveOrLoad_storedNull_isAHit() {
    cache.store(null, key, null, MINUTE);
    assertThat(load(cache, "new")).isNull();
    assertThat(load(other, "new")).isNull();
    assertStored("null");
  }

  @Test
  void retrieveOrLoad_jitter_shortensWithinBoundsAndNeverLengthens() {
    LoadOptions options = OPTIONS.jitter(0.5);
    Set<Long> lives = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String each = key + i;
      cache.retrieveOrLoad(null, each, Integer.class, options, (trace, asked) -> 1);
      long life = raw.pttl(each);
      assertThat(life).isBetween(MINUTE / 2 - 5_000, MINUTE);
      lives.add(life / 1_000);
    }
    assertThat(lives).as("seconds to live").hasSizeGreaterThan(5);
  }

  @Test
  void retrieveOrLoad_typeThatDoesNotFit_isLoadedAnewAndOverwritten() {
    raw.set(key, "{\"shape\":\"old\"}");
    raw.call("PEXPIRE", key, MINUTE);
    assertThat(cache.retrieveOrLoad(null, key, Integer.class, MINUTE, (trace, asked) -> 5))
        .isEqualTo(5);
    assertStored("5");
    assertThat(cache.retrieveOrLoad(null, key, Integer.class, MINUTE, (trace, asked) -> 6))
        .isEqualTo(5);
    assertThat(components.logger().entries(LogLevel.Warn)).filteredOn(this::isOfKey).hasSize(1);
  }

  @Test
  void retrieveOrLoad_typeThatDoesNotFitChangedMeanwhile_isNotOverwritten() throws Exception {
    raw.set(key, "{\"shape\":\"old\"}");
    ParkedLoader<Integer> loader = new ParkedLoader<>(5);
    Background<Integer> load =
        Background.call(() -> cache.retrieveOrLoad(null, key, Integer.class, MINUTE, loader));
    loader.awaitCalls(1);
    raw.set(key, "{\"shape\":\"foreign\"}");
    loader.release();
    assertThat(load.result()).isEqualTo(5);
    assertStored("{\"shape\":\"foreign\"}");
  }

  @Test
  void retrieveOrLoad_valueThatCannotBeWritten_isWrongValueAndNothingStays() {
    List<Object> unwritable = new ArrayList<>();
    unwritable.add(unwritable);
    assertFails(
        () -> cache.retrieveOrLoad(TRACE, key, List.class, MINUTE, (trace, asked) -> unwritable),
        BadRequestException.class,
        "WRONG_VALUE");
    assertNothingStored();
    assertThat(raw.exists(lease())).isFalse();
    assertThat(load(cache, "ABC")).isEqualTo("ABC");
  }

  private boolean isOfKey(RecordingLogger.Entry entry) {
    return entry.message().contains(key);
  }

  private static <T> T resultOf(Background<T> call) {
    try {
      return call.result();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
