package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.components.cache.ICache;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTarget;

/** What a cache does with keys, values and their lifetimes. */
class RedisCacheContractIT extends OnEveryTarget {

  private static final long MINUTE = 60_000;

  private final String key = Keys.unique("cache");
  private RedisCache cache;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache(options());
  }

  /** Names and values that a subclass adds to the configuration. */
  Object[] options() {
    return new Object[0];
  }

  @Test
  void retrieve_missing_givesNull() {
    assertThat(cache.retrieve(null, key)).isNull();
    assertThat(cache.retrieveAs(null, key, String.class)).isNull();
  }

  @Test
  void store_value_isTrueAndRetrieved() {
    assertThat(cache.store("123", key, "ABC", MINUTE)).isTrue();
    assertThat(cache.retrieve("123", key)).isEqualTo("ABC");
    assertThat(cache.retrieveAs("123", key, String.class)).isEqualTo("ABC");
  }

  @Test
  void store_throughToolkitInterface_givesTrue() {
    ICache any = cache;
    assertThat(any.store(null, key, 1, MINUTE)).isEqualTo(true);
  }

  @Test
  void store_existingKey_replacesValueAndLifetime() {
    cache.store(null, key, "old", 10 * MINUTE);
    cache.store(null, key, "new", MINUTE);
    assertThat(cache.retrieve(null, key)).isEqualTo("new");
    assertThat(raw.pttl(key)).isBetween(1L, MINUTE);
  }

  @Test
  void store_overForeignValueWithoutExpiry_getsAnExpiry() {
    raw.set(key, "1");
    cache.store(null, key, 2, MINUTE);
    assertThat(raw.pttl(key)).isBetween(1L, MINUTE);
  }

  @Test
  void store_overOtherType_replacesIt() {
    raw.call("RPUSH", key, "a");
    assertThat(cache.store(null, key, 2, MINUTE)).isTrue();
    assertThat(raw.text(key)).isEqualTo("2");
  }

  @Test
  void store_null_keepsAnEntryThatReadsAsNull() {
    assertThat(cache.store(null, key, null, MINUTE)).isTrue();
    assertThat(raw.exists(key)).isTrue();
    assertThat(cache.retrieve(null, key)).isNull();
    assertThat(cache.retrieveAs(null, key, Integer.class)).isNull();
    assertThat(cache.delete(null, key)).isOne();
  }

  @Test
  void store_timeout_isTheExpiryInMilliseconds() {
    cache.store(null, key, 1, 12_345);
    assertThat(raw.pttl(key)).isBetween(12_345L - 5_000, 12_345L);
  }

  @Test
  void store_shortTimeout_expires() {
    cache.store(null, key, "ABC", 50);
    await().until(() -> !raw.exists(key));
    assertThat(cache.retrieve(null, key)).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void store_timeoutNotPositive_takesAMinute(long timeout) {
    cache.store(null, key, 1, timeout);
    assertThat(raw.pttl(key)).isBetween(MINUTE - 5_000, MINUTE);
  }

  @Test
  void store_timeoutNotPositive_takesConfiguredDefault() throws ApplicationException {
    components.cache("options.timeout", 5_000).store(null, key, 1, 0);
    assertThat(raw.pttl(key)).isBetween(1L, 5_000L);
  }

  @Test
  void store_hugeTimeout_keepsTheValueAndAnExpiry() {
    assertThat(cache.store(null, key, 1, Long.MAX_VALUE)).isTrue();
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
    assertThat(raw.pttl(key)).isGreaterThan(365L * 24 * 60 * MINUTE);
  }

  @Test
  void remove_entry_takesItAway() {
    cache.store(null, key, "ABC", MINUTE);
    cache.remove("123", key);
    assertThat(raw.exists(key)).isFalse();
    assertThat(cache.retrieve(null, key)).isNull();
  }

  @Test
  void remove_missing_isQuiet() {
    cache.remove(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void remove_otherKeys_stay() {
    raw.setIfAbsent(key + "2", "2", MINUTE);
    cache.store(null, key, 1, MINUTE);
    cache.remove(null, key);
    assertThat(raw.text(key + "2")).isEqualTo("2");
  }

  @Test
  void delete_key_countsWhatWasRemoved() {
    cache.store(null, key, "ABC", MINUTE);
    assertThat(cache.delete(null, key)).isOne();
    assertThat(cache.delete(null, key)).isZero();
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void delete_keys_countsThoseThatWereThere() {
    cache.store(null, key + "1", 1, MINUTE);
    cache.store(null, key + "2", 2, MINUTE);
    cache.store(null, key + "4", 4, MINUTE);
    assertThat(cache.delete(null, List.of(key + "1", key + "2", key + "3"))).isEqualTo(2);
    assertThat(raw.exists(key + "1")).isFalse();
    assertThat(raw.exists(key + "2")).isFalse();
    assertThat(raw.exists(key + "4")).isTrue();
  }

  @Test
  void delete_noKeys_removesNone() {
    assertThat(cache.delete(null, List.of())).isZero();
  }

  @Test
  void delete_sameKeyTwice_countsOnce() {
    cache.store(null, key, 1, MINUTE);
    assertThat(cache.delete(null, List.of(key, key))).isOne();
  }

  @Test
  void delete_thousandsOfKeys_removesAll() {
    List<String> keys = IntStream.range(0, 5_000).mapToObj(i -> key + i).toList();
    keys.forEach(each -> raw.setIfAbsent(each, 1, MINUTE));
    assertThat(cache.delete(null, keys)).isEqualTo(5_000);
  }

  @Test
  void retrieve_doesNotProlongTheLifetime() {
    cache.store(null, key, 1, MINUTE);
    raw.call("PEXPIRE", key, 5_000);
    cache.retrieve(null, key);
    assertThat(raw.pttl(key)).isLessThanOrEqualTo(5_000);
  }

  @Test
  void retrieve_foreignChange_isSeen() {
    cache.store(null, key, "own", MINUTE);
    assertThat(cache.retrieve(null, key)).isEqualTo("own");
    raw.set(key, "\"foreign\"");
    await().untilAsserted(() -> assertThat(cache.retrieve(null, key)).isEqualTo("foreign"));
    raw.del(key);
    await().untilAsserted(() -> assertThat(cache.retrieve(null, key)).isNull());
  }

  @Test
  void retrieve_otherComponentsValue_isSeen() throws ApplicationException {
    RedisCache other = components.cache();
    cache.store(null, key, "ABC", MINUTE);
    assertThat(other.retrieve(null, key)).isEqualTo("ABC");
    assertThat(other.delete(null, key)).isOne();
    assertThat(cache.retrieve(null, key)).isNull();
  }

  @Test
  void retrieve_containerChangedByCaller_staysAsStored() {
    cache.store(null, key, Map.of("a", List.of(1)), MINUTE);
    Map<?, ?> first = (Map<?, ?>) cache.retrieve(null, key);
    first.clear();
    assertThat(cache.retrieve(null, key)).isEqualTo(Map.of("a", List.of(1)));
  }

  @Test
  void keyPrefix_everyMethod_usesIt() throws ApplicationException {
    String prefix = Keys.unique("prefix") + ":";
    RedisCache prefixed = components.cache("options.key_prefix", prefix);
    prefixed.store(null, key, "ABC", MINUTE);
    assertThat(raw.text(prefix + key)).isEqualTo("\"ABC\"");
    assertThat(raw.exists(key)).isFalse();
    assertThat(prefixed.retrieve(null, key)).isEqualTo("ABC");
    assertThat(prefixed.retrieveAs(null, key, String.class)).isEqualTo("ABC");
    assertThat(prefixed.delete(null, key)).isOne();
    raw.setIfAbsent(prefix + key, 1, MINUTE);
    assertThat(prefixed.delete(null, List.of(key))).isOne();
    raw.setIfAbsent(prefix + key, 1, MINUTE);
    prefixed.remove(null, key);
    assertThat(raw.exists(prefix + key)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a b", "a\nb", "%s%d%n", "ключ 🦊", "{a}b", "*", "\u0000", "\"'\\"})
  void key_anyText_isUsedAsGiven(String odd) {
    String oddKey = odd + key;
    cache.store(null, oddKey, "ABC", MINUTE);
    assertThat(raw.text(oddKey)).isEqualTo("\"ABC\"");
    assertThat(cache.retrieve(null, oddKey)).isEqualTo("ABC");
    assertThat(cache.delete(null, oddKey)).isOne();
  }

  @Test
  void key_blank_isAKey() {
    cache.store(null, " ", key, MINUTE);
    assertThat(raw.text(" ")).isEqualTo("\"" + key + "\"");
    cache.remove(null, " ");
  }

  @Test
  void isOpen_lifecycle_isTold() throws ApplicationException {
    assertThat(cache.isOpen()).isTrue();
    cache.close(null);
    assertThat(cache.isOpen()).isFalse();
    cache.open(null);
    assertThat(cache.isOpen()).isTrue();
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
  }

  @Test
  void close_component_leavesEntries() throws ApplicationException {
    cache.store(null, key, 1, MINUTE);
    cache.close(null);
    assertThat(raw.exists(key)).isTrue();
  }
}
