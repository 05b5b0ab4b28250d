package org.pipservices3.redis.connect;

import java.util.Arrays;
import redis.clients.jedis.util.JedisClusterCRC16;

/** For every slot of a cluster the smallest number whose digits, as a key, lie in it. */
final class SlotTags {
  private static final int SLOTS = 16_384;
  private static final int[] NUMBERS = find();

  private SlotTags() {}

  /** A text that lies in the same slot as a key, always the same for the same key. */
  static String of(String key) {
    return Integer.toString(NUMBERS[JedisClusterCRC16.getSlot(key)]);
  }

  private static int[] find() {
    int[] numbers = new int[SLOTS];
    Arrays.fill(numbers, -1);
    int missing = SLOTS;
    for (int number = 0; missing > 0; number++) {
      int slot = JedisClusterCRC16.getSlot(Integer.toString(number));
      if (numbers[slot] < 0) {
        numbers[slot] = number;
        missing--;
      }
    }
    return numbers;
  }
}
