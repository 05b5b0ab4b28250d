package org.pipservices3.redis.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.components.state.IStateStore;
import org.pipservices3.components.state.StateValue;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;

/** What a state store does, the contract of the toolkit's other stores included. */
class StateStoreContractIT extends OnEveryTarget {
  private static final TypeReference<List<Step>> STEPS = new TypeReference<>() {};
  private static final Class<Step> NO_CLASS = null;
  private static final TypeReference<Step> NO_TYPE = null;

  record Step(String name, int done) {}

  private final String key = Keys.unique("state");
  private RedisStateStore states;

  @BeforeEach
  void open() throws ApplicationException {
    states = components.stateStore();
  }

  @Test
  void saveLoadAndDelete_throughTheToolkitsInterface_areThatOfItsOtherStores() {
    IStateStore any = states;
    String second = key + "2";
    String value = any.save("123", key, "ABC");
    assertThat(value).isEqualTo("ABC");
    value = any.load("123", key);
    assertThat(value).isEqualTo("ABC");
    List<StateValue<String>> values = any.loadBulk("123", List.of(key, second));
    assertThat(values)
        .extracting(each -> each.key, each -> each.value)
        .containsExactly(tuple(key, "ABC"), tuple(second, null));
    any.delete("123", key);
    value = any.load("123", key);
    assertThat(value).isNull();
  }

  @Test
  void load_missing_isNull() {
    assertThat(states.<Object>load(null, key)).isNull();
    assertThat(states.loadAs(null, key, Step.class)).isNull();
  }

  @Test
  void save_again_replaces() {
    states.save(null, key, 1);
    states.save(null, key, Map.of("a", List.of(1, 2.5)));
    assertThat(states.<Object>load(null, key)).isEqualTo(Map.of("a", List.of(1, 2.5)));
  }

  @Test
  void save_object_isReadByClassAndByGenericType() {
    Step step = new Step("copy", 17);
    assertThat(states.save(null, key, step)).isSameAs(step);
    assertThat(states.loadAs(null, key, Step.class)).isEqualTo(step);
    states.save(null, key, List.of(step));
    assertThat(states.loadAs(null, key, STEPS)).containsExactly(step);
  }

  @Test
  void save_value_isJsonThatNeverExpires() {
    states.save(null, key, "ABC");
    assertThat(raw.text(key)).isEqualTo("\"ABC\"");
    assertThat(raw.pttl(key)).isEqualTo(-1);
  }

  @Test
  void save_overAnExpiringKey_neverExpires() {
    raw.call("SET", key, 1, "PX", 60_000);
    states.save(null, key, 2);
    assertThat(raw.pttl(key)).isEqualTo(-1);
  }

  @Test
  void save_withTimeoutOption_expires() throws ApplicationException {
    RedisStateStore brief = components.stateStore("options.timeout", 300);
    brief.save(null, key, 1);
    assertThat(raw.pttl(key)).isBetween(1L, 300L);
    await().until(() -> brief.<Object>load(null, key) == null);
  }

  @Test
  void save_null_removes() {
    states.save(null, key, 1);
    assertThat(states.<Object>save(null, key, null)).isNull();
    assertThat(raw.exists(key)).isFalse();
    assertThat(states.<Object>save(null, key, null)).isNull();
  }

  /** It was an answer of Redis that named no key. */
  @Test
  void anyCall_stateTooLargeToBeRead_isAWrongValue() {
    raw.call("SETRANGE", key, 64 << 20, "x");
    assertFails(() -> states.load(TRACE, key), BadRequestException.class, "WRONG_VALUE");
    ApplicationException error =
        assertFails(() -> states.delete(TRACE, key), BadRequestException.class, "WRONG_VALUE");
    assertThat(error.getMessage()).contains(key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void keys_withPrefix_areWrittenWithIt() throws ApplicationException {
    RedisStateStore prefixed = components.stateStore("options.key_prefix", key + ":");
    prefixed.save(null, "a", 1);
    assertThat(raw.text(key + ":a")).isEqualTo("1");
    assertThat(prefixed.loadBulk(null, List.of("a")))
        .extracting(each -> each.key, each -> each.value)
        .containsExactly(tuple("a", 1));
    assertThat(prefixed.<Object>delete(null, "a")).isEqualTo(1);
  }

  @Test
  void loadBulk_manyKeys_givesEachInOrder() {
    List<String> keys = IntStream.range(0, 300).mapToObj(i -> key + i).toList();
    for (int i = 0; i < keys.size(); i += 2) {
      states.save(null, keys.get(i), i);
    }
    List<StateValue<@Nullable Integer>> values = states.loadBulk(null, keys);
    assertThat(values).extracting(each -> each.key).isEqualTo(keys);
    for (int i = 0; i < keys.size(); i++) {
      assertThat(values.get(i).value).isEqualTo(i % 2 == 0 ? i : null);
    }
  }

  @Test
  void loadBulk_sameKeyTwiceOrNone_givesAsMany() {
    states.save(null, key, 1);
    assertThat(states.loadBulk(null, List.of(key, key)))
        .extracting(each -> each.value)
        .containsExactly(1, 1);
    assertThat(states.loadBulk(null, List.of())).isEmpty();
  }

  @Test
  void delete_there_givesWhatWasThere() {
    states.save(null, key, List.of(1, "a"));
    assertThat(states.<Object>delete(null, key)).isEqualTo(List.of(1, "a"));
    assertThat(raw.exists(key)).isFalse();
    assertThat(states.<Object>delete(null, key)).isNull();
  }

  /** With a GET before a DEL, two of them would get the same state. */
  @Test
  void delete_byManyThreads_givesEachStateToOne() throws Exception {
    int rounds = 20;
    for (int round = 0; round < rounds; round++) {
      states.save(null, key, round);
      List<Background<Object>> threads = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        threads.add(Background.call(() -> states.<Object>delete(null, key)));
      }
      List<Object> got = new ArrayList<>();
      for (Background<Object> each : threads) {
        got.add(each.result());
      }
      assertThat(got).filteredOn(Objects::nonNull).containsExactly(round);
    }
  }

  @ParameterizedTest
  @NullAndEmptySource
  void calls_withoutKey_areRefused(String none) {
    assertFails(() -> states.load(TRACE, none), BadRequestException.class, "NO_KEY");
    assertFails(() -> states.save(TRACE, none, 1), BadRequestException.class, "NO_KEY");
    assertFails(() -> states.delete(TRACE, none), BadRequestException.class, "NO_KEY");
    assertFails(
        () -> states.loadBulk(TRACE, Arrays.asList(key, none)),
        BadRequestException.class,
        "NO_KEY");
    assertFails(() -> states.loadBulk(TRACE, null), BadRequestException.class, "NO_KEY");
  }

  @Test
  void calls_withoutType_areRefused() {
    assertFails(
        () -> states.loadAs(TRACE, key, NO_CLASS), BadRequestException.class, "WRONG_VALUE");
    assertFails(() -> states.loadAs(TRACE, key, NO_TYPE), BadRequestException.class, "WRONG_VALUE");
  }

  @Test
  void loadAs_otherType_isWrongValueThatNamesTheKeyAndNotTheState() {
    states.save(null, key, "secret");
    ApplicationException error =
        assertFails(
            () -> states.loadAs(TRACE, key, Step.class), BadRequestException.class, "WRONG_VALUE");
    assertThat(error).hasMessageContaining(key).message().doesNotContain("secret");
  }

  @Test
  void save_unwritable_leavesTheEarlierState() {
    states.save(null, key, 1);
    assertFails(
        () -> states.save(TRACE, key, new Object()), BadRequestException.class, "WRONG_VALUE");
    assertThat(states.<Object>load(null, key)).isEqualTo(1);
  }

  @Test
  void calls_onAListOfRedis_failWithItsWord() {
    raw.call("RPUSH", key, "a");
    assertFails(() -> states.load(TRACE, key), InvocationException.class, "WRONGTYPE");
    assertFails(() -> states.delete(TRACE, key), InvocationException.class, "WRONGTYPE");
    assertFails(() -> states.loadBulk(TRACE, List.of(key)), InvocationException.class, "WRONGTYPE");
    assertThat(raw.exists(key)).isTrue();
  }

  @Test
  void calls_whenClosed_areNotOpened() {
    states.close();
    assertThat(states.isOpen()).isFalse();
    assertFails(() -> states.load(TRACE, key), InvalidStateException.class, "NOT_OPENED");
    assertFails(() -> states.save(TRACE, key, 1), InvalidStateException.class, "NOT_OPENED");
    assertFails(() -> states.delete(TRACE, key), InvalidStateException.class, "NOT_OPENED");
    assertFails(
        () -> states.loadBulk(TRACE, List.of(key)), InvalidStateException.class, "NOT_OPENED");
  }
}
