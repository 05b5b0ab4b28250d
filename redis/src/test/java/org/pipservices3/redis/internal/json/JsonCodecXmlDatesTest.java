package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.datatype.DatatypeConstants;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code XMLGregorianCalendar}: it drifted by days before 1582, or became another kind. */
@SuppressWarnings("UndefinedEquals")
class JsonCodecXmlDatesTest extends OnJsonCodec {
  private static final DatatypeFactory XML = DatatypeFactory.newDefaultInstance();

  private static final long OLD = Instant.parse("1500-03-01T03:04:05.678Z").toEpochMilli();

  static Stream<XMLGregorianCalendar> xmlCalendars() {
    return Stream.of(
            "2026-01-02T03:04:05.678Z",
            "2026-01-02T03:04:05.123456789012+02:00",
            "2026-01-02T03:04:05",
            "2026-01-02T23:59:59-14:00",
            "2026-01-02",
            "2026-01-02Z",
            "2026-01-02+05:00",
            "12:34:56",
            "12:34:56.7+02:00",
            "2026",
            "2026-01",
            "--01-02",
            "1582-10-10T00:00:00Z",
            "1500-03-01T03:04:05.678Z",
            "1500-03-01T03:04:05.678+02:00",
            "0001-01-01T00:00:00Z",
            "-0044-03-15T12:00:00Z",
            "123456-01-02T03:04:05Z")
        .map(XML::newXMLGregorianCalendar);
  }

  /** It drifted by days before 1582, and a day, a time or a year became a point in time. */
  @ParameterizedTest
  @MethodSource("xmlCalendars")
  void decodeAs_xmlCalendar_isEqual(XMLGregorianCalendar calendar) {
    Object read =
        codec.decode(null, KEY, codec.encode(null, KEY, calendar), XMLGregorianCalendar.class);
    assertThat(read).isEqualTo(calendar);
    record Holder(XMLGregorianCalendar at, Map<XMLGregorianCalendar, String> names) {}
    Holder holder = new Holder(calendar, Map.of(calendar, "x"));
    assertThat(again(holder).at).isEqualTo(calendar);
    assertThat(again(holder).names.keySet()).containsExactly(calendar);
  }

  @Test
  void encode_xmlCalendar_isInUtcAsOtherPointsInTime() {
    assertThat(text(XML.newXMLGregorianCalendar("2026-01-02T03:04:05.678+02:00")))
        .isEqualTo("\"2026-01-02T01:04:05.678Z\"");
  }

  @Test
  void decodeAs_xmlCalendarOfANumberOrLooseForm_isGregorian() {
    XMLGregorianCalendar old = XML.newXMLGregorianCalendar("1500-03-01T03:04:05.678Z");
    for (String json : List.of(Long.toString(OLD), "\"1500-03-01T03:04:05.678+0000\"")) {
      XMLGregorianCalendar read =
          codec.decode(null, KEY, json.getBytes(UTF_8), XMLGregorianCalendar.class);
      assertThat(read).isEqualTo(old);
      assertThat(read.getXMLSchemaType()).isEqualTo(DatatypeConstants.DATETIME);
    }
  }
}
