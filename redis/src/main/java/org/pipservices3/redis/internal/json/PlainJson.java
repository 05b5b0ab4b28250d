package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that needs no parser: strings without escapes, whole numbers, {@code true}, {@code
 * false} and {@code null}.
 *
 * <p>These are most of what caches hold. All else is left to Jackson, and what is read or written
 * here is exactly what Jackson would read or write.
 *
 * <p>Text is searched eight bytes at a time, since a byte at a time took more than all the rest of
 * reading 10 KB. A byte {@code b} is below {@code n}, at most 128, if and only if {@code b - n} has
 * the sign bit and {@code b} has not; two bytes are equal if their difference is below one. In a
 * word of eight a difference may borrow from the next byte, but only where one was below, so
 * whether there is any is exact.
 */
final class PlainJson {

  /** What {@link #read} returns where the bytes are not plain. */
  static final Object NOT_PLAIN = new Object();

  /** How many digits always fit into a long. */
  private static final int MAX_DIGITS = 18;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long EACH = 0x0101010101010101L;

  private PlainJson() {}

  /** The value as JSON, or null if it is not plain. */
  static byte @Nullable [] write(@Nullable Object value) {
    if (value instanceof String text) {
      return quote(text);
    }
    if (value == null
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Boolean) {
      return String.valueOf(value).getBytes(ISO_8859_1);
    }
    return null;
  }

  /** The value that the bytes are, null for a JSON null, or {@link #NOT_PLAIN}. */
  static @Nullable Object read(byte[] json) {
    if (json.length == 0) {
      return NOT_PLAIN;
    }
    return switch (json[0]) {
      case '"' -> string(json);
      case 't' -> word(json, "true", true);
      case 'f' -> word(json, "false", false);
      case 'n' -> word(json, "null", null);
      default -> number(json);
    };
  }

  /** Whether text may be JSON, by its first character. */
  static boolean mayBeJson(String text) {
    return "\"{[-0123456789tfn".indexOf(first(text)) >= 0;
  }

  /** The first character that is not JSON's white space, or U+0000 if there is none. */
  static char first(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c;
      }
    }
    return '\0';
  }

  private static byte @Nullable [] quote(String text) {
    int length = text.length();
    byte[] json = new byte[length + 2];
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return null;
      }
      json[i + 1] = (byte) c;
    }
    json[0] = '"';
    json[length + 1] = '"';
    return json;
  }

  private static Object string(byte[] json) {
    int last = json.length - 1;
    if (last < 1 || json[last] != '"') {
      return NOT_PLAIN;
    }
    if (!needsNoEscape(json, 1, last)) {
      return NOT_PLAIN;
    }
    String text = Utf8.decode(json, 1, last - 1);
    return text == null ? NOT_PLAIN : text;
  }

  private static boolean needsNoEscape(byte[] json, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) WORDS.get(json, i);
      long found = anyBelow(word, ' ') | anyEqual(word, '"') | anyEqual(word, '\\');
      if (found != 0) {
        return false;
      }
    }
    for (; i < to; i++) {
      byte b = json[i];
      boolean inMultibyte = b < 0;
      if (!inMultibyte && (b < ' ' || b == '"' || b == '\\')) {
        return false;
      }
    }
    return true;
  }

  private static long anyBelow(long word, int limit) {
    return (word - EACH * limit) & ~word & (EACH << 7);
  }

  private static long anyEqual(long word, int b) {
    return anyBelow(word ^ (EACH * b), 1);
  }

  private static Object number(byte[] json) {
    int start = json[0] == '-' ? 1 : 0;
    int digits = json.length - start;
    if (digits < 1 || digits > MAX_DIGITS || (json[start] == '0' && digits > 1)) {
      return NOT_PLAIN;
    }
    long value = 0;
    for (int i = start; i < json.length; i++) {
      int digit = json[i] - '0';
      if (digit < 0 || digit > 9) {
        return NOT_PLAIN;
      }
      value = value * 10 + digit;
    }
    if (start == 1) {
      value = -value;
    }
    if (value == (int) value) {
      return (int) value;
    }
    return value;
  }

  private static @Nullable Object word(byte[] json, String word, @Nullable Object value) {
    if (json.length != word.length()) {
      return NOT_PLAIN;
    }
    for (int i = 0; i < json.length; i++) {
      if (json[i] != word.charAt(i)) {
        return NOT_PLAIN;
      }
    }
    return value;
  }
}
