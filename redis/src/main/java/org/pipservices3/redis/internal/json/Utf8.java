package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * Strict UTF-8 decoding.
 *
 * <p>The JDK's own is the fastest, but puts U+FFFD in place of what is not UTF-8. So only text that
 * has this character is checked again.
 */
final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';

  private Utf8() {}

  /** The bytes as text, or null if they are not UTF-8. */
  static @Nullable String decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /** A range of the bytes as text, or null if it is not UTF-8. */
  static @Nullable String decode(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, UTF_8);
    boolean valid = text.indexOf(REPLACEMENT) < 0 || isValid(bytes, offset, length);
    return valid ? text : null;
  }

  private static boolean isValid(byte[] bytes, int offset, int length) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
