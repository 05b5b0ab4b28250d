package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Date;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates that are written in one time zone and read in another. */
@SuppressWarnings("JavaUtilDate") // services store them
class JsonCodecZonesTest extends OnJsonCodec {
  private static final List<String> ZONES =
      List.of("UTC", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Kiritimati", "Europe/Warsaw");

  @Test
  void decode_randomDates_areTheSameInEveryZone() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      Date date = new Date(random.nextLong(-100_000_000_000_000L, 100_000_000_000_000L));
      Timestamp stamp = new Timestamp(date.getTime());
      stamp.setNanos(random.nextInt(1_000_000_000));
      inZone(
          ZONES.get(random.nextInt(ZONES.size())),
          () -> {
            assertThat(again(date)).isEqualTo(date);
            assertThat(again(stamp)).isEqualTo(stamp);
            Object moment = codec.decode(null, KEY, codec.encode(null, KEY, date), Instant.class);
            assertThat(moment).isEqualTo(Instant.ofEpochMilli(date.getTime()));
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-01-02", "1970-01-01", "1582-10-15", "1500-02-28", "0004-05-06"})
  void decode_sqlDate_isTheSameDayInEveryZone(String day) {
    for (String writer : ZONES) {
      byte[][] json = new byte[1][];
      inZone(writer, () -> json[0] = codec.encode(null, KEY, sqlDate(day)));
      assertThat(new String(json[0], UTF_8)).isEqualTo("\"" + day + "\"");
      for (String reader : ZONES) {
        inZone(
            reader,
            () ->
                assertThat(codec.decode(null, KEY, json[0], java.sql.Date.class))
                    .isEqualTo(sqlDate(day)));
      }
      assertThat(codec.decode(null, KEY, json[0], LocalDate.class)).isEqualTo(day);
    }
  }

  @Test
  void decode_sqlTime_isTheSameTimeOfDayInEveryZone() {
    for (String zone : ZONES) {
      inZone(
          zone,
          () -> {
            Time time = new Time(Time.valueOf("23:04:05").getTime() + 678);
            byte[] json = codec.encode(null, KEY, time);
            assertThat(new String(json, UTF_8)).isEqualTo("\"23:04:05.678\"");
            assertThat(codec.decode(null, KEY, json, Time.class)).isEqualTo(time);
            assertThat(again(Time.valueOf("00:00:00"))).isEqualTo(Time.valueOf("00:00:00"));
          });
    }
  }

  /** East of Greenwich an early time of day is before 1970 in UTC. */
  @Test
  void decode_sqlTimeThatIsNegativeInUtc_keepsItsMilliseconds() {
    inZone(
        "Asia/Tokyo",
        () -> {
          Time time = new Time(Time.valueOf("01:02:03").getTime() + 678);
          assertThat(time.getTime()).isNegative();
          assertThat(text(time)).isEqualTo("\"01:02:03.678\"");
          assertThat(again(time)).isEqualTo(time);
        });
  }

  private static java.sql.Date sqlDate(String day) {
    return java.sql.Date.valueOf(LocalDate.parse(day));
  }
}
