package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read and written without Jackson, at the bounds of the plain form. */
class PlainJsonTest {
  private static final int LENGTH = 19;

  @Test
  void write_plainValues_needNoWriter() {
    assertThat(written(null)).isEqualTo("null");
    assertThat(written(true)).isEqualTo("true");
    assertThat(written(-7)).isEqualTo("-7");
    assertThat(written(Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
    assertThat(written("")).isEqualTo("\"\"");
    assertThat(written(" ~")).isEqualTo("\" ~\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001f", "\u007f", "\u0080", "\"", "\\", "a\"", "a\\"})
  void write_textThatNeedsMoreThanQuotes_isNotPlain(String text) {
    assertThat(PlainJson.write(text)).isNull();
  }

  @Test
  void write_otherTypes_areNotPlain() {
    assertThat(PlainJson.write(1.5)).isNull();
    assertThat(PlainJson.write(BigInteger.ONE)).isNull();
    assertThat(PlainJson.write((short) 1)).isNull();
  }

  @Test
  void read_wholeNumbers_areIntegersAsFarAsTheyFit() {
    assertThat(read("0")).isEqualTo(0);
    assertThat(read("-0")).isEqualTo(0);
    assertThat(read("9")).isEqualTo(9);
    assertThat(read("10")).isEqualTo(10);
    assertThat(read("2147483647")).isEqualTo(Integer.MAX_VALUE);
    assertThat(read("2147483648")).isEqualTo(2_147_483_648L);
    assertThat(read("-2147483648")).isEqualTo(Integer.MIN_VALUE);
    assertThat(read("-2147483649")).isEqualTo(-2_147_483_649L);
    assertThat(read("999999999999999999")).isEqualTo(999_999_999_999_999_999L);
    assertThat(read("-999999999999999999")).isEqualTo(-999_999_999_999_999_999L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "01", "-01", "1/", "1:", "1 ", "1.0", "1e1", "1000000000000000000",
        "-1000000000000000000", "\"", "\"a", "a\"", "tru", "true ", "trux", "fals", "nul", "nulL"
      })
  void read_anythingElse_isNotPlain(String json) {
    assertThat(read(json)).isSameAs(PlainJson.NOT_PLAIN);
  }

  @Test
  void read_words_areTheirValues() {
    assertThat(read("true")).isEqualTo(true);
    assertThat(read("false")).isEqualTo(false);
    assertThat(read("null")).isNull();
    assertThat(read("\"\"")).isEqualTo("");
  }

  @Test
  void first_whiteSpaceOfJsonOnly_isSkipped() {
    assertThat(PlainJson.first(" \t\r\n{")).isEqualTo('{');
    assertThat(PlainJson.first("\u000b{")).isEqualTo('\u000b');
    assertThat(PlainJson.first(" \n")).isEqualTo('\0');
    assertThat(PlainJson.mayBeJson(" \"")).isTrue();
    assertThat(PlainJson.mayBeJson("n")).isTrue();
    assertThat(PlainJson.mayBeJson("x")).isFalse();
    assertThat(PlainJson.mayBeJson("")).isFalse();
  }

  /** Text is searched eight bytes at a time: each character has to be found at each place. */
  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "~", "\u007f", "\u0080", "é", "€", "\uFFFD", "😀"})
  void read_charactersAnywhere_areOnlyEscapedWhereTheyMustBe(String around) {
    for (char c = 0; c < 0x100; c++) {
      for (int place = 0; place <= LENGTH; place++) {
        String text = around.repeat(place) + c + around.repeat(LENGTH - place);
        boolean mustBeEscaped = c < ' ' || c == '"' || c == '\\';

        Object read = PlainJson.read(('"' + text + '"').getBytes(UTF_8));

        assertThat(read)
            .as("U+%04X at %d", (int) c, place)
            .isEqualTo(mustBeEscaped ? PlainJson.NOT_PLAIN : text);
      }
    }
  }

  private static String written(@Nullable Object value) {
    byte[] json = PlainJson.write(value);
    assertThat(json).isNotNull();
    return new String(json, UTF_8);
  }

  private static @Nullable Object read(String json) {
    return PlainJson.read(json.getBytes(UTF_8));
  }
}
