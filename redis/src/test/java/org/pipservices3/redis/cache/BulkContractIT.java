package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;

/** What reads and writes of many keys do with keys, values and lifetimes. */
class BulkContractIT extends OnEveryTarget {
  private static final long MINUTE = 60_000;
  private static final int MANY = 1_000;

  private final String key = Keys.unique("bulk");
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

  private Map<String, Object> values(int count) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      values.put(key + i, "value" + i);
    }
    return values;
  }

  @Test
  void retrieveAll_stored_givesEachOnceInOrderOfTheCollection() {
    cache.storeAll(null, values(10), MINUTE);
    Collection<String> asked = List.of(key + 7, key + 3, key + 7, key + 9, key + 3, key + 0);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.retrieveAll("123", asked))
          .containsExactly(
              Map.entry(key + 7, "value7"),
              Map.entry(key + 3, "value3"),
              Map.entry(key + 9, "value9"),
              Map.entry(key + 0, "value0"));
    }
  }

  @Test
  void retrieveAll_someMissing_leavesThemOut() {
    cache.store(null, key + 1, 1, MINUTE);
    assertThat(cache.retrieveAll(null, keys(3))).containsExactly(Map.entry(key + 1, 1));
    assertThat(cache.retrieveAll(null, keys(3), Long.class))
        .containsExactly(Map.entry(key + 1, 1L));
  }

  @Test
  void retrieveAll_storedNull_isInTheMap() {
    cache.store(null, key + 1, null, MINUTE);
    for (int i = 0; i < 2; i++) {
      assertThat(cache.retrieveAll(null, keys(3))).hasSize(1).containsEntry(key + 1, null);
      assertThat(cache.retrieveAll(null, keys(3), String.class))
          .hasSize(1)
          .containsEntry(key + 1, null);
    }
  }

  @Test
  void retrieveAll_noKeys_givesEmptyMap() {
    assertThat(cache.retrieveAll(null, List.of())).isEmpty();
  }

  @Test
  void retrieveAll_many_givesAll() {
    Map<String, Object> values = values(MANY);
    assertThat(cache.storeAll(null, values, MINUTE)).isEqualTo(MANY);
    for (int i = 0; i < 2; i++) {
      assertThat(cache.retrieveAll(null, keys(MANY), String.class)).isEqualTo(values);
      assertThat(cache.retrieveAll(null, keys(MANY + 1))).isEqualTo(values);
    }
  }

  @Test
  void retrieveAll_valuesOfManySizes_givesAll() {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < 40; i++) {
      values.put(key + i, "x".repeat(i % 4 == 0 ? 200_000 : 1 << (i % 16)));
    }
    assertThat(cache.storeAll(null, values, MINUTE)).isEqualTo(40);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.retrieveAll(null, keys(40))).isEqualTo(values);
    }
  }

  @Test
  void retrieveAll_types_areAsRetrieveGivesThem() {
    cache.storeAll(null, Map.of(key + 0, "text", key + 1, 2, key + 2, List.of(1, 2)), MINUTE);
    raw.set(key + 3, "bare text");
    raw.set(key + 4, new byte[] {(byte) 0xff});
    for (int i = 0; i < 2; i++) {
      Map<String, Object> found = cache.retrieveAll(null, keys(5));
      assertThat(found).hasSize(5);
      found.forEach((each, value) -> assertThat(value).isEqualTo(cache.retrieve(null, each)));
    }
  }

  @Test
  void retrieveAll_genericType_isConverted() {
    cache.storeAll(null, Map.of(key + 0, List.of(1, 2), key + 1, List.of(3)), MINUTE);
    for (int i = 0; i < 2; i++) {
      Map<String, List<Long>> found =
          cache.retrieveAll(null, keys(2), new TypeReference<List<Long>>() {});
      assertThat(found).containsEntry(key + 0, List.of(1L, 2L)).containsEntry(key + 1, List.of(3L));
    }
  }

  @Test
  void retrieveAll_containerChangedByCaller_staysAsStored() {
    cache.store(null, key, List.of(1), MINUTE);
    for (int i = 0; i < 3; i++) {
      Map<String, Object> found = cache.retrieveAll(null, List.of(key));
      assertThat(found).containsEntry(key, List.of(1));
      ((List<?>) found.get(key)).clear();
      found.clear();
    }
  }

  @Test
  void retrieveAll_afterOwnWrites_seesThem() {
    cache.storeAll(null, values(5), MINUTE);
    cache.retrieveAll(null, keys(5));
    cache.store(null, key + 0, "new", MINUTE);
    cache.remove(null, key + 1);
    cache.storeAll(null, Map.of(key + 2, "newer"), MINUTE);
    assertThat(cache.retrieveAll(null, keys(5)))
        .hasSize(4)
        .containsEntry(key + 0, "new")
        .containsEntry(key + 2, "newer")
        .containsEntry(key + 3, "value3");
  }

  @Test
  void retrieveAll_foreignChange_isSeen() {
    cache.storeAll(null, values(3), MINUTE);
    cache.retrieveAll(null, keys(3));
    raw.set(key + 0, "\"foreign\"");
    raw.del(key + 1);
    await()
        .untilAsserted(
            () ->
                assertThat(cache.retrieveAll(null, keys(3)))
                    .containsExactly(Map.entry(key + 0, "foreign"), Map.entry(key + 2, "value2")));
  }

  @Test
  void retrieveAll_oneDoesNotFit_isWrongValueWithHowManySucceeded() {
    cache.storeAll(null, Map.of(key + 0, 1, key + 1, "text", key + 2, 3), MINUTE);
    for (int i = 0; i < 2; i++) {
      ApplicationException error =
          assertFails(
              () -> cache.retrieveAll(TRACE, keys(4), Integer.class),
              BadRequestException.class,
              "WRONG_VALUE");
      assertThat(error.getMessage()).contains("'" + key + 1 + "'").contains("3 of 4 keys");
      assertThat(error.getDetails()).containsEntry("succeeded", "3").containsEntry("keys", "4");
    }
  }

  @Test
  void retrieveAll_oneHasAnotherRedisType_isItsErrorWithHowManySucceeded() {
    cache.storeAll(null, values(3), MINUTE);
    raw.del(key + 1);
    raw.call("RPUSH", key + 1, "a");
    ApplicationException error =
        assertFails(
            () -> cache.retrieveAll(TRACE, keys(3)), InvocationException.class, "WRONGTYPE");
    assertThat(error.getMessage()).contains("'" + key + 1 + "'").contains("2 of 3 keys");
  }

  @Test
  void retrieveAll_badKeys_isNoKey() {
    List<String> withNull = new ArrayList<>(Arrays.asList("a", null));
    assertFails(() -> cache.retrieveAll(TRACE, withNull), BadRequestException.class, "NO_KEY");
    assertFails(
        () -> cache.retrieveAll(TRACE, List.of("a", "")), BadRequestException.class, "NO_KEY");
    assertFails(
        () -> cache.retrieveAll(TRACE, (Collection<String>) null),
        BadRequestException.class,
        "NO_KEY");
    assertFails(
        () -> cache.retrieveAll(TRACE, withNull, String.class),
        BadRequestException.class,
        "NO_KEY");
  }

  @Test
  void retrieveAll_noType_isWrongValue() {
    assertFails(
        () -> cache.retrieveAll(TRACE, List.of(key), (Class<String>) null),
        BadRequestException.class,
        "WRONG_VALUE");
    assertFails(
        () -> cache.retrieveAll(TRACE, List.of(key), (TypeReference<String>) null),
        BadRequestException.class,
        "WRONG_VALUE");
  }

  @Test
  void storeAll_values_areStoredWithTheirLifetime() {
    assertThat(cache.storeAll("123", Map.of(key + 0, "ABC", key + 1, 5), 12_345)).isEqualTo(2);
    assertThat(raw.text(key + 0)).isEqualTo("\"ABC\"");
    assertThat(raw.text(key + 1)).isEqualTo("5");
    assertThat(raw.pttl(key + 0)).isBetween(12_345L - 5_000, 12_345L);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void storeAll_timeoutNotPositive_takesTheDefault(long timeout) {
    cache.storeAll(null, Map.of(key, 1), timeout);
    assertThat(raw.pttl(key)).isBetween(MINUTE - 5_000, MINUTE);
  }

  @Test
  void storeAll_nullValue_isStored() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(key, null);
    assertThat(cache.storeAll(null, values, MINUTE)).isOne();
    assertThat(raw.text(key)).isEqualTo("null");
  }

  @Test
  void storeAll_nothing_isZero() {
    assertThat(cache.storeAll(null, Map.of(), MINUTE)).isZero();
  }

  @Test
  void storeAll_oneCannotBeWritten_storesNone() {
    Map<String, Object> values = values(3);
    values.put(key + 9, new Object());
    assertFails(
        () -> cache.storeAll(TRACE, values, MINUTE), BadRequestException.class, "WRONG_VALUE");
    assertThat(raw.exists(key + 0)).isFalse();
  }

  @Test
  void storeAll_badKeys_isNoKeyAndStoresNone() {
    Map<String, Object> values = values(1);
    values.put("", 1);
    assertFails(() -> cache.storeAll(TRACE, values, MINUTE), BadRequestException.class, "NO_KEY");
    values.remove("");
    values.put(null, 1);
    assertFails(() -> cache.storeAll(TRACE, values, MINUTE), BadRequestException.class, "NO_KEY");
    assertFails(() -> cache.storeAll(TRACE, null, MINUTE), BadRequestException.class, "NO_KEY");
    assertThat(raw.exists(key + 0)).isFalse();
  }

  @Test
  void keyPrefix_bulkMethods_useIt() throws ApplicationException {
    String prefix = Keys.unique("prefix") + ":";
    RedisCache prefixed = components.cache("options.key_prefix", prefix);
    prefixed.storeAll(null, Map.of(key, "ABC"), MINUTE);
    assertThat(raw.text(prefix + key)).isEqualTo("\"ABC\"");
    assertThat(prefixed.retrieveAll(null, List.of(key))).containsEntry(key, "ABC");
    assertThat(prefixed.retrieveAll(null, List.of(key), String.class)).containsEntry(key, "ABC");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a b", "a\nb", "%s%d%n", "ключ 🦊", "{a}b", "*", "\u0000", "\"'\\"})
  void key_anyText_isUsedAsGiven(String odd) {
    String oddKey = odd + key;
    cache.storeAll(null, Map.of(oddKey, "ABC"), MINUTE);
    assertThat(raw.text(oddKey)).isEqualTo("\"ABC\"");
    assertThat(cache.retrieveAll(null, List.of(oddKey))).containsEntry(oddKey, "ABC");
  }

  @Test
  void closed_anyBulkMethod_isNotOpened() throws ApplicationException {
    cache.close(null);
    assertFails(
        () -> cache.retrieveAll(TRACE, List.of(key)), InvalidStateException.class, "NOT_OPENED");
    assertFails(
        () -> cache.storeAll(TRACE, Map.of(key, 1), MINUTE),
        InvalidStateException.class,
        "NOT_OPENED");
  }
}
