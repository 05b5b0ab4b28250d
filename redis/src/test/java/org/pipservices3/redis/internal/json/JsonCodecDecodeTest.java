package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read without a type: JSON, other text, and bytes. */
class JsonCodecDecodeTest extends OnJsonCodec {
  private static final byte[] BINARY = {'"', (byte) 0xFF, '"'};

  static Stream<Arguments> json() {
    return Stream.of(
        arguments("\"ABC\"", "ABC"),
        arguments(" \t\r\n\"ABC\" \t\r\n", "ABC"),
        arguments("\"\"", ""),
        arguments("\"\\u0041\\/\\n\"", "A/\n"),
        arguments("\"\u007f\"", "\u007f"),
        arguments("\"\\uD800\"", "\uD800"),
        arguments("\"Zażółć 🦊 \uFFFD\"", "Zażółć 🦊 \uFFFD"),
        arguments("0", 0),
        arguments("-0", 0),
        arguments(" 12 ", 12),
        arguments("-2147483648", Integer.MIN_VALUE),
        arguments("2147483648", 2147483648L),
        arguments("-2147483649", -2147483649L),
        arguments("999999999999999999", 999999999999999999L),
        arguments("9223372036854775807", Long.MAX_VALUE),
        arguments("9223372036854775808", new BigInteger("9223372036854775808")),
        arguments("1.5", 1.5),
        arguments("-0.0", -0.0),
        arguments("1e3", 1000.0),
        arguments("true", true),
        arguments("false", false),
        arguments("null", null),
        arguments(" null ", null),
        arguments("[1,\"a\",null]", new ArrayList<>(Arrays.asList(1, "a", null))),
        arguments("{\"a\":{\"b\":[1.5]}}", Map.of("a", Map.of("b", List.of(1.5)))),
        arguments("{\"\\ud83e\\udd8a\":\"\\ud83e\\udd8a\"}", Map.of("🦊", "🦊")),
        arguments("{\"a\":1,\"a\":2}", Map.of("a", 2)));
  }

  @ParameterizedTest
  @MethodSource("json")
  void decode_json_givesItsValue(String stored, @Nullable Object value) {
    assertThat(codec.decode(null, KEY, bytes(stored))).isEqualTo(value);
    assertThat(codec.decode(null, KEY, bytes(stored), Object.class)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ABC",
        "123 abc",
        "null x",
        "null null",
        "nul",
        "nulll",
        "01",
        "-",
        "-a",
        "00",
        "-01",
        "1.",
        ".5",
        "+1",
        "1_000",
        "\"",
        "\"a",
        "a\"",
        "\"a\"b\"",
        "\"a\" \"b\"",
        "\"\\x\"",
        "\"\\\"",
        "\"\n\"",
        "\"\u0000\"",
        "{",
        "[1",
        "[1,]",
        "{a:1}",
        "'a'",
        "NaN",
        "True",
        "trueish",
        "/**/1",
        "\uFEFF1",
        "\u00A01",
        "1\u0000",
        "\u00001"
      })
  void decode_otherText_givesTheText(String stored) {
    assertThat(codec.decode(null, KEY, bytes(stored))).isEqualTo(stored);
    assertThat(codec.decode(null, KEY, bytes(stored), Object.class)).isEqualTo(stored);
    assertThat(codec.decode(null, KEY, bytes(stored), String.class)).isEqualTo(stored);
  }

  @Test
  void decode_notUtf8_givesAByteArrayOfTheCallersOwn() {
    byte[] stored = BINARY.clone();
    byte[] value = (byte[]) codec.decode(null, KEY, stored);
    assertThat(value).isEqualTo(BINARY).isNotSameAs(stored);
    value = codec.decode(null, KEY, stored, byte[].class);
    assertThat(value).isEqualTo(BINARY).isNotSameAs(stored);
    assertThat(codec.decode(null, KEY, stored, Object.class)).isEqualTo(BINARY);
  }

  @Test
  void decode_containers_areChangeableAndNewEveryTime() {
    byte[] stored = bytes("{\"b\":[1],\"a\":2}");
    Object value = codec.decode(null, KEY, stored);
    assertThat(value).isExactlyInstanceOf(LinkedHashMap.class).hasToString("{b=[1], a=2}");
    assertThat(((Map<?, ?>) value).get("b")).isExactlyInstanceOf(ArrayList.class);
    assertThat(codec.decode(null, KEY, stored)).isEqualTo(value).isNotSameAs(value);
  }

  @Test
  void decode_typeNames_neverChooseAClass() {
    assertThat(codec.decode(null, KEY, bytes("[\"java.util.Date\",5]")))
        .isEqualTo(List.of("java.util.Date", 5));
    assertThatCode(() -> codec.decode(null, KEY, bytes("{\"@class\":\"java.net.URL\"}")))
        .doesNotThrowAnyException();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
