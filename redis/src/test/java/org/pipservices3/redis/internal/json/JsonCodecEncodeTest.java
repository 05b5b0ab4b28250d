package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;
import static org.pipservices3.redis.fixture.Failures.textOf;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;

/** The JSON that a codec writes, and what it refuses to write. */
class JsonCodecEncodeTest {
  private static final String KEY = "some-key";
  private static final String SECRET = "7h15-15-s3cr3t";
  private static final Instant MOMENT = Instant.parse("2020-01-02T03:04:05.678Z");
  private static final Instant WHOLE = Instant.parse("2020-01-02T03:04:05Z");
  private static final ZoneId WARSAW = ZoneId.of("Europe/Warsaw");

  private final JsonCodec codec = JsonCodec.with(List.of());

  static Stream<Arguments> written() {
    return Stream.of(
        arguments(null, "null"),
        arguments("", "\"\""),
        arguments("ABC", "\"ABC\""),
        arguments("a~ \u007f", "\"a~ \u007f\""),
        arguments("a\"b\\c/d", "\"a\\\"b\\\\c/d\""),
        arguments("\n\t\u0001", "\"\\n\\t\\u0001\""),
        arguments("Zażółć 🦊 \u2028", "\"Zażółć 🦊 \u2028\""),
        arguments('c', "\"c\""),
        arguments(0, "0"),
        arguments(Integer.MIN_VALUE, "-2147483648"),
        arguments(Long.MIN_VALUE, "-9223372036854775808"),
        arguments((short) -7, "-7"),
        arguments(new BigInteger("123456789012345678901"), "123456789012345678901"),
        arguments(1.0, "1.0"),
        arguments(0.1f, "0.1"),
        arguments(new BigDecimal("12.340"), "12.340"),
        arguments(Double.NaN, "\"NaN\""),
        arguments(true, "true"),
        arguments(new byte[] {0, 1, -1}, "\"AAH/\""),
        arguments(List.of(), "[]"),
        arguments(Arrays.asList("a", null, 1L), "[\"a\",null,1]"),
        arguments(Map.of("a", Map.of()), "{\"a\":{}}"),
        arguments(new Point(1, 2), "{\"x\":1,\"y\":2}"),
        arguments(Color.RED, "\"RED\""));
  }

  @ParameterizedTest
  @MethodSource("written")
  void encode_value_givesJson(@Nullable Object value, String json) {
    assertThat(encode(value)).isEqualTo(json);
    assertThat(encode(Arrays.asList(value))).isEqualTo("[" + json + "]");
  }

  static Stream<Arguments> moments() {
    String millis = "2020-01-02T03:04:05.678Z";
    return Stream.of(
        arguments(Date.from(MOMENT), millis),
        arguments(Date.from(WHOLE), "2020-01-02T03:04:05.000Z"),
        arguments(Date.from(Instant.ofEpochMilli(-1)), "1969-12-31T23:59:59.999Z"),
        arguments(java.sql.Date.valueOf("2020-01-02"), "2020-01-02"),
        arguments(java.sql.Time.valueOf("03:04:05"), "03:04:05"),
        arguments(new java.sql.Timestamp(MOMENT.toEpochMilli()), millis),
        arguments(GregorianCalendar.from(MOMENT.atZone(WARSAW)), millis),
        arguments(MOMENT, millis),
        arguments(WHOLE, "2020-01-02T03:04:05Z"),
        arguments(MOMENT.plusNanos(1), "2020-01-02T03:04:05.678000001Z"),
        arguments(MOMENT.atZone(WARSAW), millis),
        arguments(MOMENT.atZone(WARSAW).toOffsetDateTime(), millis),
        arguments(LocalDate.of(2020, 1, 2), "2020-01-02"),
        arguments(LocalTime.of(3, 4, 5), "03:04:05"),
        arguments(LocalDateTime.of(2020, 1, 2, 3, 4, 5), "2020-01-02T03:04:05"),
        arguments(Duration.ofMillis(1500), "PT1.5S"));
  }

  @ParameterizedTest
  @MethodSource("moments")
  void encode_time_isIso8601InUtcEverywhere(Object time, String text) {
    assertThat(encode(time)).isEqualTo("\"" + text + "\"");
    assertThat(encode(new Holder(time))).isEqualTo("{\"value\":\"" + text + "\"}");
    assertThat(encode(Map.of(time, 1))).isEqualTo("{\"" + text + "\":1}");
  }

  @Test
  void encode_time_doesNotDependOnTheDefaultZone() {
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
      assertThat(encode(Date.from(MOMENT))).isEqualTo("\"2020-01-02T03:04:05.678Z\"");
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void encode_propertyWithItsOwnFormat_keepsIt() {
    assertThat(encode(new Formatted(Date.from(MOMENT), MOMENT)))
        .isEqualTo("{\"day\":\"2020-01-02\",\"hour\":\"03\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "a\uDC00b", "\uDC00\uD800", "\uD83E", "🦊\uD83E"})
  void encode_loneSurrogate_comesBackAsItWas(String text) {
    for (int padding : new int[] {0, 1_999, 7_998, 7_999, 8_000, 8_001}) {
      String padded = "x".repeat(padding) + text + "y";
      byte[] json = codec.encode(null, KEY, padded);
      assertThat(Utf8.decode(json)).isNotNull();
      assertThat(codec.decode(null, KEY, json)).isEqualTo(padded);
      json = codec.encode(null, KEY, Map.of("🦊", List.of(padded)));
      assertThat(Utf8.decode(json)).startsWith("{\"🦊\":");
      assertThat(codec.decode(null, KEY, json)).isEqualTo(Map.of("🦊", List.of(padded)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "a\uDC00b", "\uDC00\uD800", "🦊\uD83E"})
  void encode_loneSurrogateInName_isWrongValueSinceItWouldNotComeBack(String name) {
    ApplicationException error =
        assertFails(
            () -> codec.encode(TRACE, KEY, Map.of(name, 1)),
            BadRequestException.class,
            "WRONG_VALUE");
    assertThat(error.getMessage()).contains(KEY).contains("surrogate").doesNotContain(name);
  }

  @Test
  void encode_textThatLooksLikeASurrogateEscape_isWritten() {
    Object value = Map.of("\\uD800", "\\uD800");
    assertThat(encode(value)).isEqualTo("{\"\\\\uD800\":\"\\\\uD800\"}");
  }

  static Stream<Arguments> unwritable() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    return Stream.of(
        arguments(new Object(), "java.lang.Object"),
        arguments(Map.of(SECRET, new Object()), "java.lang.Object"),
        arguments(endless, "contains itself"),
        arguments(nested(501), "500 levels"),
        arguments(new Knot(), Knot.class.getTypeName()),
        arguments(List.of(new Broken()), Broken.class.getTypeName()),
        arguments(List.of(new Broken()), "java.lang.NumberFormatException"));
  }

  @ParameterizedTest(name = "{index} {1}")
  @MethodSource("unwritable")
  void encode_unwritable_isWrongValueNamingKeyAndTypesButNotTheValue(Object value, String named) {
    ApplicationException error =
        assertFails(
            () -> codec.encode(TRACE, KEY, value), BadRequestException.class, "WRONG_VALUE");
    assertThat(error.getMessage())
        .contains(KEY)
        .contains(value.getClass().getTypeName())
        .contains(named)
        .hasSizeLessThan(400);
    assertThat(error.getCause()).isNull();
    assertThat(textOf(error)).doesNotContain(SECRET).doesNotContain("jackson.databind.exc");
  }

  @Test
  void encode_deepestNesting_canBeReadBack() {
    Object deep = nested(500);
    assertThat(codec.decode(null, KEY, codec.encode(null, KEY, deep))).isEqualTo(deep);
  }

  @Test
  void encode_upTo64MiB_isWrittenAndMoreIsNot() {
    String largest = "x".repeat(JsonBounds.MAX_BYTES - 2);
    assertThat(codec.encode(null, KEY, largest)).hasSize(JsonBounds.MAX_BYTES);
    String plain = largest + "x";
    String escaped = "\n".repeat(JsonBounds.MAX_BYTES / 2);
    for (Object value : List.of(plain, escaped)) {
      ApplicationException error =
          assertFails(
              () -> codec.encode(TRACE, KEY, value), BadRequestException.class, "WRONG_VALUE");
      assertThat(error.getMessage()).contains(KEY).contains("64 MiB");
    }
  }

  private String encode(@Nullable Object value) {
    return new String(codec.encode(null, KEY, value), UTF_8);
  }

  private static Object nested(int levels) {
    Object value = List.of();
    for (int i = 1; i < levels; i++) {
      value = List.of(value);
    }
    return value;
  }

  record Point(int x, int y) {}

  record Holder(Object value) {}

  record Formatted(
      @JsonFormat(pattern = "yyyy-MM-dd") Date day,
      @JsonFormat(pattern = "HH", timezone = "UTC") Instant hour) {}

  enum Color {
    RED
  }

  /** Refers to itself. */
  public static final class Knot {
    public Knot getSelf() {
      return this;
    }
  }

  /** Cannot be read. */
  public static final class Broken {
    public int getValue() {
      return Integer.parseInt(SECRET);
    }
  }
}
