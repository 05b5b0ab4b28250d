package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ext.CoreXMLSerializers.XMLGregorianCalendarSerializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.std.CalendarSerializer;
import com.fasterxml.jackson.databind.ser.std.DateSerializer;
import com.fasterxml.jackson.databind.ser.std.SqlDateSerializer;
import com.fasterxml.jackson.databind.ser.std.SqlTimeSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.TypeBindings;
import com.fasterxml.jackson.databind.type.TypeFactory;
import com.fasterxml.jackson.databind.type.TypeModifier;
import com.fasterxml.jackson.datatype.jsr310.ser.InstantSerializer;
import com.fasterxml.jackson.datatype.jsr310.ser.OffsetDateTimeSerializer;
import com.fasterxml.jackson.datatype.jsr310.ser.ZonedDateTimeSerializer;
import java.io.IOException;
import java.lang.reflect.Type;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.xml.datatype.DatatypeConstants;
import javax.xml.datatype.XMLGregorianCalendar;
import org.jspecify.annotations.Nullable;

/**
 * A Jackson module that writes every point in time as ISO 8601 in UTC with {@code Z}, as values and
 * as names in maps; {@link DateParsing} reads it.
 *
 * <p>Jackson itself writes {@code +00:00} for a {@link Date} and the time zone's offset for a
 * {@link ZonedDateTime}. A {@link Date} and a {@link Calendar} have three digits of a second, as in
 * JavaScript; a {@link Timestamp} and the types of {@code java.time} have as many as they need. A
 * {@code java.sql.Date} and a {@link Time} are no points in time but a day and a time of day, where
 * they were made: {@code 2026-01-02}, {@code 12:34:56}. But where a property, an array or a list is
 * declared with {@link Date}, all that is in it is read as points in time, so that these are
 * written as such, too. A point in time that does not exist in UTC ({@code OffsetDateTime.MAX}) is
 * refused. A property's own {@link JsonFormat} stays in force.
 */
final class UtcDates extends SimpleModule {
  private static final long serialVersionUID = 1L;

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
  private static final DateTimeFormatter NANOS = DateTimeFormatter.ISO_INSTANT;

  UtcDates() {
    super("UtcDates");
    add(Date.class, DateSerializer.instance, UtcDates::moment);
    add(Timestamp.class, DateSerializer.instance, UtcDates::moment);
    add(java.sql.Date.class, new SqlDateSerializer(), d -> day(d).toString());
    add(Time.class, new SqlTimeSerializer(), UtcDates::timeOfDay);
    add(Calendar.class, CalendarSerializer.instance, c -> utc(MILLIS, c.toInstant()));
    add(XMLGregorianCalendar.class, new XMLGregorianCalendarSerializer(), UtcDates::xml);
    add(Instant.class, InstantSerializer.INSTANCE, i -> utc(NANOS, i));
    add(ZonedDateTime.class, ZonedDateTimeSerializer.INSTANCE, z -> utc(z.toOffsetDateTime()));
    add(OffsetDateTime.class, OffsetDateTimeSerializer.INSTANCE, UtcDates::utc);
  }

  private <T> void add(Class<T> type, JsonSerializer<?> formatting, Function<T, String> text) {
    addSerializer(type, new Value<>(type, formatting, text));
    addKeySerializer(type, new Name<>(type, text));
  }

  @Override
  public void setupModule(SetupContext context) {
    super.setupModule(context);
    context.addTypeModifier(new DatesByDeclaredType());
  }

  /** Not by {@code toInstant}: a Timestamp's forgets the era, those of java.sql fail. */
  @SuppressWarnings("JavaUtilDate")
  private static String moment(Date date) {
    return date instanceof Timestamp time
        ? utc(NANOS, Instant.ofEpochSecond(Math.floorDiv(time.getTime(), 1_000L), time.getNanos()))
        : utc(MILLIS, Instant.ofEpochMilli(date.getTime()));
  }

  /** A point in time in UTC; what is none, or has no zone, as XML Schema writes it. */
  private static String xml(XMLGregorianCalendar time) {
    boolean moment =
        time.getTimezone() != DatatypeConstants.FIELD_UNDEFINED
            && time.getXMLSchemaType().equals(DatatypeConstants.DATETIME);
    return (moment ? time.normalize() : time).toXMLFormat();
  }

  /**
   * The day that {@code java.sql.Date.valueOf} makes the same date of.
   *
   * <p>By the date's own calendar, which is Julian before 1582, and with the era, which {@code
   * toLocalDate} forgets.
   */
  private static LocalDate day(java.sql.Date date) {
    LocalDate day = field(date);
    if (!field(java.sql.Date.valueOf(day)).equals(day)) {
      throw new DateTimeException("The day has no midnight that a date can hold");
    }
    return day;
  }

  private static LocalDate field(java.sql.Date date) {
    Calendar own = new GregorianCalendar();
    own.setTime(date);
    int year = own.get(Calendar.YEAR);
    return LocalDate.of(
        own.get(Calendar.ERA) == GregorianCalendar.BC ? 1 - year : year,
        own.get(Calendar.MONTH) + 1,
        own.get(Calendar.DAY_OF_MONTH));
  }

  private static String timeOfDay(Time time) {
    long millis = Math.floorMod(time.getTime(), 1_000L);
    return time.toLocalTime().plusNanos(TimeUnit.MILLISECONDS.toNanos(millis)).toString();
  }

  private static String utc(OffsetDateTime time) {
    return utc(NANOS, time.withOffsetSameInstant(ZoneOffset.UTC).toInstant());
  }

  private static String utc(DateTimeFormatter format, Instant instant) {
    return format.format(instant);
  }

  private static final class Value<T> extends StdSerializer<T> implements ContextualSerializer {
    private static final long serialVersionUID = 1L;

    private final transient JsonSerializer<?> formatting;
    private final transient Function<T, String> text;

    Value(Class<T> type, JsonSerializer<?> formatting, Function<T, String> text) {
      super(type);
      this.formatting = formatting;
      this.text = text;
    }

    @Override
    public JsonSerializer<?> createContextual(
        SerializerProvider provider, @Nullable BeanProperty property) throws JsonMappingException {
      if (handledType() != Date.class && property != null && isForDates(property.getType())) {
        return provider.findValueSerializer(Date.class, property);
      }
      JsonFormat.Value own = findFormatOverrides(provider, property, handledType());
      boolean hasOwn = own != null && (own.hasPattern() || own.hasShape() || own.hasTimeZone());
      return hasOwn && formatting instanceof ContextualSerializer contextual
          ? contextual.createContextual(provider, property)
          : this;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(text.apply(value));
    }
  }

  /** Whether values are read as {@link Date}s, at any depth of lists, arrays and maps. */
  private static boolean isForDates(JavaType declared) {
    JavaType content = declared.getContentType();
    return content == null ? declared.hasRawClass(Date.class) : isForDates(content);
  }

  /** Has what is in a {@code Date[]} or {@code List<Date>} written as that, whatever it is. */
  private static final class DatesByDeclaredType extends TypeModifier {
    @Override
    public JavaType modifyType(
        JavaType type, Type unused, TypeBindings bindings, TypeFactory factory) {
      return type.getContentType() != null && isForDates(type) ? type.withStaticTyping() : type;
    }
  }

  private static final class Name<T> extends StdSerializer<T> {
    private static final long serialVersionUID = 1L;

    private final transient Function<T, String> text;

    Name(Class<T> type, Function<T, String> text) {
      super(type);
      this.text = text;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeFieldName(text.apply(value));
    }
  }
}
