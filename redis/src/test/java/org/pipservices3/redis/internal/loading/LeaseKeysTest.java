package org.pipservices3.redis.internal.loading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The keys of leases: behind the prefix, in the slot of their key, each for one key. */
class LeaseKeysTest {
  private static final List<String> PIECES =
      List.of("{", "}", "{}", "{a}", ":", "load:", "a", "b", "ö", "0", "123456", " ");
  private static final int PREFIXES = 200;
  private static final int KEYS = 100;

  @ParameterizedTest
  @CsvSource({
    "'', key, load:{key}",
    "orders:, orders:17, orders:load:{orders:17}",
    "'', a{b, load:{a{b}",
    "'', {user}:cart, load:{user}{user}:cart",
    "o:, o:{user}:cart, o:load:{user}o:{user}:cart",
    "{app}:, {app}:key, {app}:load:{app}:key",
    "{app}:, {app}:{x}, {app}:load:{app}:{x}",
  })
  void of_usualKeys_isReadable(String prefix, String key, String lease) {
    assertThat(new LeaseKeys(prefix).of(key)).isEqualTo(lease);
  }

  @Test
  void of_anyPrefixAndKey_isInItsSlotBehindThePrefixAndItsOwn() {
    Random random = new Random(1);
    for (int i = 0; i < PREFIXES; i++) {
      String prefix = text(random, random.nextInt(4));
      LeaseKeys leases = new LeaseKeys(prefix);
      Map<String, String> keys = new HashMap<>();
      for (int j = 0; j < KEYS; j++) {
        String key = prefix + text(random, 1 + random.nextInt(5));
        String lease = leases.of(key);
        assertThat(lease).startsWith(prefix + "load:").isNotEqualTo(key);
        assertThat(slot(lease)).as("%s of %s", lease, key).isEqualTo(slot(key));
        String other = keys.put(lease, key);
        assertThat(other == null || other.equals(key))
            .as("%s of %s, %s", lease, key, other)
            .isTrue();
      }
    }
  }

  @Test
  void nameOf_anyLease_isItsKeyAndOfOthersNull() {
    Random random = new Random(2);
    for (int i = 0; i < PREFIXES; i++) {
      String prefix = text(random, random.nextInt(4));
      LeaseKeys leases = new LeaseKeys(prefix);
      for (int j = 0; j < KEYS; j++) {
        String key = prefix + text(random, 1 + random.nextInt(5));
        String lease = leases.of(key);
        assertThat(leases.nameOf(lease)).as(lease).isEqualTo(key);
        String name = leases.nameOf(key);
        assertThat(name == null || leases.of(name).equals(key)).as(key).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', load:key",
    "'', load:{key",
    "'', load:{}",
    "'', load:{a}b{c}",
    "o:, load:{o:1}",
    "o:, o:load:{17}",
    "o:, o:load:",
  })
  void nameOf_noLease_isNull(String prefix, String key) {
    assertThat(new LeaseKeys(prefix).nameOf(key)).isNull();
  }

  private static String text(Random random, int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  private static int slot(String key) {
    return JedisClusterCRC16.getSlot(key.getBytes(UTF_8));
  }
}
