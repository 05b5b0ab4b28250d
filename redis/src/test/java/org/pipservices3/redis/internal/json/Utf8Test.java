package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is UTF-8 and what is not. */
class Utf8Test {

  @ParameterizedTest
  @ValueSource(
      strings = {"", "ABC", "\u0000", "Zażółć 🦊", "\uFFFD", "a\uFFFDb", "\uFEFF", "\uFFFF"})
  void decode_text_givesIt(String text) {
    assertThat(Utf8.decode(text.getBytes(UTF_8))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "ff",
        "c3",
        "c080",
        "c1bf",
        "eda080",
        "edbfbf",
        "e282",
        "f5808080",
        "f4908080",
        "f0808080",
        "efbfbdff",
        "41ff42",
        "efbf"
      })
  void decode_anythingElse_givesNull(String hex) {
    assertThat(Utf8.decode(HexFormat.of().parseHex(hex))).isNull();
  }

  @Test
  void decode_range_looksAtNothingElse() {
    byte[] bytes = {(byte) 0xFF, 'a', 'b', (byte) 0xFF};
    assertThat(Utf8.decode(bytes, 1, 2)).isEqualTo("ab");
    assertThat(Utf8.decode(bytes, 1, 3)).isNull();
  }

  /** A range is checked byte by byte only where it has this character. */
  @Test
  void decode_rangeWithAReplacementCharacter_looksAtNothingElse() {
    byte[] bytes = HexFormat.of().parseHex("ffefbfbd61ff");
    assertThat(Utf8.decode(bytes, 1, 4)).isEqualTo("\uFFFDa");
    assertThat(Utf8.decode(bytes, 1, 5)).isNull();
    assertThat(Utf8.decode(bytes, 0, 4)).isNull();
  }

  @Test
  void decode_randomBytes_agreesWithTheStrictDecoder() {
    Random random = new Random(7);
    byte[] likely = {'a', (byte) 0xC3, (byte) 0xA9, (byte) 0xEF, (byte) 0xBF, (byte) 0xBD, -1};
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(8)];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = likely[random.nextInt(likely.length)];
      }
      assertThat(Utf8.decode(bytes)).isEqualTo(strict(bytes));
    }
  }

  private static @Nullable String strict(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
