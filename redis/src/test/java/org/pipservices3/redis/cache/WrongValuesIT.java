package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;
import static org.pipservices3.redis.fixture.Failures.textOf;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;

/** Values that do not fit the requested type are errors, which do not tell the value. */
class WrongValuesIT extends OnRawValues {
  private static final String SECRET = "7h15-15-s3cr3t";

  static Stream<Arguments> misfits() {
    return Stream.of(
        arguments("abc", Integer.class),
        arguments("\"abc\"", Integer.class),
        arguments("123 abc", Integer.class),
        arguments("123 456", Integer.class),
        arguments("123]", Integer.class),
        arguments("", Integer.class),
        arguments("3000000000", Integer.class),
        arguments("1.5", Integer.class),
        arguments("true", Integer.class),
        arguments("[1]", Integer.class),
        arguments("{}", Integer.class),
        arguments("99999999999999999999", Long.class),
        arguments("[1]", Map.class),
        arguments("{\"a\":1}", List.class),
        arguments("abc", Map.class),
        arguments("{\"x\":\"no\"}", Point.class),
        arguments("{\"x\":1,\"y\":2} {}", Point.class),
        arguments("[1,2]", Point.class),
        arguments("{\"x\":1", Point.class),
        arguments("\"yesterday\"", Instant.class),
        arguments("\"BLUE\"", Color.class),
        arguments("\"not base64!\"", byte[].class),
        arguments("123", NoConstructor.class));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void retrieveAs_misfit_isWrongValue(String stored, Class<?> type) {
    raw.set(key, stored);
    ApplicationException error =
        assertFails(
            () -> cache.retrieveAs(TRACE, key, type), BadRequestException.class, "WRONG_VALUE");
    assertThat(error.getMessage()).contains(key).contains(type.getSimpleName());
    assertThat(raw.text(key)).isEqualTo(stored);
  }

  @Test
  void retrieveAs_bytesThatAreNotUtf8AsText_isWrongValue() {
    raw.set(key, new byte[] {'"', (byte) 0xFF, '"'});
    assertFails(
        () -> cache.retrieveAs(TRACE, key, String.class), BadRequestException.class, "WRONG_VALUE");
    assertFails(
        () -> cache.retrieveAs(TRACE, key, Integer.class),
        BadRequestException.class,
        "WRONG_VALUE");
  }

  static Stream<Arguments> secrets() {
    return Stream.of(
        arguments(SECRET, Integer.class),
        arguments("\"" + SECRET + "\"", Integer.class),
        arguments("{\"x\":\"" + SECRET + "\"}", Point.class),
        arguments("\"" + SECRET + "\"", Color.class),
        arguments("\"" + SECRET + "\"", Instant.class),
        arguments("[\"" + SECRET + "\", 1", List.class));
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void retrieveAs_misfit_doesNotTellTheValue(String stored, Class<?> type) {
    raw.set(key, stored);
    ApplicationException error =
        assertFails(() -> cache.retrieveAs(TRACE, key, type), BadRequestException.class);
    assertThat(textOf(error)).doesNotContain(SECRET);
    assertThat(String.valueOf(error.getDetails())).doesNotContain(SECRET);
    assertThat(components.logger().text()).doesNotContain(SECRET);
  }

  enum Color {
    RED
  }

  /** Jackson cannot make one. */
  public abstract static class NoConstructor {}
}
