package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;
import org.pipservices3.redis.internal.loading.LeaseKeys;

/** What a read of many keys loads, stores and returns. */
class BulkLoadContractIT extends OnEveryTarget {
  private static final long MINUTE = 60_000;
  private static final LoadOptions DEFAULTS = LoadOptions.defaults();

  private final String key = Keys.unique("load");
  private final List<Collection<String>> calls = Collections.synchronizedList(new ArrayList<>());
  private RedisCache cache;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache(options());
  }

  /** Names and values that a subclass adds to the configuration. */
  Object[] options() {
    return new Object[0];
  }

  private List<String> keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> key + i).toList();
  }

  private static Map<String, String> valuesOf(Collection<String> keys) {
    Map<String, String> values = new HashMap<>();
    keys.forEach(each -> values.put(each, "of " + each));
    return values;
  }

  private Map<String, String> load(@Nullable String correlationId, Collection<String> keys) {
    calls.add(List.copyOf(keys));
    return valuesOf(keys);
  }

  private Map<String, @Nullable String> retrieve(Collection<String> keys) {
    return cache.retrieveAllOrLoad(null, keys, String.class, DEFAULTS, this::load);
  }

  private String leaseOf(String each) {
    return new LeaseKeys("").of(each);
  }

  private void assertNoLeases(int count) {
    assertThat(keys(count)).noneMatch(each -> raw.exists(leaseOf(each)));
  }

  private void awaitJoined(long count) {
    await().until(() -> components.counters().count("redis.cache.load_joined") == count);
  }

  @Test
  void allMissing_oneCallLoadsAndStoresAll() {
    assertThat(retrieve(keys(50))).isEqualTo(valuesOf(keys(50)));
    assertThat(retrieve(keys(50))).isEqualTo(valuesOf(keys(50)));
    assertThat(calls).containsExactly(keys(50));
    assertThat(raw.text(key + 7)).isEqualTo("\"of " + key + 7 + "\"");
    assertThat(raw.pttl(key + 7)).isBetween(MINUTE - 10_000, MINUTE);
    assertNoLeases(50);
  }

  @Test
  void someMissing_loaderGetsThoseAndTheResultHasTheOrderOfTheKeys() {
    cache.store(null, key + 1, "stored", MINUTE);
    cache.store(null, key + 3, null, MINUTE);
    List<String> asked = List.of(key + 2, key + 1, key + 2, key + 0, key + 3);
    Map<String, String> found = retrieve(asked);
    assertThat(calls).containsExactly(List.of(key + 2, key + 0));
    assertThat(found.keySet()).containsExactly(key + 2, key + 1, key + 0, key + 3);
    assertThat(found).containsEntry(key + 1, "stored").containsEntry(key + 3, null);
  }

  @Test
  void nothingMissing_loaderIsNotCalled() {
    cache.store(null, key, "stored", MINUTE);
    assertThat(retrieve(List.of(key))).containsEntry(key, "stored");
    assertThat(retrieve(List.of())).isEmpty();
    assertThat(calls).isEmpty();
  }

  @Test
  void leftOutOrNotAskedFor_isNeitherReturnedNorStored() {
    Map<String, String> found =
        cache.retrieveAllOrLoad(
            null,
            keys(3),
            String.class,
            DEFAULTS,
            (id, missing) -> Map.of(key + 1, "one", key + 9, "nine"));
    assertThat(found).containsExactly(Map.entry(key + 1, "one"));
    assertThat(raw.exists(key + 0)).isFalse();
    assertThat(raw.exists(key + 9)).isFalse();
    assertNoLeases(3);
  }

  @Test
  void noMap_isAsAnEmptyOne() {
    assertThat(cache.retrieveAllOrLoad(null, keys(2), String.class, DEFAULTS, (id, all) -> null))
        .isEmpty();
    assertNoLeases(2);
  }

  @Test
  void nullValue_isReturnedAndStoredForItsOwnTime() {
    Map<String, String> none = Collections.singletonMap(key, null);
    LoadOptions kept = DEFAULTS.nullTimeout(Duration.ofSeconds(5));
    assertThat(
            cache.retrieveAllOrLoad(null, List.of(key), String.class, DEFAULTS, (id, all) -> none))
        .isEqualTo(none);
    assertThat(raw.exists(key)).isFalse();
    assertThat(cache.retrieveAllOrLoad(null, List.of(key), String.class, kept, (id, all) -> none))
        .isEqualTo(none);
    assertThat(raw.text(key)).isEqualTo("null");
    assertThat(raw.pttl(key)).isBetween(1L, 5_000L);
  }

  @Test
  void options_lifetimeByValue_holdsForEach() {
    LoadOptions options = DEFAULTS.timeoutOf((Integer seconds) -> Duration.ofSeconds(seconds));
    Map<String, Integer> found =
        cache.retrieveAllOrLoad(
            null, keys(2), Integer.class, options, (id, all) -> Map.of(key + 0, 0, key + 1, 9));
    assertThat(found).containsEntry(key + 0, 0).containsEntry(key + 1, 9);
    assertThat(raw.exists(key + 0)).isFalse();
    assertThat(raw.pttl(key + 1)).isBetween(1L, 9_000L);
    assertNoLeases(2);
  }

  @Test
  void genericType_isThatOfHitsAndLoads() {
    cache.store(null, key + 0, List.of(1, 2), MINUTE);
    Map<String, List<Long>> found =
        cache.retrieveAllOrLoad(
            null,
            keys(2),
            new TypeReference<List<Long>>() {},
            DEFAULTS,
            (id, all) -> Map.of(key + 1, List.of(3L)));
    assertThat(found).containsEntry(key + 0, List.of(1L, 2L)).containsEntry(key + 1, List.of(3L));
  }

  @Test
  void storedValueDoesNotFit_isLoadedAnewAndReplaced() {
    cache.storeAll(null, Map.of(key + 0, "text", key + 1, 1), MINUTE);
    for (int i = 0; i < 2; i++) {
      Map<String, Integer> found =
          cache.retrieveAllOrLoad(
              null, keys(2), Integer.class, DEFAULTS, (id, all) -> Map.of(key + 0, all.size()));
      assertThat(found).containsEntry(key + 0, 1).containsEntry(key + 1, 1);
    }
    assertThat(raw.text(key + 0)).isEqualTo("1");
  }

  @Test
  void loaderThrows_theSameIsThrownAndNothingStored() {
    cache.store(null, key + 1, "stored", MINUTE);
    IOException checked = new IOException("database down");
    Throwable thrown =
        catchThrowable(
            () ->
                cache.retrieveAllOrLoad(
                    null,
                    keys(3),
                    String.class,
                    DEFAULTS,
                    (id, all) -> {
                      throw checked;
                    }));
    assertThat(thrown).isSameAs(checked);
    assertNoLeases(3);
    assertThat(retrieve(keys(3))).hasSize(3);
    assertThat(calls).containsExactly(List.of(key + 0, key + 2));
  }

  @Test
  void oneLoadedValueCannotBeWritten_othersAreStored() {
    Map<String, Object> loaded = Map.of(key + 0, 1, key + 1, new Object(), key + 2, 3);
    ApplicationException error =
        assertFails(
            () ->
                cache.retrieveAllOrLoad(
                    TRACE, keys(3), Object.class, DEFAULTS, (id, all) -> loaded),
            BadRequestException.class,
            "WRONG_VALUE");
    assertThat(error.getMessage()).contains("'" + key + 1 + "'").contains("2 of 3 keys");
    assertThat(raw.text(key + 0)).isEqualTo("1");
    assertThat(raw.text(key + 2)).isEqualTo("3");
    assertNoLeases(3);
  }

  @Test
  void badArguments_areBadRequests() {
    assertFails(
        () -> cache.retrieveAllOrLoad(TRACE, List.of(""), String.class, DEFAULTS, this::load),
        BadRequestException.class,
        "NO_KEY");
    assertFails(
        () -> cache.retrieveAllOrLoad(TRACE, null, String.class, DEFAULTS, this::load),
        BadRequestException.class,
        "NO_KEY");
    assertFails(
        () -> cache.retrieveAllOrLoad(TRACE, keys(1), String.class, DEFAULTS, null),
        BadRequestException.class,
        "NO_LOADER");
    assertFails(
        () -> cache.retrieveAllOrLoad(TRACE, keys(1), String.class, null, this::load),
        BadRequestException.class,
        "WRONG_OPTION");
    assertFails(
        () -> cache.retrieveAllOrLoad(TRACE, keys(1), (Class<String>) null, DEFAULTS, this::load),
        BadRequestException.class,
        "WRONG_VALUE");
    assertThat(calls).isEmpty();
  }

  @Test
  void loaderAsksForOneOfItsKeys_isRecursiveLoad() {
    assertFails(
        () ->
            cache.retrieveAllOrLoad(
                TRACE,
                keys(3),
                String.class,
                DEFAULTS,
                (id, all) ->
                    cache.retrieveAllOrLoad(
                        TRACE, List.of("x" + key, key + 2), String.class, DEFAULTS, this::load)),
        InvalidStateException.class,
        "RECURSIVE_LOAD");
    assertFails(
        () ->
            cache.retrieveAllOrLoad(
                TRACE,
                keys(3),
                String.class,
                DEFAULTS,
                (id, all) -> {
                  cache.retrieveOrLoad(TRACE, key + 1, String.class, MINUTE, (some, one) -> one);
                  return Map.of();
                }),
        InvalidStateException.class,
        "RECURSIVE_LOAD");
    assertNoLeases(3);
    assertThat(retrieve(keys(3))).hasSize(3);
  }

  @Test
  void loaderAsksForOtherKeys_getsThem() {
    Map<String, String> found =
        cache.retrieveAllOrLoad(
            null,
            keys(2),
            String.class,
            DEFAULTS,
            (id, all) ->
                Map.of(key + 0, "" + retrieve(List.of(key + 8)).get(key + 8), key + 1, "1"));
    assertThat(found).containsEntry(key + 0, "of " + key + 8);
  }

  @Test
  void ownWritesDuringTheLoad_winForTheirKeys() {
    Map<String, String> found =
        cache.retrieveAllOrLoad(
            null,
            keys(4),
            String.class,
            DEFAULTS,
            (id, all) -> {
              cache.remove(null, key + 0);
              cache.store(null, key + 1, "newer", MINUTE);
              cache.storeAll(null, Map.of(key + 2, "newer"), 1_000);
              return valuesOf(all);
            });
    assertThat(found).hasSize(4).containsEntry(key + 0, "of " + key + 0);
    assertThat(raw.exists(key + 0)).isFalse();
    assertThat(raw.text(key + 1)).isEqualTo("\"newer\"");
    assertThat(raw.text(key + 2)).isIn("\"newer\"", null);
    assertThat(raw.text(key + 3)).isEqualTo("\"of " + key + 3 + "\"");
    assertThat(components.counters().count("redis.cache.load_superseded")).isEqualTo(3);
    assertNoLeases(4);
  }

  @Test
  void clearDuringTheLoad_nothingIsStored() throws ApplicationException {
    String prefix = Keys.unique("prefix") + ":";
    RedisCache prefixed = components.cache("options.key_prefix", prefix);
    prefixed.retrieveAllOrLoad(
        null,
        keys(5),
        String.class,
        DEFAULTS,
        (id, all) -> {
          prefixed.clear(null);
          return valuesOf(all);
        });
    assertThat(prefixed.clear(null)).isZero();
  }

  @Test
  void otherCacheLoadsOneOfTheKeys_isWaitedForWhileTheOthersAreLoaded() throws Exception {
    RedisCache other = components.cache(options());
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Background<String> single =
        Background.call(
            () ->
                other.retrieveOrLoad(
                    null,
                    key + 1,
                    String.class,
                    MINUTE,
                    (id, one) -> {
                      loading.countDown();
                      goOn.await();
                      return "other's";
                    }));
    loading.await();
    Background<Map<String, String>> bulk =
        Background.call(
            () ->
                cache.retrieveAllOrLoad(
                    null,
                    keys(3),
                    String.class,
                    DEFAULTS,
                    (id, all) -> {
                      goOn.countDown();
                      return load(id, all);
                    }));
    assertThat(bulk.result())
        .containsEntry(key + 0, "of " + key + 0)
        .containsEntry(key + 1, "other's")
        .containsEntry(key + 2, "of " + key + 2);
    assertThat(single.result()).isEqualTo("other's");
    assertThat(calls).containsExactly(List.of(key + 0, key + 2));
  }

  @Test
  void otherProcessGivesUp_itsKeysAreLoadedTogether() throws Exception {
    RedisCache other = components.cache(options());
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Background<Object> failing =
        Background.call(
            () ->
                other.retrieveAllOrLoad(
                    null,
                    keys(20),
                    String.class,
                    DEFAULTS,
                    (id, all) -> {
                      loading.countDown();
                      goOn.await();
                      throw new IOException("mine");
                    }));
    loading.await();
    Background<Map<String, String>> bulk = Background.call(() -> retrieve(keys(21)));
    await().until(() -> !calls.isEmpty());
    goOn.countDown();
    assertThat(catchThrowable(failing::result)).isInstanceOf(IOException.class);
    assertThat(bulk.result()).isEqualTo(valuesOf(keys(21)));
    assertThat(calls.get(0)).containsExactly(key + 20);
    assertThat(calls).hasSizeLessThanOrEqualTo(6);
  }

  @Test
  void threadsAskForTheSameKeysInOtherOrders_eachIsLoadedOnce() throws Exception {
    int threads = 8;
    CyclicBarrier start = new CyclicBarrier(threads);
    List<Background<Map<String, String>>> all = new ArrayList<>();
    RedisCache other = components.cache(options());
    for (int i = 0; i < threads; i++) {
      List<String> asked = new ArrayList<>(keys(30));
      Collections.shuffle(asked);
      RedisCache one = i % 2 == 0 ? cache : other;
      all.add(
          Background.call(
              () -> {
                start.await();
                return one.retrieveAllOrLoad(null, asked, String.class, DEFAULTS, this::load);
              }));
    }
    for (Background<Map<String, String>> each : all) {
      assertThat(each.result()).isEqualTo(valuesOf(keys(30)));
    }
    assertThat(calls.stream().flatMap(Collection::stream))
        .containsExactlyInAnyOrderElementsOf(keys(30));
    assertNoLeases(30);
  }

  @Test
  void singleLoadJoins_getsItsValueOrNullWhereItWasLeftOut() throws Exception {
    List<Background<String>> joiners = new ArrayList<>();
    cache.retrieveAllOrLoad(
        null,
        keys(2),
        String.class,
        DEFAULTS,
        (id, all) -> {
          for (String each : all) {
            Background<String> joiner =
                Background.call(
                    () ->
                        cache.retrieveOrLoad(
                            null, each, String.class, MINUTE, (some, one) -> "its own"));
            joiners.add(joiner);
            awaitJoined(joiners.size());
          }
          return Map.of(key + 0, "loaded");
        });
    assertThat(joiners.get(0).result()).isEqualTo("loaded");
    assertThat(joiners.get(1).result()).isNull();
  }

  @Test
  void bulkLoadJoins_whatWasLeftOutIsLeftOutOfBoth() throws Exception {
    List<Background<Map<String, String>>> joiners = new ArrayList<>();
    cache.retrieveAllOrLoad(
        null,
        keys(2),
        String.class,
        DEFAULTS,
        (id, all) -> {
          Background<Map<String, String>> joiner = Background.call(() -> retrieve(keys(2)));
          joiners.add(joiner);
          awaitJoined(1);
          return Map.of(key + 0, "loaded");
        });
    assertThat(joiners.get(0).result()).containsExactly(Map.entry(key + 0, "loaded"));
    assertThat(calls).isEmpty();
  }

  @Test
  void joinedLoadFails_isThrownAsACopy() throws Exception {
    List<Background<Map<String, String>>> joiners = new ArrayList<>();
    IllegalStateException mine = new IllegalStateException("down");
    Throwable thrown =
        catchThrowable(
            () ->
                cache.retrieveAllOrLoad(
                    null,
                    keys(2),
                    String.class,
                    DEFAULTS,
                    (id, all) -> {
                      Background<Map<String, String>> joiner =
                          Background.call(() -> retrieve(List.of(key + 1, key + 5)));
                      joiners.add(joiner);
                      awaitJoined(1);
                      throw mine;
                    }));
    assertThat(thrown).isSameAs(mine);
    assertThat(catchThrowable(() -> joiners.get(0).result()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("down")
        .hasCause(mine);
    assertThat(calls).containsExactly(List.of(key + 5));
  }

  @Test
  void leaseOfSomebodyStays_isLoadedAfterTheLoadTimeoutAndNotStored() {
    raw.call("SET", leaseOf(key + 1), "somebody", "PX", MINUTE);
    LoadOptions brief = DEFAULTS.loadTimeout(Duration.ofMillis(100));
    assertThat(cache.retrieveAllOrLoad(null, keys(3), String.class, brief, this::load))
        .isEqualTo(valuesOf(keys(3)));
    assertThat(calls).containsExactly(List.of(key + 0, key + 2), List.of(key + 1));
    assertThat(raw.exists(key + 1)).isFalse();
    assertThat(raw.text(leaseOf(key + 1))).isEqualTo("somebody");
    assertThat(components.counters().count("redis.cache.load_late")).isOne();
    raw.del(leaseOf(key + 1));
  }

  @Test
  void notAlone_doesNotWaitForSomebody() {
    raw.call("SET", leaseOf(key + 1), "somebody", "PX", MINUTE);
    cache.retrieveAllOrLoad(null, keys(3), String.class, DEFAULTS.alone(false), this::load);
    assertThat(calls).containsExactly(keys(3));
    assertThat(raw.exists(key + 1)).isTrue();
    assertNoLeases(3);
  }

  @Test
  void interruptedWhileWaiting_leavesAtOnceAndLeavesNothingBehind() throws Exception {
    raw.call("SET", leaseOf(key + 1), "somebody", "PX", MINUTE);
    List<Boolean> flags = Collections.synchronizedList(new ArrayList<>());
    Background<Boolean> waiting =
        Background.run(
            () -> {
              assertFails(
                  () -> cache.retrieveAllOrLoad(TRACE, keys(2), String.class, DEFAULTS, this::load),
                  InvocationException.class,
                  "INTERRUPTED");
              flags.add(Thread.currentThread().isInterrupted());
            });
    waiting.awaitSleep();
    waiting.interrupt();
    assertThat(waiting.result()).isTrue();
    assertThat(flags).containsExactly(true);
    raw.del(leaseOf(key + 1));
    assertThat(retrieve(keys(2))).hasSize(2);
  }

  @Test
  void storeAll_lifetimeBelowTheLoadTimeout_endsTheLoadsOfItsKeys() {
    keys(2).forEach(each -> raw.call("SET", leaseOf(each), "somebody", "PX", MINUTE));
    cache.storeAll(null, Map.of(key + 0, 1), MINUTE);
    assertThat(raw.exists(leaseOf(key + 0))).isTrue();
    assertThat(cache.storeAll(null, Map.of(key + 0, 1, key + 1, 2), 9_000)).isEqualTo(2);
    assertThat(raw.pttl(key + 1)).isBetween(1L, 9_000L);
    assertNoLeases(2);
  }

  @Test
  void othersLoadTwoKeys_whoWantsOneDoesNotWaitForTheOther() throws Exception {
    keys(2).forEach(each -> raw.call("SET", leaseOf(each), "somebody", "PX", MINUTE));
    LoadOptions patient = DEFAULTS.loadTimeout(Duration.ofMinutes(1));
    Background<Integer> both =
        Background.call(
            () -> cache.retrieveAllOrLoad(null, keys(2), String.class, patient, this::load).size());
    both.awaitSleep();
    Background<String> one =
        Background.call(
            () ->
                cache.retrieveOrLoad(
                    null, key + 1, String.class, patient, (trace, asked) -> "one"));
    one.awaitSleep();
    raw.del(leaseOf(key + 1));
    assertThat(one.result()).isEqualTo("one");
    raw.del(leaseOf(key + 0));
    assertThat(both.result()).isEqualTo(2);
    assertNoLeases(2);
  }

  @Test
  void loaderAsksForAKeyThatItDoesNotLoad_isNoRecursion() {
    raw.call("SET", leaseOf(key + 1), "somebody", "PX", 300);
    Map<String, @Nullable String> found =
        cache.retrieveAllOrLoad(
            null,
            keys(2),
            String.class,
            DEFAULTS,
            (trace, missing) -> {
              if (missing.contains(key + 0)) {
                cache.retrieveOrLoad(null, key + 1, String.class, MINUTE, (id, asked) -> "inner");
              }
              return valuesOf(missing);
            });
    assertThat(found).containsEntry(key + 0, "of " + key + 0).containsEntry(key + 1, "inner");
  }

  @Test
  void counters_loaderGivesWhatCannotBeWrittenAndLeavesOut_countCallsAndWhatWasNotStored() {
    Throwable thrown =
        catchThrowable(
            () ->
                cache.retrieveAllOrLoad(
                    null,
                    keys(4),
                    Object.class,
                    DEFAULTS,
                    (trace, missing) -> {
                      cache.remove(null, key + 3);
                      return Map.of(key + 0, new Object(), key + 1, new Object(), key + 2, "good");
                    }));
    assertThat(thrown).isInstanceOf(RedisException.class);
    assertThat(components.counters().count("redis.cache.load_failures")).isOne();
    assertThat(components.counters().count("redis.cache.load_superseded")).isZero();
  }

  @Test
  void counters_countLoadsOfTheLoader() {
    retrieve(keys(5));
    assertThat(components.counters().count("redis.cache.loads")).isOne();
    assertThat(components.counters().count("redis.cache.misses")).isEqualTo(5);
    assertThat(components.counters().count("redis.cache.load_superseded")).isZero();
    assertThat(components.counters().count("redis.cache.errors")).isZero();
  }
}
