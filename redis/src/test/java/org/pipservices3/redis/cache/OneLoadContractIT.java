package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Keys;

/** One loader runs for one key, whoever asks and however many. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.pipservices3.redis.fixture.Targets#caches")
class OneLoadContractIT extends OnLoads {
  private static final int CROWD = 64;

  @Test
  void retrieveOrLoad_crowdOfTwoComponents_loadsOnce() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    List<Background<String>> crowd =
        onBoth(
            CROWD,
            by ->
                by.retrieveOrLoad(
                    null,
                    key,
                    String.class,
                    MINUTE,
                    (trace, asked) -> "load " + loads.incrementAndGet()));
    for (Background<String> each : crowd) {
      assertThat(each.result()).isEqualTo("load 1");
    }
    assertThat(loads).hasValue(1);
  }

  @Test
  void retrieveOrLoad_whileAnotherComponentLoads_waitsForItsValue() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> first = load(cache, loader);
    loader.awaitCalls(1);
    ParkedLoader<String> none = new ParkedLoader<>("wrong");
    List<Background<String>> waiters =
        List.of(load(other, none), load(other, none), load(cache, none));
    for (Background<String> each : waiters) {
      each.awaitSleep();
    }
    loader.release();
    assertThat(first.result()).isEqualTo("ABC");
    for (Background<String> each : waiters) {
      assertThat(each.result()).isEqualTo("ABC");
    }
    assertThat(none.calls()).isZero();
  }

  @Test
  void retrieveOrLoad_loadOfAnotherComponentStoresNothing_isLoadedAtOnce() throws Exception {
    ParkedLoader<String> nothing = new ParkedLoader<>(null);
    Background<String> first = load(cache, nothing);
    nothing.awaitCalls(1);
    Background<String> second = Background.call(() -> load(other, "ABC"));
    second.awaitSleep();
    nothing.release();
    assertThat(first.result()).isNull();
    assertThat(second.result()).isEqualTo("ABC");
    assertStored("\"ABC\"");
  }

  @Test
  void retrieveOrLoad_loadOfAnotherComponentIsRemoved_isLoadedAtOnce() throws Exception {
    ParkedLoader<String> old = new ParkedLoader<>("old");
    Background<String> first = load(cache, old);
    old.awaitCalls(1);
    Background<String> second = Background.call(() -> load(other, "new"));
    second.awaitSleep();
    raw.del(lease());
    assertThat(second.result()).as("while the first load is still under way").isEqualTo("new");
    old.release();
    assertThat(first.result()).isIn("old", "new");
    assertStored("\"new\"");
  }

  @Test
  void retrieveOrLoad_foreignSetWhileWaiting_isTakenAtOnce() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("late");
    Background<String> first = load(cache, loader);
    loader.awaitCalls(1);
    Background<String> waiter = load(other, new ParkedLoader<>("wrong"));
    waiter.awaitSleep();
    raw.set(key, "\"foreign\"");
    assertThat(waiter.result()).isEqualTo("foreign");
    loader.release();
    assertThat(first.result()).isIn("foreign", "late");
  }

  /** The lease of a process that died stands until it ends. */
  @Test
  void retrieveOrLoad_leaseOfADeadProcess_isLoadedWhenItEnds() {
    raw.setIfAbsent(lease(), Keys.unique("dead"), 300);
    assertThat(load(cache, "ABC")).isEqualTo("ABC");
    assertThat(raw.exists(lease())).isFalse();
    assertStored("\"ABC\"");
  }

  @Test
  void retrieveOrLoad_waitedAsLongAsALoadMayTake_isLoadedReturnedAndNotStored() {
    raw.setIfAbsent(lease(), Keys.unique("other"), MINUTE);
    LoadOptions options = OPTIONS.loadTimeout(Duration.ofMillis(200));
    assertThat(cache.retrieveOrLoad(null, key, String.class, options, (trace, asked) -> "late"))
        .isEqualTo("late");
    assertNothingStored();
    assertThat(raw.exists(lease())).as("the other's lease").isTrue();
    assertThat(count("load_late")).isOne();
    raw.del(lease());
  }

  @Test
  void retrieveOrLoad_notAlone_nobodyWaitsAndTheLastClaimStores() throws Exception {
    LoadOptions options = OPTIONS.alone(false);
    ParkedLoader<String> first = new ParkedLoader<>("first");
    ParkedLoader<String> second = new ParkedLoader<>("second");
    Background<String> one = load(cache, options, first);
    first.awaitCalls(1);
    Background<String> two = load(other, options, second);
    second.awaitCalls(1);
    first.release();
    assertThat(one.result()).isEqualTo("first");
    assertNothingStored();
    second.release();
    assertThat(two.result()).isEqualTo("second");
    assertStored("\"second\"");
  }

  @Test
  void retrieveOrLoad_notAloneInOneComponent_isStillOneLoad() throws Exception {
    LoadOptions options = OPTIONS.alone(false);
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> one = load(cache, options, loader);
    loader.awaitCalls(1);
    Background<String> two = load(cache, options, loader);
    two.awaitSleep();
    loader.release();
    assertThat(one.result()).isEqualTo("ABC");
    assertThat(two.result()).isEqualTo("ABC");
    assertThat(loader.calls()).isOne();
  }

  @Test
  void retrieveOrLoad_distinctKeys_doNotWaitForOneAnother() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> first = load(cache, loader);
    loader.awaitCalls(1);
    for (int i = 0; i < 20; i++) {
      String each = key + i;
      String value = "v" + i;
      assertThat(cache.retrieveOrLoad(null, each, String.class, MINUTE, (trace, asked) -> value))
          .isEqualTo(value);
    }
    loader.release();
    assertThat(first.result()).isEqualTo("ABC");
  }

  @Test
  void retrieveOrLoad_nestedLoadOfAnotherKey_works() {
    String inner = key + "inner";
    assertThat(
            cache.retrieveOrLoad(
                null,
                key,
                String.class,
                MINUTE,
                (trace, asked) ->
                    "outer "
                        + cache.retrieveOrLoad(
                            trace, inner, String.class, MINUTE, (same, also) -> "inner")))
        .isEqualTo("outer inner");
    assertThat(raw.text(inner)).isEqualTo("\"inner\"");
  }

  @Test
  void close_duringALoad_joinersAreToldAndTheLoaderFinishes() throws Exception {
    ParkedLoader<String> loader = new ParkedLoader<>("ABC");
    Background<String> owner = load(cache, loader);
    loader.awaitCalls(1);
    Background<Boolean> joiner =
        Background.run(
            () ->
                assertFails(
                    () -> cache.retrieveOrLoad(TRACE, key, String.class, OPTIONS, loader),
                    InvalidStateException.class,
                    "NOT_OPENED"));
    await().until(() -> count("load_joined") == 1);
    Background<Boolean> close = Background.run(() -> cache.close(null));
    assertThat(joiner.result()).isTrue();
    loader.release();
    assertThat(owner.result()).isEqualTo("ABC");
    assertThat(close.result()).isTrue();
    raw.del(lease()); // a closed component may leave it to its end
  }
}
