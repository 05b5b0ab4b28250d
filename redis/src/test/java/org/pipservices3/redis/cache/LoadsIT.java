package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Targets;

/** One load per key, over threads and caches, and what ends it. */
@Timeout(60)
class LoadsIT {
  private static final long MINUTE = 60_000;

  private final String key = Keys.unique("load");
  private final String lease = "load:{" + key + "}";
  private final Components components = new Components(Targets.plain());
  private final RawRedis raw = Targets.plain().raw();
  private final AtomicInteger loads = new AtomicInteger();
  private RedisCache cache;
  private RedisCache other;

  /** A loader that a test parks in the middle. */
  private static final class Parked implements CacheLoader<String, RuntimeException> {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final String value;

    Parked(String value) {
      this.value = value;
    }

    @Override
    public String load(String correlationId, String key) {
      entered.countDown();
      try {
        assertThat(released.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return value;
    }

    void awaitEntry() throws InterruptedException {
      assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache();
    other = components.cache();
  }

  @AfterEach
  void close() throws ApplicationException {
    assertThat(raw.exists(lease)).as("a lease is left").isFalse();
    components.close();
    raw.close();
  }

  private String load(RedisCache by, CacheLoader<String, RuntimeException> loader) {
    return by.retrieveOrLoad(TRACE, key, String.class, MINUTE, loader);
  }

  private Background<String> loading(RedisCache by, CacheLoader<String, RuntimeException> loader) {
    return Background.call(() -> load(by, loader));
  }

  private String count(String correlationId, String asked) {
    return asked + loads.incrementAndGet();
  }

  private long counted(String name) {
    return components.counters().count("redis.cache." + name);
  }

  @Test
  void retrieveOrLoad_missing_loadsOnceAndStores() {
    assertThat(load(cache, this::count)).isEqualTo(key + 1);
    assertThat(load(cache, this::count)).isEqualTo(key + 1);
    assertThat(load(other, this::count)).isEqualTo(key + 1);
    assertThat(raw.text(key)).isEqualTo("\"" + key + "1\"");
    assertThat(raw.pttl(key)).isBetween(MINUTE - 20_000, MINUTE);
    assertThat(counted("loads")).isOne();
  }

  @Test
  void retrieveOrLoad_genericType_isReadAsWhenItIsFound() {
    TypeReference<List<Duration>> type = new TypeReference<>() {};
    List<Duration> value = List.of(Duration.ofSeconds(1));
    for (int i = 0; i < 2; i++) {
      List<Duration> given =
          cache.retrieveOrLoad(TRACE, key, type, MINUTE, (correlationId, asked) -> value);
      assertThat(given).isEqualTo(value).isNotSameAs(value).isInstanceOf(ArrayList.class);
    }
  }

  @Test
  void retrieveOrLoad_manyThreadsOfTwoCaches_loadOnce() throws Exception {
    Parked parked = new Parked("value");
    AtomicInteger calls = new AtomicInteger();
    List<Background<String>> callers = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      callers.add(
          loading(
              i % 2 == 0 ? cache : other,
              (correlationId, asked) -> {
                calls.incrementAndGet();
                return parked.load(correlationId, asked);
              }));
    }
    parked.awaitEntry();
    await().until(() -> counted("load_joined") == 62);
    parked.released.countDown();
    for (Background<String> caller : callers) {
      assertThat(caller.result()).isEqualTo("value");
    }
    assertThat(calls).hasValue(1);
    assertThat(components.counters().values("redis.cache.load_waits")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"remove", "delete", "elsewhere"})
  void remove_duringALoad_wins(String how) throws Exception {
    Parked parked = new Parked("old");
    Background<String> caller = loading(cache, parked);
    parked.awaitEntry();
    assertThat(raw.exists(lease)).isTrue();
    switch (how) {
      case "remove" -> cache.remove(null, key);
      case "delete" -> assertThat(cache.delete(null, key)).isZero();
      default -> other.remove(null, key);
    }
    assertThat(raw.exists(lease)).isFalse();
    parked.released.countDown();
    assertThat(caller.result()).as("the owner's own").isEqualTo("old");
    assertThat(raw.exists(key)).isFalse();
    assertThat(counted("load_superseded")).isOne();
  }

  /** Who calls after the remove must not get what was loaded before it. */
  @Test
  void retrieveOrLoad_afterRemoveElsewhere_doesNotTakeTheOlderLoadsValue() throws Exception {
    Parked parked = new Parked("old");
    Background<String> caller = loading(cache, parked);
    parked.awaitEntry();
    other.remove(null, key);
    Background<String> later = loading(cache, (correlationId, asked) -> "new");
    await().until(() -> counted("load_joined") == 1);
    parked.released.countDown();
    assertThat(caller.result()).isEqualTo("old");
    assertThat(later.result()).isEqualTo("new");
    assertThat(raw.text(key)).isEqualTo("\"new\"");
  }

  @Test
  void store_duringALoad_wins() throws Exception {
    for (long timeout : new long[] {MINUTE, 5_000}) {
      raw.del(key);
      Parked parked = new Parked("old");
      Background<String> caller = loading(cache, parked);
      parked.awaitEntry();
      other.store(null, key, "new", timeout);
      assertThat(raw.exists(lease)).isEqualTo(timeout == MINUTE);
      parked.released.countDown();
      assertThat(caller.result()).isIn("old", "new");
      assertThat(raw.text(key)).isEqualTo("\"new\"");
      assertThat(raw.exists(lease)).isFalse();
    }
  }

  @Test
  void foreignSet_duringALoad_wins() throws Exception {
    Parked parked = new Parked("old");
    Background<String> caller = loading(cache, parked);
    parked.awaitEntry();
    raw.set(key, "\"foreign\"");
    parked.released.countDown();
    assertThat(caller.result()).isIn("old", "foreign");
    assertThat(raw.text(key)).isEqualTo("\"foreign\"");
  }

  @Test
  void retrieveOrLoad_loaderThrows_ownerGetsTheInstanceAndJoinersACopy() throws Exception {
    IOException failure = new IOException("no database");
    CountDownLatch released = new CountDownLatch(1);
    List<Background<String>> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      callers.add(
          Background.call(
              () ->
                  cache.retrieveOrLoad(
                      TRACE,
                      key,
                      String.class,
                      MINUTE,
                      (correlationId, asked) -> {
                        loads.incrementAndGet();
                        released.await();
                        throw failure;
                      })));
    }
    await().until(() -> counted("load_joined") == 2);
    released.countDown();
    List<Throwable> thrown = new ArrayList<>();
    for (Background<String> caller : callers) {
      thrown.add(catchThrowable(caller::result));
    }
    assertThat(loads).hasValue(1);
    assertThat(thrown).doesNotHaveDuplicates().contains(failure);
    assertThat(thrown)
        .allSatisfy(
            each ->
                assertThat(each).isExactlyInstanceOf(IOException.class).hasMessage("no database"));
    assertThat(thrown)
        .filteredOn(each -> each != failure)
        .allMatch(each -> each.getCause() == failure);
    assertThat(load(cache, this::count)).as("who comes later loads anew").isEqualTo(key + 2);
  }

  @Test
  void retrieveOrLoad_loaderReturnsNull_isStoredForTheNullTimeoutOnly() {
    LoadOptions none = LoadOptions.defaults();
    LoadOptions kept = none.nullTimeout(Duration.ofSeconds(30));
    AtomicInteger calls = new AtomicInteger();
    CacheLoader<String, RuntimeException> loader =
        (correlationId, asked) -> {
          calls.incrementAndGet();
          return null;
        };
    assertThat(cache.retrieveOrLoad(TRACE, key, String.class, none, loader)).isNull();
    assertThat(raw.exists(key)).isFalse();
    assertThat(raw.exists(lease)).isFalse();
    assertThat(cache.retrieveOrLoad(TRACE, key, String.class, kept, loader)).isNull();
    assertThat(raw.text(key)).isEqualTo("null");
    assertThat(raw.pttl(key)).isLessThanOrEqualTo(30_000);
    assertThat(cache.retrieveOrLoad(TRACE, key, String.class, none, loader)).isNull();
    assertThat(calls).hasValue(2);
  }

  @Test
  void retrieveOrLoad_valueOfAnotherShape_isLoadedAnewAndOverwritten() {
    raw.set(key, "{\"old\":1}");
    Integer given =
        cache.retrieveOrLoad(
            TRACE, key, Integer.class, MINUTE, (correlationId, asked) -> loads.incrementAndGet());
    assertThat(given).isOne();
    assertThat(raw.text(key)).isEqualTo("1");
    assertThat(counted("load_unfit")).isPositive();
    assertThat(counted("errors")).isZero();
  }

  @Test
  void retrieveOrLoad_valueOfAnotherShapeIsWrittenMeanwhile_staysAsItIs() {
    raw.set(key, "{\"old\":1}");
    Integer given =
        cache.retrieveOrLoad(
            TRACE,
            key,
            Integer.class,
            MINUTE,
            (correlationId, asked) -> {
              raw.set(key, "7");
              return 1;
            });
    assertThat(given).isIn(1, 7);
    assertThat(raw.text(key)).isEqualTo("7");
  }

  @Test
  void retrieveOrLoad_loaderAsksForTheSameKey_isRecursiveLoad() {
    assertFails(
        () -> load(cache, (correlationId, asked) -> load(cache, this::count)),
        InvalidStateException.class,
        "RECURSIVE_LOAD");
    String other =
        load(
            cache,
            (correlationId, asked) ->
                cache.retrieveOrLoad(TRACE, key + "2", String.class, MINUTE, this::count));
    assertThat(other).isEqualTo(key + "21");
  }

  @Test
  void retrieveOrLoad_hungLoader_joinersTimeOutAndNewCallersLoad() throws Exception {
    LoadOptions brief = LoadOptions.defaults().loadTimeout(Duration.ofMillis(300));
    Parked parked = new Parked("late");
    Background<String> owner =
        Background.call(() -> cache.retrieveOrLoad(TRACE, key, String.class, brief, parked));
    parked.awaitEntry();
    assertFails(
        () -> cache.retrieveOrLoad(TRACE, key, String.class, brief, this::count),
        ConflictException.class,
        "LOAD_TIMEOUT");
    await()
        .untilAsserted(
            () ->
                assertThat(cache.retrieveOrLoad(TRACE, key, String.class, brief, this::count))
                    .isEqualTo(key + 1));
    parked.released.countDown();
    assertThat(owner.result()).isEqualTo("late");
    assertThat(raw.text(key)).isEqualTo("\"" + key + "1\"");
    assertThat(counted("load_late")).isOne();
  }

  @Test
  void retrieveOrLoad_otherProcessHangs_loadsAndDoesNotStore() {
    LoadOptions brief = LoadOptions.defaults().loadTimeout(Duration.ofMillis(300));
    raw.setIfAbsent(lease, "somebody", MINUTE);
    assertThat(cache.retrieveOrLoad(TRACE, key, String.class, brief, this::count))
        .isEqualTo(key + 1);
    assertThat(raw.exists(key)).isFalse();
    assertThat(counted("load_late")).isOne();
    raw.del(lease);
  }

  @Test
  void retrieveOrLoad_notAlone_takesTheLeaseOver() {
    raw.setIfAbsent(lease, "somebody", MINUTE);
    LoadOptions free = LoadOptions.defaults().alone(false);
    assertThat(cache.retrieveOrLoad(TRACE, key, String.class, free, this::count))
        .isEqualTo(key + 1);
    assertThat(raw.exists(key)).isTrue();
  }

  @Test
  void close_duringALoad_endsTheLeaseAndTheWaitingAndStoresNothing() throws Exception {
    Parked parked = new Parked("value");
    Background<String> owner = loading(cache, parked);
    parked.awaitEntry();
    Background<String> joiner = loading(cache, parked);
    await().until(() -> counted("load_joined") == 1);
    cache.close(null);
    assertFails(joiner::result, InvalidStateException.class, "NOT_OPENED");
    assertThat(raw.exists(lease)).isFalse();
    parked.released.countDown();
    assertThat(owner.result()).isEqualTo("value");
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void retrieveOrLoad_interruptedOwner_handsOver() throws Exception {
    Parked parked = new Parked("never");
    Background<String> owner = loading(cache, parked);
    parked.awaitEntry();
    Background<String> joiner = loading(cache, this::count);
    await().until(() -> counted("load_joined") == 1);
    owner.interrupt();
    assertThatThrownBy(owner::result).isInstanceOf(IllegalStateException.class);
    assertThat(joiner.result()).isEqualTo(key + 1);
  }

  @Test
  void retrieveOrLoad_interruptedJoiner_leavesAtOnce() throws Exception {
    Parked parked = new Parked("value");
    Background<String> owner = loading(cache, parked);
    parked.awaitEntry();
    Background<Boolean> joiner =
        Background.call(
            () -> {
              assertFails(() -> load(cache, parked), ApplicationException.class, "INTERRUPTED");
              return Thread.currentThread().isInterrupted();
            });
    await().until(() -> counted("load_joined") == 1);
    joiner.interrupt();
    assertThat(joiner.result()).isTrue();
    parked.released.countDown();
    assertThat(owner.result()).isEqualTo("value");
  }

  @Test
  void retrieveOrLoad_wrongArguments_areBadRequests() {
    assertFails(() -> load(cache, null), BadRequestException.class, "NO_LOADER");
    assertFails(
        () -> cache.retrieveOrLoad(TRACE, key, String.class, (LoadOptions) null, this::count),
        BadRequestException.class,
        "WRONG_OPTION");
    assertFails(
        () ->
            cache.retrieveOrLoad(
                TRACE, key, Object.class, MINUTE, (correlationId, asked) -> new Object()),
        BadRequestException.class,
        "WRONG_VALUE");
  }
}
