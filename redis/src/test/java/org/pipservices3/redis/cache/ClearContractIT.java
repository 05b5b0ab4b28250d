package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;

/** What clear removes and what it leaves. */
class ClearContractIT extends OnEveryTarget {
  private static final long MINUTE = 60_000;
  private static final int MANY = 2_000;

  private final String prefix = Keys.unique("clear") + ":";
  private RedisCache cache;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache(with("options.key_prefix", prefix));
  }

  /** Names and values that a subclass adds to these. */
  Object[] with(Object... tuples) {
    return tuples;
  }

  private static Map<String, Object> values(String start, int count) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      values.put(start + i, i);
    }
    return values;
  }

  @Test
  void clear_many_removesAllOfThePrefixAndNoOthers() {
    String other = Keys.unique("other");
    raw.set(other, 1);
    cache.storeAll(null, values("a", MANY), MINUTE);
    assertThat(cache.clear("123")).isEqualTo(MANY);
    assertThat(cache.retrieveAll(null, values("a", MANY).keySet())).isEmpty();
    assertThat(raw.exists(other)).isTrue();
    assertThat(cache.clear(null)).isZero();
  }

  @Test
  void clear_readBefore_isNotServedAfterwards() {
    cache.storeAll(null, values("a", 10), MINUTE);
    cache.retrieveAll(null, values("a", 10).keySet());
    cache.retrieve(null, "a1");
    cache.clear(null);
    assertThat(cache.retrieve(null, "a1")).isNull();
    assertThat(cache.retrieveAll(null, values("a", 10).keySet())).isEmpty();
  }

  @Test
  void clear_partOfThePrefix_removesThatPart() {
    cache.storeAll(null, values("a:", 5), MINUTE);
    cache.storeAll(null, values("b:", 7), MINUTE);
    assertThat(cache.clear(null, "a:", ClearOptions.defaults())).isEqualTo(5);
    assertThat(cache.retrieveAll(null, values("b:", 7).keySet())).hasSize(7);
    assertThat(cache.clear(null, "", ClearOptions.defaults())).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*", "?", "[a-z]", "[^a]", "\\", "\\*", "a]", "{a}", "ключ 🦊", "\u0000\n"})
  void clear_prefixWithGlobCharacters_meansThemselves(String odd) {
    String lookalike = odd.replace('*', 'x').replace('?', 'x').replace("[a-z]", "b") + "!";
    cache.storeAll(null, Map.of(odd + 1, 1, odd, 2), MINUTE);
    cache.store(null, "[^a]".equals(odd) ? "b1" : "x1", 1, MINUTE);
    if (!lookalike.startsWith(odd)) {
      cache.store(null, lookalike, 1, MINUTE);
    }
    assertThat(cache.clear(null, odd, ClearOptions.defaults())).isEqualTo(2);
    assertThat(cache.clear(null)).isEqualTo(lookalike.startsWith(odd) ? 1 : 2);
  }

  @Test
  void clear_noPrefixAtAll_isNoPrefix() throws ApplicationException {
    RedisCache all = components.cache(with());
    assertFails(() -> all.clear(TRACE), BadRequestException.class, "NO_PREFIX");
    assertFails(
        () -> all.clear(TRACE, "", ClearOptions.defaults()),
        BadRequestException.class,
        "NO_PREFIX");
    assertFails(
        () -> cache.clear(TRACE, null, ClearOptions.defaults()),
        BadRequestException.class,
        "NO_PREFIX");
    raw.set(prefix + 1, 1);
    assertThat(all.clear(null, prefix, ClearOptions.defaults())).isOne();
  }

  @Test
  void clear_noOptions_isWrongOption() {
    assertFails(() -> cache.clear(TRACE, "a", null), BadRequestException.class, "WRONG_OPTION");
  }

  @Test
  void clear_loadLeases_goAndDoNotCount() {
    String own = prefix + "load:{" + prefix + "a1}";
    String braces = prefix + "load:{a}" + prefix + "{a}1";
    String others = prefix + "load:{" + prefix + "b1}";
    List.of(own, braces, others).forEach(lease -> raw.set(lease, "token"));
    cache.store(null, "a1", 1, MINUTE);
    assertThat(cache.clear(null, "a", ClearOptions.defaults())).isOne();
    assertThat(raw.exists(own)).isFalse();
    assertThat(raw.exists(others)).isTrue();
    assertThat(cache.clear(null, "{a}", ClearOptions.defaults())).isZero();
    assertThat(raw.exists(braces)).isFalse();
    assertThat(cache.clear(null)).isZero();
    assertThat(raw.exists(others)).isFalse();
  }

  @Test
  void clear_progress_rises() {
    cache.storeAll(null, values("a", 300), MINUTE);
    List<Long> told = new ArrayList<>();
    ClearOptions options = ClearOptions.defaults().batch(10).onProgress(told::add);
    assertThat(cache.clear(null, "a", options)).isEqualTo(300);
    assertThat(told).isSorted().hasSizeGreaterThan(10).endsWith(300L);
  }

  @Test
  void clear_progressThrows_endsWithThatAndMayBeRepeated() {
    cache.storeAll(null, values("a", 300), MINUTE);
    IllegalStateException mine = new IllegalStateException("enough");
    ClearOptions options =
        ClearOptions.defaults()
            .batch(10)
            .onProgress(
                removed -> {
                  if (removed > 0) {
                    throw mine;
                  }
                });
    assertThat(catchThrowable(() -> cache.clear(null, "a", options))).isSameAs(mine);
    assertThat(cache.clear(null)).isBetween(1L, 299L);
  }

  @Test
  void clear_keysPerSecond_areNotExceeded() {
    cache.storeAll(null, values("a", 300), MINUTE);
    long start = System.nanoTime();
    ClearOptions options = ClearOptions.defaults().batch(10).keysPerSecond(1_000);
    assertThat(cache.clear(null, "a", options)).isEqualTo(300);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void clear_keysPerSecondBelowTheBatch_areNotRemovedAtOnce() {
    cache.storeAll(null, values("a", 60), MINUTE);
    List<Long> steps = new ArrayList<>();
    ClearOptions options = ClearOptions.defaults().keysPerSecond(40).onProgress(steps::add);
    assertThat(cache.clear(null, "a", options)).isEqualTo(60);
    assertThat(steps.get(0)).isLessThan(60);
  }

  @Test
  void clear_deadline_endsItWithTheNumberOfRemovedKeys() {
    cache.storeAll(null, values("a", 300), MINUTE);
    ClearOptions options =
        ClearOptions.defaults().batch(10).keysPerSecond(100).deadline(Duration.ofMillis(200));
    long start = System.nanoTime();
    ApplicationException error =
        assertFails(
            () -> cache.clear(TRACE, "a", options), ConflictException.class, "CLEAR_TIMEOUT");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    int removed = Integer.parseInt(error.getDetails().get("removed"));
    assertThat(error.getMessage()).contains("(" + removed + " keys removed)");
    assertThat(cache.clear(null)).isEqualTo(300 - removed);
  }

  @Test
  void clear_interrupted_endsAndStaysInterrupted() {
    cache.storeAll(null, values("a", 300), MINUTE);
    ClearOptions options =
        ClearOptions.defaults()
            .batch(10)
            .onProgress(
                removed -> {
                  if (removed > 0) {
                    Thread.currentThread().interrupt();
                  }
                });
    try {
      assertFails(() -> cache.clear(TRACE, "a", options), InvocationException.class, "INTERRUPTED");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(cache.clear(null)).isBetween(1L, 299L);
  }

  @Test
  void clear_counters_countRemovedKeys() {
    cache.storeAll(null, values("a", 30), MINUTE);
    cache.clear(null);
    assertThat(components.counters().count("redis.cache.stores")).isEqualTo(30);
    assertThat(components.counters().count("redis.cache.removes")).isEqualTo(30);
    assertThat(components.counters().count("redis.cache.errors")).isZero();
  }
}
