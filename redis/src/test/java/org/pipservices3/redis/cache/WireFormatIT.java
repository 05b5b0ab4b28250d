package org.pipservices3.redis.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Targets;

/** The very bytes that a cache writes, which the modules of the other languages read. */
class WireFormatIT {

  private static final long MINUTE = 60_000;
  private static final Instant MOMENT = Instant.parse("2020-01-02T03:04:05.678Z");
  private static final ZonedDateTime IN_WARSAW = MOMENT.atZone(ZoneId.of("Europe/Warsaw"));

  private final String key = Keys.unique("wire");
  private final Components components = new Components(Targets.plain());
  private final RawRedis raw = Targets.plain().raw();
  private RedisCache cache;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache();
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
    raw.close();
  }

  static Stream<Arguments> written() {
    return Stream.of(
        arguments("ABC", "\"ABC\""),
        arguments("", "\"\""),
        arguments(" ", "\" \""),
        arguments("a\"b\\c/d", "\"a\\\"b\\\\c/d\""),
        arguments("a\n\t\u0001", "\"a\\n\\t\\u0001\""),
        arguments("Zażółć 🦊 <&>'", "\"Zażółć 🦊 <&>'\""),
        arguments("123", "\"123\""),
        arguments('c', "\"c\""),
        arguments(123, "123"),
        arguments(-1, "-1"),
        arguments((short) 7, "7"),
        arguments((byte) 8, "8"),
        arguments(9_007_199_254_740_993L, "9007199254740993"),
        arguments(Long.MIN_VALUE, "-9223372036854775808"),
        arguments(new BigInteger("123456789012345678901"), "123456789012345678901"),
        arguments(1.5, "1.5"),
        arguments(1.0, "1.0"),
        arguments(0.1f, "0.1"),
        arguments(new BigDecimal("12.340"), "12.340"),
        arguments(true, "true"),
        arguments(false, "false"),
        arguments(null, "null"),
        arguments(MOMENT, "\"2020-01-02T03:04:05.678Z\""),
        arguments(Date.from(MOMENT), "\"2020-01-02T03:04:05.678Z\""),
        arguments(IN_WARSAW, "\"2020-01-02T03:04:05.678Z\""),
        arguments(IN_WARSAW.toOffsetDateTime(), "\"2020-01-02T03:04:05.678Z\""),
        arguments(List.of(1, 2), "[1,2]"),
        arguments(List.of(), "[]"),
        arguments(Arrays.asList("a", null, true), "[\"a\",null,true]"),
        arguments(new int[] {1, 2}, "[1,2]"),
        arguments(new String[] {"a"}, "[\"a\"]"),
        arguments(Map.of("a", 1), "{\"a\":1}"),
        arguments(Map.of(), "{}"),
        arguments(Map.of("a", List.of(Map.of("b", MOMENT))), NESTED),
        arguments(new Point(1, 2), "{\"x\":1,\"y\":2}"),
        arguments(new Bean("ABC"), "{\"name\":\"ABC\"}"),
        arguments(Color.RED, "\"RED\""),
        arguments(new byte[] {0, 1, -1}, "\"AAH/\""),
        arguments(new byte[0], "\"\""),
        arguments(new UUID(1, 2), "\"00000000-0000-0001-0000-000000000002\""));
  }

  private static final String NESTED = "{\"a\":[{\"b\":\"2020-01-02T03:04:05.678Z\"}]}";

  @ParameterizedTest
  @MethodSource("written")
  void store_value_writesJson(@Nullable Object value, String json) {
    cache.store(null, key, value, MINUTE);
    assertThat(raw.text(key)).isEqualTo(json);
    assertThat(raw.pttl(key)).isBetween(1L, MINUTE);
  }

  @ParameterizedTest
  @MethodSource("written")
  void store_beanLargerThanAnyBuffer_isWrittenWhole(@Nullable Object value, String json) {
    cache.store(null, key, Arrays.asList("x".repeat(70_000), value), MINUTE);
    assertThat(raw.text(key)).isEqualTo("[\"" + "x".repeat(70_000) + "\"," + json + "]");
  }

  @Test
  void store_fiveMegabytes_comeBackWhole() {
    String large = "0123456789abcdé\n".repeat(5 * 1024 * 1024 / 16);
    cache.store(null, key, large, MINUTE);
    byte[] bytes = raw.get(key);
    assertThat(bytes).isEqualTo(("\"" + large.replace("\n", "\\n") + "\"").getBytes(UTF_8));
    assertThat(cache.retrieve(null, key)).isEqualTo(large);
    assertThat(cache.retrieveAs(null, key, String.class)).isEqualTo(large);
  }

  static Stream<Arguments> restored() {
    return Stream.of(
        arguments("ABC", String.class),
        arguments("", String.class),
        arguments("null", String.class),
        arguments("a\u0000b\u2028Zażółć 🦊", String.class),
        arguments(123, Integer.class),
        arguments(Long.MAX_VALUE, Long.class),
        arguments(1.5, Double.class),
        arguments(Double.MIN_VALUE, Double.class),
        arguments(new BigDecimal("12345678901234567890.123456789"), BigDecimal.class),
        arguments(true, Boolean.class),
        arguments(MOMENT, Instant.class),
        arguments(Date.from(MOMENT), Date.class),
        arguments(MOMENT.atOffset(ZoneOffset.UTC), OffsetDateTime.class),
        arguments(LocalDate.of(2020, 1, 2), LocalDate.class),
        arguments(new Point(1, 2), Point.class),
        arguments(Color.RED, Color.class),
        arguments(new UUID(1, 2), UUID.class),
        arguments(new byte[] {0, 1, -1}, byte[].class),
        arguments(List.of(1, "a"), List.class),
        arguments(Map.of("a", 1), Map.class));
  }

  @ParameterizedTest
  @MethodSource("restored")
  <T> void retrieveAs_storedValue_isRestored(T value, Class<T> type) {
    cache.store(null, key, value, MINUTE);
    assertThat(cache.retrieveAs(null, key, type)).isEqualTo(value);
  }

  @Test
  void retrieveAs_zonedDateTime_isTheSameInstant() {
    cache.store(null, key, IN_WARSAW, MINUTE);
    ZonedDateTime back = cache.retrieveAs(null, key, ZonedDateTime.class);
    assertThat(back.toInstant()).isEqualTo(MOMENT);
  }

  @Test
  void retrieveAs_bean_isRestored() {
    cache.store(null, key, new Bean("ABC"), MINUTE);
    assertThat(cache.retrieveAs(null, key, Bean.class).getName()).isEqualTo("ABC");
  }

  record Point(int x, int y) {}

  enum Color {
    RED
  }

  /** A plain bean. */
  public static final class Bean {
    private String name = "";

    public Bean() {}

    Bean(String name) {
      this.name = name;
    }

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }
  }
}
