package org.pipservices3.redis.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A value that is stored reads as what it was; one that could not is refused. */
@SuppressWarnings("JavaUtilDate") // services store them
class JsonCodecRoundTripTest extends OnJsonCodec {
  static Stream<Arguments> values() {
    return Stream.of(
            Instant.MAX,
            Instant.MIN,
            Instant.EPOCH.minusNanos(1),
            OffsetDateTime.of(LocalDateTime.MAX, ZoneOffset.UTC),
            OffsetDateTime.of(LocalDateTime.MIN, ZoneOffset.UTC),
            ZonedDateTime.of(LocalDateTime.MAX, ZoneOffset.UTC),
            LocalDateTime.MAX,
            LocalDateTime.MIN,
            LocalDate.MAX,
            LocalDate.MIN,
            LocalDate.of(0, 1, 1),
            LocalTime.MAX,
            LocalTime.MIN,
            OffsetTime.MAX,
            OffsetTime.MIN,
            Year.of(Year.MAX_VALUE),
            Year.of(Year.MIN_VALUE),
            Year.of(-1),
            YearMonth.of(9999, 12),
            MonthDay.of(2, 29),
            Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
            Duration.ofSeconds(Long.MIN_VALUE),
            Period.of(Integer.MAX_VALUE, Integer.MIN_VALUE, -1),
            ZoneOffset.MAX,
            new Date(Long.MAX_VALUE),
            new Date(Long.MIN_VALUE),
            new Date(-1),
            new Date(-12_219_292_800_000L),
            new Date(-12_219_292_800_001L),
            Date.from(Instant.parse("0001-01-01T00:00:00Z")),
            Date.from(Instant.parse("1500-02-28T12:00:00Z")),
            calendar("1500-02-28T12:00:00Z"),
            calendar("2026-01-02T03:04:05.678Z"),
            Timestamp.from(Instant.parse("2026-01-02T03:04:05.123456789Z")),
            Timestamp.from(Instant.parse("1500-01-02T03:04:05.000000001Z")),
            new BigInteger("9".repeat(1_000)),
            new BigDecimal("0." + "9".repeat(990)),
            new BigDecimal(BigInteger.ONE, 2_000_000),
            new BigDecimal(BigInteger.ONE, Integer.MAX_VALUE),
            new BigDecimal(BigInteger.TEN, Integer.MAX_VALUE),
            new BigDecimal(BigInteger.ONE, -Integer.MAX_VALUE),
            new BigDecimal(new BigInteger("9".repeat(900)), Integer.MAX_VALUE),
            new BigDecimal(new BigInteger("9".repeat(900)), -Integer.MAX_VALUE + 899),
            Long.MIN_VALUE,
            Double.MIN_VALUE,
            Double.MAX_VALUE,
            Float.MIN_VALUE,
            Float.NaN,
            Double.NEGATIVE_INFINITY,
            '\uD83E',
            "\uD83E",
            Locale.ROOT,
            Locale.US,
            new BitSet(),
            BitSet.valueOf(new long[] {5, 0, Long.MIN_VALUE}))
        .map(value -> arguments(value.getClass().getSimpleName(), value));
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("values")
  void decodeAs_whatWasEncoded_isTheSame(String name, Object value) {
    assertThat(roundTrip(value)).isEqualTo(value);
  }

  record Settings(Locale locale, List<Locale> others, Map<Locale, BitSet> flags) {}

  /** {@code Locale.ROOT} was refused when read, and a {@code BitSet} read back without its bits. */
  @Test
  void decodeAs_localesAndBitSetsInsideABean_areTheSame() {
    BitSet bits = BitSet.valueOf(new long[] {1L << 40 | 1, 3});
    Settings settings =
        new Settings(Locale.ROOT, List.of(Locale.ROOT, Locale.FRANCE), Map.of(Locale.ROOT, bits));
    assertThat(again(settings)).isEqualTo(settings);
    assertThat(text(bits)).isEqualTo("[1099511627777,3]");
  }

  private static Calendar calendar(String time) {
    Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
    calendar.setTimeInMillis(Instant.parse(time).toEpochMilli());
    return calendar;
  }

  static Stream<Object> beyondUtc() {
    return Stream.of(
        OffsetDateTime.MAX,
        OffsetDateTime.MIN,
        ZonedDateTime.of(LocalDateTime.MAX, ZoneOffset.ofHours(-1)),
        ZonedDateTime.of(LocalDateTime.MIN, ZoneOffset.ofHours(1)));
  }

  @ParameterizedTest
  @MethodSource("beyondUtc")
  void encode_timeThatDoesNotExistInUtc_isWrongValue(Object value) {
    assertRefused(value);
    assertRefused(List.of(Map.of("at", value)));
  }

  private Object roundTrip(Object value) {
    Class<?> type = value instanceof Calendar ? Calendar.class : value.getClass();
    Class<?> asked = value instanceof ZoneOffset ? ZoneOffset.class : type;
    return as(asked, value);
  }
}
