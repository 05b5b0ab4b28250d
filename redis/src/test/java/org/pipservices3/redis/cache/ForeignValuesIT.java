package org.pipservices3.redis.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Targets;

/** How a cache reads what others wrote: the JSON of some siblings, the bare strings of others. */
class ForeignValuesIT {

  private final String key = Keys.unique("foreign");
  private final Components components = new Components(Targets.plain());
  private final RawRedis raw = Targets.plain().raw();
  private RedisCache cache;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache();
  }

  @AfterEach
  void close() throws ApplicationException {
    raw.del(key);
    raw.close();
    components.close();
  }

  static Stream<Arguments> json() {
    return Stream.of(
        arguments("\"ABC\"", "ABC"),
        arguments("\"\"", ""),
        arguments("\"\\u0041\\n\"", "A\n"),
        arguments("\"\\ud83e\\udd8a\"", "🦊"),
        arguments("123", 123),
        arguments("-5", -5),
        arguments("2147483647", Integer.MAX_VALUE),
        arguments("2147483648", 2147483648L),
        arguments("9007199254740993", 9007199254740993L),
        arguments("9223372036854775807", Long.MAX_VALUE),
        arguments("9223372036854775808", new BigInteger("9223372036854775808")),
        arguments("-9223372036854775809", new BigInteger("-9223372036854775809")),
        arguments("12345678901234567890123456789012345678901234567890", FIFTY_DIGITS),
        arguments("1.5", 1.5),
        arguments("1.0", 1.0),
        arguments("1e3", 1000.0),
        arguments("true", true),
        arguments("false", false),
        arguments("null", null),
        arguments("[1,\"a\",null]", new ArrayList<>(Arrays.asList(1, "a", null))),
        arguments("{\"a\":{\"b\":[1.5]}}", Map.of("a", Map.of("b", List.of(1.5)))),
        arguments("{\"\":1}", Map.of("", 1)),
        arguments("\"2020-01-02T03:04:05.678Z\"", "2020-01-02T03:04:05.678Z"));
  }

  private static final BigInteger FIFTY_DIGITS =
      new BigInteger("12345678901234567890123456789012345678901234567890");

  @ParameterizedTest
  @MethodSource("json")
  void retrieve_json_givesItsJavaType(String stored, @Nullable Object value) {
    raw.set(key, stored);
    assertThat(cache.retrieve(null, key)).isEqualTo(value);
  }

  @Test
  void retrieve_containers_areOrderedAndChangeable() {
    raw.set(key, "{\"b\":[1],\"a\":2}");
    Object value = cache.retrieve(null, key);
    assertThat(value).isExactlyInstanceOf(LinkedHashMap.class);
    assertThat((Map<?, ?>) value).extracting(Map::keySet).asString().isEqualTo("[b, a]");
    assertThat(((Map<?, ?>) value).get("b")).isExactlyInstanceOf(ArrayList.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ABC",
        "123 abc",
        "",
        " ",
        "\t\n",
        "0123",
        "-",
        "+1",
        "01",
        ".5",
        "1.",
        "1e",
        "0x10",
        "NaN",
        "Infinity",
        "-Infinity",
        "'abc'",
        "{a:1}",
        "{'a':1}",
        "[1,]",
        "[1 2]",
        "[,1]",
        "{\"a\":1,}",
        "{\"a\":1}x",
        "{\"a\":1} {}",
        "\"abc\" \"def\"",
        "\"abc\"def",
        "1,2",
        "123 456",
        "/*c*/1",
        "1//c",
        "# c",
        "tru",
        "truee",
        "True",
        "None",
        "nul",
        "undefined",
        "{\"a\":1",
        "[1",
        "\"abc",
        "\"a\\x\"",
        "\"a\nb\"",
        "\"\\u12\"",
        "{\"a\"}",
        "]",
        "}",
        ":",
        "Zażółć 🦊",
        "2020-01-02T03:04:05Z",
        "\u00001",
        "1\u0000",
        "123\u0000",
        "\uFEFF123",
        "\uFEFF\"abc\"",
        "\u00A0123",
        "<xml/>"
      })
  void retrieve_textThatIsNotOneJsonValue_givesTheText(String stored) {
    raw.set(key, stored);
    assertThat(cache.retrieve(null, key)).isEqualTo(stored);
    assertThat(cache.retrieveAs(null, key, String.class)).isEqualTo(stored);
  }

  static Stream<byte[]> notUtf8() {
    return Stream.of(
        bytes(0xFF),
        bytes(0x80),
        bytes(0xC3),
        bytes('"', 0xFF, '"'),
        bytes('1', '2', 0xFF),
        bytes(0xC0, 0x80),
        bytes(0xED, 0xA0, 0x80),
        bytes(0xE2, 0x82),
        bytes(0xF5, 0x80, 0x80, 0x80),
        bytes(0xFE, 0xFF, 0x00, 0x31),
        bytes(0xFF, 0xFE, 0x31, 0x00),
        bytes(0x1F, 0x8B, 0x08, 0x00));
  }

  @ParameterizedTest
  @MethodSource("notUtf8")
  void retrieve_bytesThatAreNotUtf8_givesTheBytes(byte[] stored) {
    raw.set(key, stored);
    assertThat(cache.retrieve(null, key)).isEqualTo(stored);
    assertThat(cache.retrieveAs(null, key, byte[].class)).isEqualTo(stored);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00001", "1\u0000", "\u0000\u0000\u00001", "\u0000\"\u0000a\u0000\""})
  void retrieve_zeroBytes_areNotTakenForUtf16(String stored) {
    raw.set(key, stored.getBytes(UTF_8));
    assertThat(cache.retrieve(null, key)).isEqualTo(stored);
  }

  static Stream<Arguments> converted() {
    return Stream.of(
        arguments("123", Integer.class, 123),
        arguments("123", Long.class, 123L),
        arguments("123", Object.class, 123),
        arguments("123", String.class, "123"),
        arguments("1.5", Double.class, 1.5),
        arguments("1", Double.class, 1.0),
        arguments("true", Boolean.class, true),
        arguments("\"abc\"", String.class, "abc"),
        arguments("abc", String.class, "abc"),
        arguments("123 abc", String.class, "123 abc"),
        arguments("\"123\"", String.class, "123"),
        arguments("", String.class, ""),
        arguments("{\"x\":1,\"y\":2}", Point.class, new Point(1, 2)),
        arguments("[1,2]", List.class, List.of(1, 2)),
        arguments("[1,2]", int[].class, new int[] {1, 2}),
        arguments("{\"a\":1}", Map.class, Map.of("a", 1)),
        arguments("\"AAH/\"", byte[].class, new byte[] {0, 1, -1}),
        arguments("\"2020-01-02T03:04:05.678Z\"", Instant.class, MOMENT),
        arguments("\"2020-01-02T04:04:05.678+01:00\"", Instant.class, MOMENT),
        arguments("null", Integer.class, null),
        arguments("null", int.class, null),
        arguments("null", Point.class, null),
        arguments("7", int.class, 7));
  }

  private static final Instant MOMENT = Instant.parse("2020-01-02T03:04:05.678Z");

  @ParameterizedTest
  @MethodSource("converted")
  void retrieveAs_fittingValue_isConverted(String stored, Class<?> type, @Nullable Object value) {
    raw.set(key, stored);
    assertThat((Object) cache.retrieveAs(null, key, type)).isEqualTo(value);
  }

  record Point(int x, int y) {}

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
