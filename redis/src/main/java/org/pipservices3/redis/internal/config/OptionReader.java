package org.pipservices3.redis.internal.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * Reads the values of the section {@code options}, each as what it must be, or throws what is
 * allowed.
 *
 * @param values what was read, by name
 */
record OptionReader(
    @Nullable String correlationId, ConfigParams options, Map<String, Object> values) {

  void rejectUnknownNames(Set<String> known) throws ConfigException {
    for (String name : options.keySet()) {
      if (!known.contains(name)) {
        throw KnownNames.unknown(correlationId, "options.", name, known);
      }
    }
  }

  /** One of these texts, by default the first. */
  String only(String name, List<String> allowed) throws ConfigException {
    String value = text(name, allowed.get(0)).trim().toLowerCase(Locale.ROOT);
    if (!allowed.contains(value)) {
      throw wrong(name, "must be one of " + allowed);
    }
    values.put(name, value);
    return value;
  }

  String text(String name, String defaultValue) {
    String value = optionalText(name);
    return value == null ? defaultValue : value;
  }

  /** A text that is empty by default. */
  String unicode(String name) throws ConfigException {
    String value = text(name, "");
    if (Errors.halfPair(value) >= 0) {
      throw wrong(name, "is no valid Unicode (half a surrogate pair)");
    }
    values.put(name, value);
    return value;
  }

  @Nullable String optionalText(String name) {
    if (isUnset(name)) {
      return null;
    }
    String value = options.getAsString(name);
    values.put(name, value);
    return value;
  }

  boolean isUnset(String name) {
    String value = options.getAsNullableString(name);
    return value == null || value.isEmpty();
  }

  boolean flag(String name, boolean defaultValue) throws ConfigException {
    String value = text(name, String.valueOf(defaultValue)).trim().toLowerCase(Locale.ROOT);
    boolean flag =
        switch (value) {
          case "true", "1", "yes", "on" -> true;
          case "false", "0", "no", "off" -> false;
          default -> throw wrong(name, "must be true or false");
        };
    values.put(name, flag);
    return flag;
  }

  long number(String name, long defaultValue, long min, long max) throws ConfigException {
    String value = text(name, String.valueOf(defaultValue));
    long number = number(correlationId, "options." + name, value, min, max);
    values.put(name, number);
    return number;
  }

  /** A number from zero, the default, to a bound, which is included. */
  double decimal(String name, double defaultValue, int max) throws ConfigException {
    double number = Double.NaN;
    try {
      number = Double.parseDouble(text(name, String.valueOf(defaultValue)).trim());
    } catch (NumberFormatException e) {
      // Reported below, together with numbers out of range.
    }
    if (!(number >= 0 && number <= max)) {
      throw wrong(name, "must be a number from 0 to " + max);
    }
    values.put(name, number);
    return number;
  }

  /** A value as a whole number within bounds, which are included. */
  static long number(
      @Nullable String correlationId, String parameter, String value, long min, long max)
      throws ConfigException {
    try {
      long number = Long.parseLong(value.trim());
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, together with numbers out of range.
    }
    throw Errors.config(
        correlationId, parameter, "must be a whole number from " + min + " to " + max);
  }

  private ConfigException wrong(String name, String problem) {
    return Errors.config(correlationId, "options." + name, problem);
  }
}
