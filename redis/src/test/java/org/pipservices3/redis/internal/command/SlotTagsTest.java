package org.pipservices3.redis.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Every slot of a cluster has a tag: the smallest number that lies in it. */
class SlotTagsTest {
  private static final int SLOTS = 16_384;

  @Test
  void of_keysOfAllSlots_liesInTheSameSlot() {
    Set<String> tags = new HashSet<>();
    for (int number = 0; tags.size() < SLOTS; number++) {
      String key = "}" + number;
      String tag = SlotTags.of(key);
      assertThat(JedisClusterCRC16.getSlot(tag)).isEqualTo(JedisClusterCRC16.getSlot(key));
      tags.add(tag);
    }
  }

  @Test
  void of_firstNumberOfEachSlot_isThatNumber() {
    Set<Integer> seen = new HashSet<>();
    for (int number = 0; seen.size() < SLOTS; number++) {
      String key = Integer.toString(number);
      if (seen.add(JedisClusterCRC16.getSlot(key))) {
        assertThat(SlotTags.of(key)).isEqualTo(key);
      }
    }
  }

  /** Versions of the module must agree on it. */
  @Test
  void of_anyKey_isTheSmallestNumberInItsSlot() {
    for (int i = 0; i < 100; i++) {
      String key = "key" + i;
      String tag = SlotTags.of(key);
      int slot = JedisClusterCRC16.getSlot(key);
      assertThat(JedisClusterCRC16.getSlot("{" + tag + "}")).isEqualTo(slot);
      for (int smaller = 0; smaller < Integer.parseInt(tag); smaller++) {
        assertThat(JedisClusterCRC16.getSlot(Integer.toString(smaller))).isNotEqualTo(slot);
      }
    }
  }

  @Test
  void after_anyText_bringsTheWholeIntoTheSlot() {
    for (int i = 0; i < 1_000; i++) {
      String text = "text" + i * 31;
      String key = "{key" + i;
      String digits = SlotTags.after(text, key);
      assertThat(digits).matches("\\d{6}").isEqualTo(SlotTags.after(text, key));
      assertThat(JedisClusterCRC16.getSlot(text + digits))
          .isEqualTo(JedisClusterCRC16.getSlot(key));
    }
  }
}
