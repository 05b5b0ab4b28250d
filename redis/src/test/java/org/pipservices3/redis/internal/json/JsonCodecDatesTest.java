package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.redis.RedisException;

/** Dates of any age and form, as values and as names. */
@SuppressWarnings({"JavaUtilDate", "UndefinedEquals"}) // services store them
class JsonCodecDatesTest extends OnJsonCodec {
  private static final long MILLIS = Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli();

  private static final long OLD = Instant.parse("1500-03-01T03:04:05.678Z").toEpochMilli();

  static Stream<Arguments> forms() {
    return Stream.of(
        arguments("1500-03-01T03:04:05.678Z", "1500-03-01T03:04:05.678Z"),
        arguments("1500-03-01T03:04:05.678+0000", "1500-03-01T03:04:05.678Z"),
        arguments("1500-03-01T03:04:05.678+00:00", "1500-03-01T03:04:05.678Z"),
        arguments("1500-03-01T03:04:05.678+00", "1500-03-01T03:04:05.678Z"),
        arguments("1500-03-01T03:04:05+0200", "1500-03-01T01:04:05Z"),
        arguments("1500-03-01T03:04:05.678", "1500-03-01T03:04:05.678Z"),
        arguments("1500-03-01T03:04", "1500-03-01T03:04:00Z"),
        arguments("1500-03-01", "1500-03-01T00:00:00Z"),
        arguments("1582-10-10", "1582-10-10T00:00:00Z"),
        arguments("0001-01-01", "0001-01-01T00:00:00Z"),
        arguments("2026-03-01T03:04:05.678+0000", "2026-03-01T03:04:05.678Z"),
        arguments("2026-03-01", "2026-03-01T00:00:00Z"));
  }

  /** All but the first form came back ten days off. */
  @ParameterizedTest
  @MethodSource("forms")
  void decodeAs_anyIsoForm_isGregorian(String form, String moment) {
    byte[] json = ('"' + form + '"').getBytes(UTF_8);
    Instant expected = Instant.parse(moment);
    assertThat(codec.decode(null, KEY, json, Date.class)).isEqualTo(Date.from(expected));
    assertThat(codec.decode(null, KEY, json, Timestamp.class)).isEqualTo(Timestamp.from(expected));
    Calendar calendar = codec.decode(null, KEY, json, Calendar.class);
    assertThat(calendar.toInstant()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0043-03-15", "0000-12-31", "0000-02-29", "0001-01-01", "-4712-01-01"})
  void decodeAs_sqlDateBeforeChrist_isEqual(String day) {
    java.sql.Date date = java.sql.Date.valueOf(LocalDate.parse(day));
    assertThat(text(date)).isEqualTo('"' + day + '"');
    assertThat(again(date)).isEqualTo(date);
    record Holder(Map<java.sql.Date, java.sql.Date> days) {}
    Holder holder = new Holder(Map.of(date, date));
    assertThat(again(holder)).isEqualTo(holder);
  }

  @Test
  void decodeAs_sqlDateOfManyYears_isTheSameDay() {
    for (String day : List.of("+10000-01-01", "+292278993-12-31", "-292269053-01-01")) {
      java.sql.Date date = java.sql.Date.valueOf(LocalDate.parse(day));
      assertThat(again(date)).isEqualTo(date);
    }
  }

  @Test
  void encode_sqlDateThatIsNoDayOfIso8601_isWrongValue() {
    Calendar julian = new GregorianCalendar(1500, Calendar.FEBRUARY, 29); // no leap year in ISO
    java.sql.Date noDay = new java.sql.Date(julian.getTimeInMillis());
    for (java.sql.Date date : List.of(noDay, new java.sql.Date(Long.MIN_VALUE))) {
      assertThatThrownBy(() -> codec.encode(null, KEY, date))
          .isInstanceOf(RedisException.class)
          .hasMessageContainingAll(KEY, "java.sql.Date");
    }
  }

  static Stream<Object> extremes() {
    return Stream.of(
        Instant.parse("0000-01-01T00:00:00Z"),
        Instant.parse("-0001-12-31T23:59:59.999999999Z"),
        Instant.parse("+10000-01-01T00:00:00Z"),
        OffsetDateTime.parse("0000-01-01T00:00:00Z"),
        OffsetDateTime.parse("+10000-01-01T00:00:00Z"),
        ZonedDateTime.parse("-0001-01-01T00:00:00Z").withZoneSameInstant(ZoneOffset.UTC),
        Year.of(0),
        Year.of(99),
        Year.of(10_000),
        YearMonth.of(0, 1),
        YearMonth.of(-1, 12),
        YearMonth.of(Year.MAX_VALUE, 12),
        YearMonth.of(Year.MIN_VALUE, 1),
        new Timestamp(Long.MAX_VALUE),
        new Timestamp(Long.MIN_VALUE),
        Timestamp.from(Instant.parse("-0043-03-15T12:00:00.000000001Z")),
        Date.from(Instant.parse("-0043-03-15T12:00:00Z")));
  }

  record Anywhere<T>(
      @JsonProperty("one") T one, @JsonProperty("list") List<T> list, Map<T, T> map) {}

  @ParameterizedTest
  @MethodSource("extremes")
  void decodeAs_extremeTime_isEqual(Object time) {
    assertThat(again(time)).isEqualTo(time);
  }

  @Test
  void decodeAs_extremeTimesAsNamesAndInLists_areEqual() {
    record Times(Anywhere<Instant> instants, Anywhere<OffsetDateTime> offsets) {}
    for (Instant moment : List.of(Instant.MIN, Instant.MAX, Instant.EPOCH.minusNanos(1))) {
      OffsetDateTime offset = OffsetDateTime.parse("0000-01-01T00:00:00Z");
      Times times =
          new Times(
              new Anywhere<>(moment, List.of(moment), Map.of(moment, moment)),
              new Anywhere<>(offset, List.of(offset), Map.of(offset, offset)));
      assertThat(again(times)).isEqualTo(times);
    }
  }

  @Test
  void decodeAs_calendarOfAnotherZone_isTheSameMoment() {
    for (long millis : new long[] {MILLIS, OLD, Long.MIN_VALUE, Long.MAX_VALUE}) {
      Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("Asia/Kolkata"));
      calendar.setTimeInMillis(millis);
      byte[] json = codec.encode(null, KEY, calendar);
      assertThat(codec.decode(null, KEY, json, Calendar.class).getTimeInMillis()).isEqualTo(millis);
    }
  }

  @Test
  void decode_datesOfEarlierVersions_areRead() {
    byte[] moment = "\"2020-01-02T03:04:05.678Z\"".getBytes(UTF_8);
    long millis = Instant.parse("2020-01-02T03:04:05.678Z").toEpochMilli();
    assertThat(codec.decode(null, KEY, moment, java.sql.Date.class))
        .isEqualTo(new java.sql.Date(millis));
    assertThat(codec.decode(null, KEY, moment, Time.class)).isEqualTo(new Time(millis));
    assertThat(codec.decode(null, KEY, moment, Timestamp.class)).isEqualTo(new Timestamp(millis));
  }

  record Days(Map<java.sql.Date, Map<Time, Map<Timestamp, Date>>> days, Calendar calendar) {}

  @Test
  void decodeAs_datesAsNames_areTheSame() {
    Timestamp stamp = Timestamp.from(Instant.parse("1500-01-02T03:04:05.000000001Z"));
    Map<Timestamp, Date> innermost = Map.of(stamp, new Date(-20_000_000_000_000L));
    Days days =
        new Days(
            Map.of(sqlDate("1500-02-28"), Map.of(Time.valueOf("12:34:56"), innermost)),
            calendar("1500-02-28T12:00:00Z"));
    assertThat(again(days)).isEqualTo(days);
  }

  private static Calendar calendar(String time) {
    Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
    calendar.setTimeInMillis(Instant.parse(time).toEpochMilli());
    return calendar;
  }

  private static java.sql.Date sqlDate(String day) {
    return java.sql.Date.valueOf(LocalDate.parse(day));
  }
}
