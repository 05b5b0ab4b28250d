package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Raw JSON ({@code @JsonRawValue}), which Jackson writes unchecked. */
class JsonCodecRawTest extends OnJsonCodec {
  record Raw(@JsonRawValue String json, List<Object> around) {}

  static Stream<String> broken() {
    return Stream.of(
        "",
        " ",
        "{",
        "[1,",
        "1 2",
        "1,\"b\":2",
        "1}",
        "\"a",
        "NaN",
        "'a'",
        "tru",
        "{\"\\uD800\":1}",
        "\"\uD83E\"");
  }

  /** They got past every bound, and what was stored was no JSON, or too deep to be read. */
  @ParameterizedTest
  @MethodSource("broken")
  void encode_brokenRawJson_isWrongValue(String json) {
    assertRefused(new Raw(json, List.of()));
    assertRefused(List.of(new Raw(json, List.of())));
    assertRefused(new RawValue(json));
    assertRefused(Map.of("a", new RawValue(new SerializedString(json))));
  }

  @Test
  void encode_rawJsonBeyondTheBounds_isWrongValue() {
    String deep = "[".repeat(501) + "]".repeat(501);
    for (String json :
        List.of(
            deep,
            deep.substring(1, deep.length() - 1), // one level more around it
            "9".repeat(1_001),
            "{\"" + "x".repeat(50_001) + "\":1}")) {
      assertRefused(new Raw(json, List.of()));
      assertRefused(List.of(new RawValue(json)));
    }
  }

  @Test
  void encode_rawJson_isReadAsWhatItSays() {
    String deepest = "[".repeat(499) + "]".repeat(499);
    for (String json : List.of("1", "null", " {\"a\": [1.50, \"x\"]} ", "\"\\uD83E\"", deepest)) {
      byte[] written = codec.encode(null, KEY, new Raw(json, List.of()));
      Object expected = codec.decode(null, KEY, json.getBytes(UTF_8));
      Map<?, ?> read = codec.decode(null, KEY, written, Map.class);
      assertThat((Object) read.get("json")).isEqualTo(expected);
    }
  }

  /** Jackson has a method each for texts, parts of texts and arrays. */
  @Test
  void writeRawValue_partOfATextOrArray_writesThatAndChecksIt() throws IOException {
    String around = "x[1]2";
    assertThat(generated(out -> out.writeRawValue(around, 1, 3))).isEqualTo("[1]");
    assertThat(generated(out -> out.writeRawValue(around.toCharArray(), 1, 3))).isEqualTo("[1]");
    for (int length : new int[] {2, 4}) {
      assertThatThrownBy(() -> generated(out -> out.writeRawValue(around, 1, length)))
          .isInstanceOf(ReadableGenerator.Unreadable.class);
      assertThatThrownBy(() -> generated(out -> out.writeRawValue(around.toCharArray(), 1, length)))
          .isInstanceOf(ReadableGenerator.Unreadable.class);
    }
  }

  private interface Writing {
    void to(JsonGenerator out) throws IOException;
  }

  private static String generated(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JsonBounds.factory().createGenerator(bytes)) {
      writing.to(out);
    }
    return bytes.toString(UTF_8);
  }
}
