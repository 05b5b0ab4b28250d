package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;

/** What is read as a type: converted if it fits, or an error that says what is there. */
class JsonCodecConvertTest extends OnJsonCodec {
  private static final Instant MOMENT = Instant.parse("2020-01-02T03:04:05.678Z");
  private static final BigDecimal BIG = new BigDecimal("12345678901234567890.123");
  private static final byte[] BINARY = {'"', (byte) 0xFF, '"'};

  static Stream<Arguments> converted() {
    return Stream.of(
        arguments("123", Integer.class, 123),
        arguments("123", int.class, 123),
        arguments("123", Long.class, 123L),
        arguments("123", Number.class, 123),
        arguments("123", Double.class, 123.0),
        arguments("\"123\"", Integer.class, 123),
        arguments("12345678901234567890.123", BigDecimal.class, BIG),
        arguments("123", String.class, "123"),
        arguments("1.50", String.class, "1.50"),
        arguments(" true ", String.class, "true"),
        arguments("\"abc\"", CharSequence.class, "abc"),
        arguments("true", boolean.class, true),
        arguments("True", Boolean.class, true),
        arguments("null", int.class, null),
        arguments(" null ", int.class, null),
        arguments("null", String.class, null),
        arguments("null", Point.class, null),
        arguments("{\"x\":1,\"y\":2}", Point.class, new Point(1, 2)),
        arguments("{\"x\":1,\"y\":2,\"z\":[{}]}", Point.class, new Point(1, 2)),
        arguments("[1,2]", int[].class, new int[] {1, 2}),
        arguments("\"AAH/\"", byte[].class, new byte[] {0, 1, -1}),
        arguments("AAH/", byte[].class, new byte[] {0, 1, -1}),
        arguments("\"\"", byte[].class, new byte[0]),
        arguments("\"RED\"", Color.class, Color.RED),
        arguments("RED", Color.class, Color.RED),
        arguments("\"2020-01-02T03:04:05.678Z\"", Instant.class, MOMENT),
        arguments("2020-01-02T03:04:05.678Z", Instant.class, MOMENT),
        arguments("\"2020-01-02T04:04:05.678+01:00\"", Instant.class, MOMENT),
        arguments("\"2020-01-02T03:04:05.678Z\"", Date.class, Date.from(MOMENT)),
        arguments("1577934245678", Date.class, Date.from(MOMENT)),
        arguments("1577934245678", Instant.class, MOMENT),
        arguments("2020-01-02", LocalDate.class, LocalDate.of(2020, 1, 2)),
        arguments("00000000-0000-0001-0000-000000000002", UUID.class, new UUID(1, 2)));
  }

  @ParameterizedTest
  @MethodSource("converted")
  void decodeAs_fittingValue_isConverted(String stored, Class<?> type, @Nullable Object value) {
    assertThat((Object) codec.decode(null, KEY, bytes(stored), type)).isEqualTo(value);
  }

  static Stream<Arguments> misfits() {
    return Stream.of(
        arguments("[1]", String.class, "a JSON array"),
        arguments("{}", String.class, "a JSON object"),
        arguments("1.5", Integer.class, "a JSON number"),
        arguments("5.0", Integer.class, "a JSON number"),
        arguments("2147483648", Integer.class, "a JSON number"),
        arguments("true", Integer.class, "a JSON boolean"),
        arguments("\"abc\"", Integer.class, "a JSON string"),
        arguments("\"\"", Integer.class, "a JSON string"),
        arguments("\"  \"", Integer.class, "a JSON string"),
        arguments("\"\"", Instant.class, "a JSON string"),
        arguments("\"\"", Color.class, "a JSON string"),
        arguments("\"\"", Point.class, "a JSON string"),
        arguments("\"\"", Map.class, "a JSON string"),
        arguments("\"GREEN\"", Color.class, "a JSON string"),
        arguments("{\"x\":\"\"}", Point.class, "a JSON object"),
        arguments("{\"x\":{}}", Point.class, "a JSON object"),
        arguments("", Integer.class, "not JSON"),
        arguments("abc", Integer.class, "not JSON"),
        arguments("123 abc", Integer.class, "not JSON"),
        arguments("123 456", Integer.class, "not JSON"),
        arguments("null x", Integer.class, "not JSON"),
        arguments("[1,2", int[].class, "not JSON"),
        arguments("[\"a\" x", int[].class, "not JSON"),
        arguments("{\"x\":1} {}", Point.class, "not JSON"),
        arguments("{}", Strict.class, "a JSON object"),
        arguments("{}", Runnable.class, "a JSON object"),
        arguments("[\"java.util.Date\",1]", Unsafe.class, "a JSON array"));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void decodeAs_misfit_isWrongValueThatTellsWhatIsThere(
      String stored, Class<?> type, String found) {
    ApplicationException error =
        assertFails(
            () -> codec.decode(TRACE, KEY, bytes(stored), type),
            BadRequestException.class,
            "WRONG_VALUE");
    assertThat(error.getMessage()).contains(KEY).contains(type.getTypeName()).contains(found);
    if (error.getCause() != null) {
      assertThat(error.getCause()).isInstanceOf(ReadFailure.class).hasNoCause();
    }
  }

  @Test
  void decodeAs_zonedDateTime_isTheSameInstantInUtc() {
    byte[] stored = codec.encode(null, KEY, ZonedDateTime.parse("2020-01-02T05:04:05+02:00"));
    assertThat(codec.decode(null, KEY, stored, ZonedDateTime.class).toString())
        .isEqualTo("2020-01-02T03:04:05Z");
  }

  @ParameterizedTest
  @ValueSource(classes = {String.class, Integer.class, Map.class, int[].class})
  void decodeAs_notUtf8_isWrongValue(Class<?> type) {
    ApplicationException error =
        assertFails(
            () -> codec.decode(TRACE, KEY, BINARY, type), BadRequestException.class, "WRONG_VALUE");
    assertThat(error.getMessage()).contains("binary data");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  record Point(int x, int y) {}

  enum Color {
    RED
  }

  /** Refuses everything. */
  record Strict(@Nullable String name) {
    Strict {
      if (name == null) {
        throw new IllegalArgumentException("no name");
      }
    }
  }

  /** Lets the value choose any class. */
  record Unsafe(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object value) {}
}
