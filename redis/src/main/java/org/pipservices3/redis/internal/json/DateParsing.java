package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.deser.std.DateDeserializers.SqlDateDeserializer;
import com.fasterxml.jackson.databind.deser.std.DateDeserializers.TimestampDeserializer;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoField;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.TimeZone;
import java.util.function.Function;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import org.jspecify.annotations.Nullable;

/**
 * A Jackson module that reads what {@link UtcDates} writes, exactly.
 *
 * <p>Jackson drops the nanoseconds of a {@link Timestamp}. It takes a {@link java.sql.Date} for
 * midnight in UTC, which is the day before west of Greenwich. It does not read a {@link Time} at
 * all. {@link Date} and {@code Calendar} are read by {@link IsoDateFormat}. A property with a
 * pattern of its own is left to Jackson.
 */
final class DateParsing extends SimpleModule {
  private static final long serialVersionUID = 1L;

  private static final TimeZone UTC = TimeZone.getTimeZone("UTC");
  private static final DatatypeFactory XML = DatatypeFactory.newDefaultInstance();

  DateParsing() {
    super("DateParsing");
    addDeserializer(Timestamp.class, new Timestamps());
    addDeserializer(java.sql.Date.class, new SqlDates());
    addDeserializer(Time.class, new Times());
    addDeserializer(XMLGregorianCalendar.class, new XmlDates());
    addKeyDeserializer(Timestamp.class, new Names(text -> timestamp(Instant.parse(text))));
    addKeyDeserializer(
        java.sql.Date.class, new Names(text -> java.sql.Date.valueOf(LocalDate.parse(text))));
    addKeyDeserializer(XMLGregorianCalendar.class, new Names(XML::newXMLGregorianCalendar));
    addKeyDeserializer(Time.class, new Names(text -> time(LocalTime.parse(text))));
  }

  /** Not by {@code from}, which overflows for the earliest. */
  private static Timestamp timestamp(Instant moment) {
    Timestamp time = new Timestamp(moment.toEpochMilli());
    time.setNanos(moment.get(ChronoField.NANO_OF_SECOND));
    return time;
  }

  private static Time time(LocalTime local) {
    long millis = local.get(ChronoField.MILLI_OF_SECOND);
    return new Time(Time.valueOf(local).getTime() + millis);
  }

  /** What the parser makes of the text, or null if it does not take it. */
  static <T> @Nullable T parsed(String text, Function<String, @Nullable T> parser) {
    try {
      return parser.apply(text);
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return null;
    }
  }

  /** The value that a JSON string stands for, if it is one that the parser takes. */
  private static <T> @Nullable T parsed(JsonParser json, Function<String, @Nullable T> parser)
      throws IOException {
    return json.hasToken(JsonToken.VALUE_STRING) ? parsed(json.getText().trim(), parser) : null;
  }

  private static final class Timestamps extends TimestampDeserializer {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Timestamp deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      Timestamp exact = parsed(json, text -> timestamp(Instant.parse(text)));
      return exact == null ? super.deserialize(json, context) : exact;
    }
  }

  private static final class SqlDates extends SqlDateDeserializer {
    private static final long serialVersionUID = 1L;

    @Override
    public java.sql.@Nullable Date deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      LocalDate day = parsed(json, LocalDate::parse);
      return day == null ? super.deserialize(json, context) : java.sql.Date.valueOf(day);
    }
  }

  private static final class Times extends StdScalarDeserializer<Time> {
    private static final long serialVersionUID = 1L;

    Times() {
      super(Time.class);
    }

    @Override
    public @Nullable Time deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      LocalTime local = parsed(json, LocalTime::parse);
      if (local != null) {
        return time(local);
      }
      Instant moment = parsed(json, Instant::parse);
      return moment != null
          ? new Time(moment.toEpochMilli())
          : (Time) context.handleUnexpectedToken(Time.class, json);
    }
  }

  private static final class XmlDates extends FromStringDeserializer<XMLGregorianCalendar> {
    private static final long serialVersionUID = 1L;

    XmlDates() {
      super(XMLGregorianCalendar.class);
    }

    @Override
    public @Nullable XMLGregorianCalendar deserialize(
        JsonParser json, DeserializationContext context) throws IOException {
      return json.hasToken(JsonToken.VALUE_NUMBER_INT)
          ? xml(_parseDate(json, context))
          : super.deserialize(json, context);
    }

    @Override
    protected XMLGregorianCalendar _deserialize(String text, DeserializationContext context)
        throws IOException {
      XMLGregorianCalendar exact = parsed(text.trim(), XML::newXMLGregorianCalendar);
      return exact == null ? xml(_parseDate(text, context)) : exact;
    }

    private static XMLGregorianCalendar xml(Date date) {
      GregorianCalendar calendar = IsoDateFormat.gregorian(UTC);
      calendar.setTime(date);
      return XML.newXMLGregorianCalendar(calendar);
    }
  }

  private static final class Names extends KeyDeserializer {
    private final Function<String, Object> parser;

    Names(Function<String, Object> parser) {
      this.parser = parser;
    }

    @Override
    public Object deserializeKey(String name, DeserializationContext context) throws IOException {
      Object key = parsed(name, parser);
      return key == null
          ? context.handleWeirdKey(Object.class, name, "is no ISO 8601 date or time")
          : key;
    }
  }
}
