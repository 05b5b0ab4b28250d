package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.node.DecimalNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.pipservices3.redis.RedisException;

/** What could not be read back is not stored, and the bounds themselves are read. */
class JsonCodecBoundsTest extends OnJsonCodec {
  @Test
  void encode_beyondTheBoundsOfReading_isWrongValue() {
    for (int digits : new int[] {1_001, 1_999, 2_500, 100_000}) {
      BigInteger number = new BigInteger("9".repeat(digits));
      assertRefused(number);
      assertRefused(Map.of("n", List.of(number)));
      assertRefused(new BigDecimal("1." + "9".repeat(digits)));
    }
    for (String name : List.of("x".repeat(50_001), "\"".repeat(50_001), "é".repeat(50_001))) {
      assertRefused(Map.of(name, 1));
      assertRefused(List.of(Map.of(name, 1)));
    }
  }

  /** Only every so many bytes are looked at. */
  @Test
  void encode_numberThatIsTooLongAtAnyPlace_isWrongValue() {
    BigInteger number = new BigInteger("9".repeat(1_001));
    for (int before = 0; before < 2_100; before++) {
      assertRefused(List.of("x".repeat(before), number));
    }
  }

  /** They were stored, and could not be read back. */
  @Test
  void encode_bigDecimalBeyondWhatItsConstructorTakes_isWrongValue() {
    for (BigDecimal number :
        List.of(
            new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
            new BigDecimal(BigInteger.ZERO, Integer.MIN_VALUE),
            new BigDecimal(BigInteger.TEN, -Integer.MAX_VALUE),
            new BigDecimal(new BigInteger("9".repeat(900)), -Integer.MAX_VALUE + 898))) {
      assertRefused(number);
      assertRefused(List.of(Map.of("n", number)));
      assertRefused(DecimalNode.valueOf(number));
    }
  }

  @Test
  void encode_upToTheBoundsOfReading_isReadBack() {
    String digits = "9".repeat(1_000);
    for (Object value :
        List.of(
            Map.of("x".repeat(50_000), 1),
            Map.of("a", "9".repeat(200_000)),
            List.of(new BigInteger(digits), new BigInteger(digits)),
            Map.of("\"".repeat(50_000), "y".repeat(100_000)))) {
      assertThat(codec.decode(null, KEY, codec.encode(null, KEY, value))).isEqualTo(value);
    }
  }

  @Test
  void encode_containsItself_isWrongValue() {
    AtomicReference<Object> self = new AtomicReference<>();
    self.set(self);
    assertRefused(self);
    AtomicReference<Object> around = new AtomicReference<>();
    around.set(List.of(Map.of("around", around)));
    assertRefused(around);
  }

  /** It ended in OutOfMemoryError. */
  @Test
  void encode_iteratorWithoutAnEnd_isWrongValue() {
    Iterable<String> endless = () -> Stream.generate(() -> "x".repeat(1_000)).iterator();
    assertRefused(endless);
    assertRefused(Map.of("all", endless));
  }

  /** A raw StackOverflowError came out. */
  @Test
  void encodeAndDecode_deepValueOnASmallStack_isAValueOrWrongValue() throws Exception {
    Object deep = "x";
    StringBuilder json = new StringBuilder("\"x\"");
    for (int i = 0; i < 499; i++) {
      deep = new AtomicReference<>(List.of(deep));
      json.insert(0, '[').append(']');
    }
    Object value = deep;
    byte[] bytes = json.toString().getBytes(UTF_8);
    for (int stack : new int[] {1, 64 << 10, 192 << 10, 256 << 10, 16 << 20}) {
      List<Throwable> raw = new ArrayList<>();
      Thread small =
          new Thread(
              null,
              () -> {
                raw.addAll(otherThanRefused(() -> codec.encode(null, KEY, value)));
                raw.addAll(otherThanRefused(() -> codec.decode(null, KEY, bytes)));
                raw.addAll(otherThanRefused(() -> codec.decode(null, KEY, bytes, Nest.class)));
              },
              "small-stack",
              stack);
      small.start();
      small.join();
      assertThat(raw).isEmpty();
    }
  }

  record Nest(@JsonValue Object inner) {
    @JsonCreator
    Nest {}
  }

  private static List<Throwable> otherThanRefused(Runnable call) {
    try {
      call.run();
      return List.of();
    } catch (RedisException e) {
      return e.code().equals("WRONG_VALUE") ? List.of() : List.of(e);
    } catch (Throwable e) {
      return List.of(e);
    }
  }
}
