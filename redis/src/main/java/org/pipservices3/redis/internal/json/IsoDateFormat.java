package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.databind.util.StdDateFormat;
import java.text.ParseException;
import java.time.Instant;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * Jackson's format of {@link Date} and {@link Calendar}, with a calendar that is Gregorian
 * throughout, as ISO 8601 is.
 *
 * <p>Jackson's own is Julian before 15 October 1582: such dates would come back days off, and
 * further off with every round trip. Belongs to one thread; Jackson clones it.
 */
final class IsoDateFormat extends StdDateFormat {
  private static final long serialVersionUID = 1L;

  IsoDateFormat() {}

  private IsoDateFormat(IsoDateFormat from, @Nullable TimeZone zone, Locale locale) {
    super(zone, locale, from._lenient, from.isColonIncludedInTimeZone());
  }

  @SuppressWarnings("JavaUtilDate") // there is no other way to say it
  static GregorianCalendar gregorian(TimeZone zone) {
    GregorianCalendar calendar = new GregorianCalendar(zone, Locale.ROOT);
    calendar.setGregorianChange(new Date(Long.MIN_VALUE));
    return calendar;
  }

  @Override
  public Date parse(String text) throws ParseException {
    Date exact = DateParsing.parsed(text.trim(), each -> Date.from(Instant.parse(each)));
    return exact == null ? super.parse(text) : exact;
  }

  @Override
  protected Calendar _getCalendar(TimeZone zone) {
    Calendar calendar = gregorian(zone);
    calendar.setLenient(isLenient());
    return calendar;
  }

  @Override
  public StdDateFormat withTimeZone(@Nullable TimeZone zone) {
    return new IsoDateFormat(this, zone, _locale);
  }

  @Override
  public StdDateFormat withLocale(Locale locale) {
    return new IsoDateFormat(this, _timezone, locale);
  }

  @Override
  public StdDateFormat clone() {
    return new IsoDateFormat(this, _timezone, _locale);
  }
}
