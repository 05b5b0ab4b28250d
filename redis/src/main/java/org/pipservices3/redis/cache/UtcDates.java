package org.pipservices3.redis.cache;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.ContextualSerializer;
import com.fasterxml.jackson.databind.ser.std.CalendarSerializer;
import com.fasterxml.jackson.databind.ser.std.DateSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.ser.InstantSerializer;
import com.fasterxml.jackson.datatype.jsr310.ser.OffsetDateTimeSerializer;
import com.fasterxml.jackson.datatype.jsr310.ser.ZonedDateTimeSerializer;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Calendar;
import java.util.Date;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A Jackson module that writes every point in time as ISO 8601 in UTC with {@code Z}, as values and
 * as names in maps.
 *
 * <p>Jackson itself writes {@code +00:00} for a {@link Date}, a bare number for a {@code
 * java.sql.Date} and the time zone's offset for a {@link ZonedDateTime}. A {@link Date} and a
 * {@link Calendar} have three digits of a second, as in JavaScript; the types of {@code java.time}
 * have as many as they need. A property's own {@link JsonFormat} stays in force.
 */
final class UtcDates extends SimpleModule {
  private static final long serialVersionUID = 1L;

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
  private static final DateTimeFormatter NANOS = DateTimeFormatter.ISO_INSTANT;

  UtcDates() {
    super("UtcDates");
    add(Date.class, DateSerializer.instance, d -> utc(MILLIS, instant(d)));
    add(Calendar.class, CalendarSerializer.instance, c -> utc(MILLIS, c.toInstant()));
    add(Instant.class, InstantSerializer.INSTANCE, i -> utc(NANOS, i));
    add(ZonedDateTime.class, ZonedDateTimeSerializer.INSTANCE, z -> utc(NANOS, z.toInstant()));
    add(OffsetDateTime.class, OffsetDateTimeSerializer.INSTANCE, o -> utc(NANOS, o.toInstant()));
  }

  private <T> void add(Class<T> type, JsonSerializer<?> formatting, Function<T, String> text) {
    addSerializer(type, new Value<>(type, formatting, text));
    addKeySerializer(type, new Name<>(type, text));
  }

  @SuppressWarnings("JavaUtilDate") // java.sql.Date and java.sql.Time have no toInstant()
  private static Instant instant(Date date) {
    return Instant.ofEpochMilli(date.getTime());
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
