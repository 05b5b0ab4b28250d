package org.pipservices3.redis.internal.lookup;

import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
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
import java.util.Currency;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Types of which nobody can change a value, so that all callers may have the same one: numbers,
 * texts, enums, times, and records of these.
 *
 * <p>A record is final and so are its fields: what Jackson makes for it is that class and no other.
 */
final class Immutables {
  private static final Set<Class<?>> SCALARS =
      Set.of(
          String.class,
          Character.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          URI.class,
          Locale.class,
          Currency.class,
          Instant.class,
          Duration.class,
          Period.class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          OffsetTime.class,
          OffsetDateTime.class,
          ZonedDateTime.class,
          ZoneOffset.class,
          Year.class,
          YearMonth.class,
          MonthDay.class);

  private static final ClassValue<Boolean> KNOWN = // so that a class can be unloaded
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return isImmutable(type, new HashSet<>());
        }
      };

  private Immutables() {}

  static boolean include(Type type) {
    return type instanceof Class<?> known && KNOWN.get(known);
  }

  /** A record that has itself as a component is as immutable as the others of them. */
  private static boolean isImmutable(Class<?> type, Set<Class<?>> seen) {
    if (type.isPrimitive() || type.isEnum() || SCALARS.contains(type) || !seen.add(type)) {
      return true;
    }
    if (!type.isRecord()) {
      return false;
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (!isImmutable(component.getType(), seen)) {
        return false;
      }
    }
    return true;
  }
}
