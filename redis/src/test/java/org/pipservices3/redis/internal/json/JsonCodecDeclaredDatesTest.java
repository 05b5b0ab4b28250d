package org.pipservices3.redis.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dates by the type that they are declared with: some did not read back, or read back days off.
 *
 * <p>Each value is written and read as the same class, and must be equal then.
 */
@SuppressWarnings({
  "JavaUtilDate",
  "UndefinedEquals",
  "ArrayRecordComponent"
}) // services store them
class JsonCodecDeclaredDatesTest extends OnJsonCodec {
  private static final long MILLIS = Instant.parse("2026-01-02T03:04:05.678Z").toEpochMilli();

  private static final long OLD = Instant.parse("1500-03-01T03:04:05.678Z").toEpochMilli();

  record Single(Date date) {}

  record Several(
      List<Date> list,
      Date[] array,
      Map<String, Date> map,
      Map<String, List<Date[]>> deep,
      Map<Date, Date> keys) {

    static Several of(Date date, Date[] array) {
      return new Several(
          List.of(date), array, Map.of("a", date), Map.of("a", List.<Date[]>of(array)), keys(date));
    }

    private static Map<Date, Date> keys(Date date) {
      return Map.of(date, date);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Several that
          && list.equals(that.list)
          && Arrays.equals(array, that.array)
          && map.equals(that.map)
          && Arrays.equals(deep.get("a").get(0), that.deep.get("a").get(0))
          && new ArrayList<>(keys.keySet()).equals(new ArrayList<>(that.keys.keySet()))
          && new ArrayList<>(keys.values()).equals(new ArrayList<>(that.keys.values()));
    }

    @Override
    public int hashCode() {
      return list.hashCode();
    }
  }

  /** A class that says what is in it, without a property. */
  static final class Dates extends ArrayList<Date> {
    private static final long serialVersionUID = 1L;

    static Dates of(Date date) {
      Dates dates = new Dates();
      dates.add(date);
      return dates;
    }
  }

  static final class ByName extends HashMap<String, Date> {
    private static final long serialVersionUID = 1L;

    static ByName of(Date date) {
      ByName dates = new ByName();
      dates.put("a", date);
      return dates;
    }
  }

  record Generic<T>(T value) {}

  record OfGeneric(Generic<Date> date, Generic<List<Date>> dates) {}

  record Reference(AtomicReference<Date> date) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Reference that && date.get().equals(that.date.get());
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  static Stream<Arguments> datesByDeclaredType() {
    return Stream.of(
            new Date(MILLIS),
            new Time(MILLIS),
            new java.sql.Date(MILLIS),
            new Timestamp(MILLIS),
            new Date(MILLIS) {},
            new Time(OLD),
            new java.sql.Date(OLD),
            new Timestamp(OLD),
            new Time(Long.MIN_VALUE),
            new java.sql.Date(Long.MAX_VALUE))
        .flatMap(
            date ->
                Stream.of(
                    arguments("property", date, new Single(date)),
                    arguments("array of itself", date, Several.of(date, array(date))),
                    arguments("array of dates", date, Several.of(date, new Date[] {date})),
                    arguments("root array", date, new Date[] {date}),
                    arguments("deep root array", date, new Date[][] {{date}}),
                    arguments("list class", date, Dates.of(date)),
                    arguments("map class", date, ByName.of(date)),
                    arguments("reference", date, new Reference(new AtomicReference<>(date))),
                    arguments(
                        "generic",
                        date,
                        new OfGeneric(new Generic<>(date), new Generic<>(List.of(date))))));
  }

  private static Date[] array(Date date) {
    Class<?> type = date.getClass().isAnonymousClass() ? Date.class : date.getClass();
    Date[] array = (Date[]) java.lang.reflect.Array.newInstance(type, 1);
    array[0] = date;
    return array;
  }

  /**
   * A java.sql.Time in a property of type Date could not be read, a java.sql.Date lost its time.
   */
  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("datesByDeclaredType")
  void decodeAs_declaredAsDate_isAnEqualDateWhateverWasInIt(String place, Date date, Object value) {
    assertThat(again(value)).isEqualTo(value);
  }

  @Test
  void encode_declaredAsSqlTypeOrObject_isADayOrATimeOfDayAsBefore() {
    record SqlTypes(Time time, List<java.sql.Date> days, Object any, Map<String, ?> all) {}
    Time time = Time.valueOf("12:34:56");
    java.sql.Date day = java.sql.Date.valueOf("2026-01-02");
    assertThat(text(new SqlTypes(time, List.of(day), time, Map.of("a", day))))
        .isEqualTo(
            "{\"time\":\"12:34:56\",\"days\":[\"2026-01-02\"],\"any\":\"12:34:56\","
                + "\"all\":{\"a\":\"2026-01-02\"}}");
  }

  @Test
  void encode_declaredAsDate_isInUtc() {
    assertThat(text(new Single(new Time(MILLIS))))
        .isEqualTo("{\"date\":\"2026-01-02T03:04:05.678Z\"}");
  }

  record OwnFormat(
      @JsonFormat(shape = JsonFormat.Shape.STRING) Date text,
      @JsonFormat(timezone = "Europe/Warsaw") Date zoned,
      @JsonFormat(locale = "pl") Calendar calendar,
      @JsonFormat(pattern = "yyyy-MM-dd'T'HH:mm:ss.SSSX") Date pattern,
      @JsonFormat(pattern = "yyyy-MM-dd'T'HH:mm:ss.SSSX") Date time,
      @JsonFormat(shape = JsonFormat.Shape.NUMBER) Date number) {

    static OwnFormat of(long millis) {
      Calendar calendar = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
      calendar.setTimeInMillis(millis);
      Date date = new Date(millis);
      return new OwnFormat(date, date, calendar, date, new Time(millis), date);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-01-02T03:04:05.678Z", "1500-03-01T23:59:59.999Z", "0001-01-01T00:00:00Z"})
  void decodeAs_propertyWithItsOwnFormat_isEqual(String moment) {
    OwnFormat value = OwnFormat.of(Instant.parse(moment).toEpochMilli());
    assertThat(again(value)).isEqualTo(value);
  }
}
