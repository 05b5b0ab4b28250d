package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;

/** Values beyond the bounds of depth, digits, names and size are refused, those within are read. */
class JsonCodecDecodeBoundsTest extends OnJsonCodec {
  static Stream<String> bombs() {
    return Stream.of(
        "[".repeat(501) + "]".repeat(501),
        "[".repeat(1_000_000),
        "{\"a\":".repeat(501) + "1" + "}".repeat(501),
        "9".repeat(1_001),
        "[-" + "9".repeat(1_001) + "]",
        "0." + "9".repeat(1_001),
        "{\"" + "k".repeat(50_001) + "\":1}",
        "\"" + "x".repeat(JsonBounds.MAX_BYTES - 1) + "\"",
        "x".repeat(JsonBounds.MAX_BYTES + 1));
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("bombs")
  void decode_beyondTheBounds_isWrongValueThatTellsThem(String stored) {
    byte[] bytes = bytes(stored);
    for (Class<?> type : List.of(Object.class, String.class, Point.class)) {
      ApplicationException error =
          assertFails(
              () -> codec.decode(TRACE, KEY, bytes, type),
              BadRequestException.class,
              "WRONG_VALUE");
      assertThat(error.getMessage()).contains(KEY).hasSizeLessThan(300);
    }
    ApplicationException error =
        assertFails(
            () -> codec.decode(TRACE, KEY, bytes), BadRequestException.class, "WRONG_VALUE");
    assertThat(error.getMessage()).contains("64 MiB").contains("500 levels");
  }

  @Test
  void decode_justWithinTheBounds_isRead() {
    String deep = "[".repeat(500) + "]".repeat(500);
    assertThat(codec.decode(null, KEY, bytes(deep))).isInstanceOf(List.class);
    String digits = "9".repeat(1_000);
    assertThat(codec.decode(null, KEY, bytes(digits))).isEqualTo(new BigInteger(digits));
    String largest = "x".repeat(JsonBounds.MAX_BYTES);
    assertThat(codec.decode(null, KEY, bytes(largest))).isEqualTo(largest);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  record Point(int x, int y) {}
}
