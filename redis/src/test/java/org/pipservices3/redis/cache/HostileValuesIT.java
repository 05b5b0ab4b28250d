package org.pipservices3.redis.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.redis.RedisException;

/** Values that were made to exhaust memory, stack or time: each is read, or a clear error. */
class HostileValuesIT extends OnRawValues {
  static Stream<String> bombs() {
    return Stream.of(
        "[".repeat(10_000) + "]".repeat(10_000),
        "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000),
        "[{\"a\":".repeat(400) + "1" + "}]".repeat(400),
        "{\"a\":1,\"b\":" + "[".repeat(501) + "]".repeat(501) + "}",
        "{\"" + "n".repeat(60_000) + "\":1}",
        "0." + "3".repeat(5_000),
        "-" + "9".repeat(5_000),
        "1e" + "9".repeat(5_000),
        "9".repeat(5_000),
        "[" + "9".repeat(5_000) + "]");
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("bombs")
  void retrieve_beyondTheBounds_isAClearError(String stored) {
    raw.set(key, stored);
    ApplicationException error =
        assertFails(() -> cache.retrieve(TRACE, key), BadRequestException.class, "WRONG_VALUE");
    assertThat(error.getMessage()).contains(key).hasSizeLessThan(1_000);
    assertFails(
        () -> cache.retrieveAs(TRACE, key, List.class), BadRequestException.class, "WRONG_VALUE");
    assertThat(raw.get(key)).isEqualTo(stored.getBytes(UTF_8));
  }

  @Test
  void retrieve_endlessOpening_isAnErrorOrTheText() {
    String stored = "[".repeat(200_000);
    raw.set(key, stored);
    try {
      assertThat(cache.retrieve(TRACE, key)).isEqualTo(stored);
    } catch (RedisException e) {
      assertThat(e.code()).isEqualTo("WRONG_VALUE");
    }
  }

  static Stream<Arguments> hugeNumbers() {
    return Stream.of(
        arguments("1e400", Double.POSITIVE_INFINITY),
        arguments("-1e400", Double.NEGATIVE_INFINITY),
        arguments("1e999999999", Double.POSITIVE_INFINITY),
        arguments("1e-999999999", 0.0));
  }

  @ParameterizedTest
  @MethodSource("hugeNumbers")
  void retrieve_numberWithAHugeExponent_isADouble(String stored, Double expected) {
    raw.set(key, stored);
    assertThat(cache.retrieve(TRACE, key)).isEqualTo(expected);
  }

  static Stream<Class<?>> exactTypes() {
    return Stream.of(BigInteger.class, Integer.class, Long.class, int.class, Short.class);
  }

  @ParameterizedTest
  @MethodSource("exactTypes")
  @Timeout(10)
  void retrieveAs_wholeNumberFromAHugeExponent_isWrongValueWithoutWritingItOut(Class<?> type) {
    for (String stored : List.of("1e999999999", "[1e999999999]", "\"1e999999999\"")) {
      raw.set(key, stored);
      assertFails(
          () -> cache.retrieveAs(TRACE, key, type), BadRequestException.class, "WRONG_VALUE");
    }
  }

  @Test
  void retrieve_hugeString_isReadAndMisfitsAreBounded() {
    String huge = "\"" + "x".repeat(8 << 20) + "\"";
    raw.set(key, huge);
    assertThat((String) cache.retrieve(TRACE, key)).hasSize(8 << 20);
    ApplicationException error =
        assertFails(
            () -> cache.retrieveAs(TRACE, key, Integer.class),
            BadRequestException.class,
            "WRONG_VALUE");
    assertThat(error.getMessage()).hasSizeLessThan(1_000);
  }

  @Test
  void retrieveAs_duplicateNamesForABean_takesTheLast() {
    raw.set(key, "{\"x\":1,\"x\":3}");
    assertThat(cache.retrieveAs(TRACE, key, Holder.class).x).isEqualTo(3);
  }

  @Test
  void retrieveAs_duplicateNamesForARecord_isWrongValue() {
    raw.set(key, "{\"x\":1,\"y\":2,\"x\":3}");
    assertFails(
        () -> cache.retrieveAs(TRACE, key, Point.class), BadRequestException.class, "WRONG_VALUE");
  }

  @Test
  void retrieve_manyNamesWithOneHash_endsInTime() {
    StringBuilder colliding = new StringBuilder("{");
    for (int i = 0; i < 1 << 14; i++) {
      StringBuilder name = new StringBuilder();
      for (int bit = 0; bit < 14; bit++) {
        name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      colliding.append(i == 0 ? "\"" : ",\"").append(name).append("\":").append(i);
    }
    raw.set(key, colliding.append('}'));
    assertThat((Map<?, ?>) cache.retrieve(TRACE, key)).hasSize(1 << 14);
  }

  static Stream<Arguments> halfPairs() {
    return Stream.of(
        arguments("\"\\ud83e\"", "\uD83E"),
        arguments("\"a\\udd8ab\"", "a\uDD8Ab"),
        arguments("[\"\\ud83e\"]", List.of("\uD83E")),
        arguments("{\"a\":\"\\udd8a\"}", Map.of("a", "\uDD8A")));
  }

  @ParameterizedTest
  @MethodSource("halfPairs")
  void retrieve_halfASurrogatePair_isWhatItSays(String stored, Object value) {
    raw.set(key, stored);
    assertThat(cache.retrieve(TRACE, key)).isEqualTo(value);
    cache.store(TRACE, key, value, 60_000);
    assertThat(cache.retrieve(TRACE, key)).isEqualTo(value);
  }

  @Test
  void retrieve_halfASurrogatePairAsBytes_isBytes() {
    byte[] stored = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0xBE, '"'};
    raw.set(key, stored);
    assertThat(cache.retrieve(TRACE, key)).isEqualTo(stored);
    assertFails(
        () -> cache.retrieveAs(TRACE, key, String.class), BadRequestException.class, "WRONG_VALUE");
    assertFails(
        () -> cache.retrieveAs(TRACE, key, Map.class), BadRequestException.class, "WRONG_VALUE");
  }

  @Test
  void retrieve_deepButWithinTheBounds_isRead() {
    raw.set(key, "[".repeat(500) + "]".repeat(500));
    assertThat(cache.retrieve(null, key)).isInstanceOf(List.class);
  }

  @Test
  void retrieve_duplicateNames_takesTheLastAsNodeDoes() {
    raw.set(key, "{\"a\":1,\"a\":2}");
    assertThat(cache.retrieve(null, key)).isEqualTo(Map.of("a", 2));
  }
}
