package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.redis.fixture.Background;

/**
 * What is removed or written while a load is under way: the loaded value is never stored after it.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("org.pipservices3.redis.fixture.Targets#caches")
class RemoveWinsContractIT extends OnLoads {

  /** How far the load is when the key is removed. */
  enum Step {
    /** The key is claimed, and the loader runs. */
    LOADING,
    /** The loader has returned, and the value is about to be stored. */
    STORING
  }

  /** Who removes it, and how. */
  enum Removal {
    REMOVE {
      @Override
      void by(RedisCache cache, String key) {
        cache.remove(null, key);
      }
    },
    DELETE {
      @Override
      void by(RedisCache cache, String key) {
        cache.delete(null, key);
      }
    },
    DELETE_MANY {
      @Override
      void by(RedisCache cache, String key) {
        cache.delete(null, List.of(key + "x", key, key + "y"));
      }
    };

    abstract void by(RedisCache cache, String key);
  }

  /** What is loaded; while it is written as JSON, it may be parked. */
  static final class Loaded {
    private final ParkedLoader<String> writing;

    Loaded(ParkedLoader<String> writing) {
      this.writing = writing;
    }

    @JsonValue
    public String text() {
      return String.valueOf(writing.load(null, ""));
    }
  }

  static Stream<Arguments> removals() {
    return Stream.of(Step.values())
        .flatMap(
            step ->
                Stream.of(Removal.values())
                    .flatMap(
                        removal ->
                            Stream.of(
                                Arguments.of(step, removal, true),
                                Arguments.of(step, removal, false))));
  }

  @ParameterizedTest
  @MethodSource("removals")
  void anyRemoval_duringALoad_wins(Step step, Removal removal, boolean own) throws Exception {
    ParkedLoader<String> loading = new ParkedLoader<>("old");
    ParkedLoader<String> writing = new ParkedLoader<>("old");
    (step == Step.LOADING ? writing : loading).release();
    Background<Object> load =
        Background.call(
            () ->
                cache.retrieveOrLoad(
                    null,
                    key,
                    Object.class,
                    OPTIONS,
                    (trace, asked) -> {
                      loading.load(trace, asked);
                      return new Loaded(writing);
                    }));
    (step == Step.LOADING ? loading : writing).awaitCalls(1);
    removal.by(own ? cache : other, key);
    loading.release();
    writing.release();
    assertThat(load.result()).as("what its own loader gave").isEqualTo("old");
    assertNothingStored();
    assertThat(load(cache, "new")).isEqualTo("new");
    assertThat(load(other, "newer")).isEqualTo("new");
  }

  @Test
  void remove_duringALoad_whoComesLaterDoesNotJoinIt() throws Exception {
    ParkedLoader<String> before = new ParkedLoader<>("old");
    Background<String> first = load(cache, before);
    before.awaitCalls(1);
    cache.remove(null, key);
    assertThat(load(cache, "new")).isEqualTo("new");
    before.release();
    assertThat(first.result()).isEqualTo("old");
    assertStored("\"new\"");
    assertThat(load(other, "newer")).isEqualTo("new");
  }

  @Test
  void remove_ofOtherComponentDuringALoad_whoJoinsLaterGetsNothingOlder() throws Exception {
    ParkedLoader<String> before = new ParkedLoader<>("old");
    Background<String> first = load(cache, before);
    before.awaitCalls(1);
    other.remove(null, key);
    Background<String> joiner = Background.call(() -> load(cache, "new"));
    joiner.awaitSleep();
    before.release();
    assertThat(first.result()).isEqualTo("old");
    assertThat(joiner.result()).as("of a load that began after the removal").isEqualTo("new");
    assertStored("\"new\"");
  }

  @Test
  void remove_ofOtherComponentBeforeALoad_isNotUndoneByTheNextLoad() {
    for (int i = 0; i < 20; i++) {
      assertThat(load(cache, "v" + i)).isEqualTo("v" + i);
      assertThat(load(other, "x")).isEqualTo("v" + i);
      other.remove(null, key);
      assertNothingStored();
      cache.remove(null, key);
    }
  }

  @Test
  void remove_duringALoadOfNothing_theNextLoadKeepsItsLease() throws Exception {
    ParkedLoader<String> nothing = new ParkedLoader<>(null);
    Background<String> first = load(cache, nothing);
    nothing.awaitCalls(1);
    cache.remove(null, key);
    ParkedLoader<String> next = new ParkedLoader<>("next");
    Background<String> second = load(other, next);
    next.awaitCalls(1);
    nothing.release();
    assertThat(first.result()).isNull();
    assertThat(raw.exists(lease())).as("the lease of the next load").isTrue();
    next.release();
    assertThat(second.result()).isEqualTo("next");
    assertStored("\"next\"");
  }

  @Test
  void clear_duringALoad_wins() throws Exception {
    RedisCache prefixed = components.cache("options.key_prefix", key + ":");
    ParkedLoader<String> loader = new ParkedLoader<>("old");
    Background<String> load = load(prefixed, loader);
    loader.awaitCalls(1);
    assertThat(prefixed.clear(null)).isZero();
    loader.release();
    assertThat(load.result()).isEqualTo("old");
    assertThat(raw.exists(key + ":" + key)).isFalse();
    assertThat(raw.exists(key + ":load:{" + key + ":" + key + "}")).isFalse();
  }

  @Test
  void store_duringALoad_wins() throws Exception {
    for (RedisCache writer : List.of(cache, other)) {
      ParkedLoader<String> loader = new ParkedLoader<>("loaded");
      Background<String> load = load(cache, loader);
      loader.awaitCalls(1);
      writer.store(null, key, "stored", MINUTE);
      assertThat(load(cache, "new")).isEqualTo("stored");
      loader.release();
      assertThat(load.result()).isIn("stored", "loaded");
      assertStored("\"stored\"");
      writer.remove(null, key);
    }
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void store_ofShortLifeDuringALoad_winsAlsoWhenItIsOver(Step step) throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("old");
    Background<String> load = load(cache, loader);
    loader.awaitCalls(1);
    RedisCache writer = step == Step.LOADING ? cache : other;
    writer.store(null, key, "stored", 1);
    await().until(() -> !raw.exists(key));
    loader.release();
    assertThat(load.result()).isIn("stored", "old");
    assertNothingStored();
  }

  /** The load may take longer than all are configured for. */
  @Test
  void store_ofAValueThatALoadMayOutlast_endsThatLoad() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("old");
    Background<String> load = load(cache, OPTIONS.loadTimeout(Duration.ofSeconds(50)), loader);
    loader.awaitCalls(1);
    cache.store(null, key, "new", 11_000);
    assertThat(raw.exists(lease())).isFalse();
    raw.del(key); // as if it had expired
    loader.release();
    assertThat(load.result()).isEqualTo("old");
    assertNothingStored();
  }

  @Test
  void foreignSet_duringALoad_wins() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("loaded");
    Background<String> load = load(cache, loader);
    loader.awaitCalls(1);
    raw.set(key, "\"foreign\"");
    loader.release();
    assertThat(load.result()).isIn("foreign", "loaded");
    assertStored("\"foreign\"");
    assertThat(load(cache, "new")).isEqualTo("foreign");
  }

  @Test
  void foreignDel_ofAnExistingKeyDuringItsReload_wins() throws Exception {
    raw.set(key, "{\"shape\":\"old\"}");
    ParkedLoader<Integer> loader = new ParkedLoader<>(5);
    Background<Integer> load =
        Background.call(() -> cache.retrieveOrLoad(null, key, Integer.class, OPTIONS, loader));
    loader.awaitCalls(1);
    raw.del(key);
    loader.release();
    assertThat(load.result()).isEqualTo(5);
    assertNothingStored();
  }

  /** The documented exception: a DEL of what is not there leaves no trace in Redis. */
  @Test
  void foreignDel_ofAMissingKeyDuringItsLoad_isNotNoticed() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("old");
    Background<String> load = load(cache, loader);
    loader.awaitCalls(1);
    assertThat(raw.del(key)).isZero();
    loader.release();
    assertThat(load.result()).isEqualTo("old");
    assertStored("\"old\"");
  }

  @Test
  void foreignFlush_ofTheLeaseDuringALoad_nothingIsStored() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("old");
    Background<String> load = load(cache, loader);
    loader.awaitCalls(1);
    raw.del(lease());
    loader.release();
    assertThat(load.result()).isEqualTo("old");
    assertNothingStored();
  }

  @Test
  void retrieveOrLoad_longerThanTheLoadTimeout_isReturnedAndNotStored() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("late");
    Background<String> load = load(cache, OPTIONS.loadTimeout(Duration.ofMillis(100)), loader);
    loader.awaitCalls(1);
    await().until(() -> !raw.exists(lease()));
    loader.release();
    assertThat(load.result()).isEqualTo("late");
    assertNothingStored();
    assertThat(load(other, "new")).isEqualTo("new");
  }

  @Test
  void remove_duringALoadThatDoesNotWait_wins() throws Exception {
    LoadOptions alone = OPTIONS.alone(false);
    ParkedLoader<String> first = new ParkedLoader<>("first");
    ParkedLoader<String> second = new ParkedLoader<>("second");
    Background<String> one = load(cache, alone, first);
    first.awaitCalls(1);
    Background<String> two = load(other, alone, second);
    second.awaitCalls(1);
    cache.remove(null, key);
    first.release();
    second.release();
    assertThat(one.result()).isEqualTo("first");
    assertThat(two.result()).isEqualTo("second");
    assertNothingStored();
  }
}
