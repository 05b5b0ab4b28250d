package org.pipservices3.redis.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text is searched eight bytes at a time: each character has to be found at each place. */
class PlainJsonTest {
  private static final int LENGTH = 19;

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
}
