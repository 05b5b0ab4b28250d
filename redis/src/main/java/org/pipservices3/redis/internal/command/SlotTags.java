package org.pipservices3.redis.internal.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Locale;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Hash tags: for every slot of a cluster the smallest number whose digits, as a key, lie in it. */
final class SlotTags {
  private static final int SLOTS = 16_384;
  private static final int[] NUMBERS = find();

  /**
   * The same for numbers of so many digits each, made when first needed.
   *
   * <p>The CRC of a text is linear: that of a text with digits behind it is that of the text with
   * as many zero bytes there, combined by XOR with that of the digits alone. So one table serves
   * all texts.
   */
  private static final class FixedLength {
    private static final int DIGITS = 6;
    private static final String[] BY_SLOT = findAll();

    private static String[] findAll() {
      String[] found = new String[SLOTS];
      int missing = SLOTS;
      for (int number = 0; missing > 0; number++) {
        String digits = String.format(Locale.ROOT, "%0" + DIGITS + "d", number);
        int slot = slotOfWhole(digits);
        if (found[slot] == null) {
          found[slot] = digits;
          missing--;
        }
      }
      return found;
    }
  }

  private SlotTags() {}

  /** A text that lies in the same slot as a key, always the same for the same key. */
  static String of(String key) {
    return in(JedisClusterCRC16.getSlot(key));
  }

  /** A text that lies in a slot. */
  static String in(int slot) {
    return Integer.toString(NUMBERS[slot]);
  }

  /**
   * Digits that, put after a text, make one whose slot is that of a key, braces in the text being
   * characters like others. Always the same for the same two.
   */
  static String after(String text, String key) {
    int rest = slotOfWhole(text + "\0".repeat(FixedLength.DIGITS));
    return FixedLength.BY_SLOT[JedisClusterCRC16.getSlot(key) ^ rest];
  }

  private static int slotOfWhole(String text) {
    return JedisClusterCRC16.getCRC16(text.getBytes(UTF_8)) & (SLOTS - 1);
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
