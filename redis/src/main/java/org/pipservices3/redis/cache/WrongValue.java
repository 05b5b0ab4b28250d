package org.pipservices3.redis.cache;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.Errors;

/**
 * The errors of values that cannot be written or do not fit what was asked for, all with the code
 * WRONG_VALUE.
 *
 * <p>They name the key and types, but never carry Jackson's message or the exception itself: these
 * quote the value.
 */
final class WrongValue {
  private static final String CODE = "WRONG_VALUE";

  private WrongValue() {}

  /** No type was asked for. */
  static RedisException noType(@Nullable String correlationId, String key) {
    return Errors.badRequest(
        correlationId, CODE, "No type was given to read key '" + key + "' as: give one");
  }

  /** Jackson could not write the value. */
  static RedisException unwritable(
      @Nullable String correlationId, String key, @Nullable Object value, Exception reason) {
    String why = JsonBounds.isExceeded(reason) ? tooDeep() : culprit(value, reason);
    return unwritable(correlationId, key, value, why);
  }

  /** The value has half a surrogate pair in the name of a property. */
  static RedisException halfPairInName(
      @Nullable String correlationId, String key, @Nullable Object value) {
    return unwritable(
        correlationId,
        key,
        value,
        "a name in it is no valid Unicode (half a surrogate pair): give it another name");
  }

  private static RedisException unwritable(
      @Nullable String correlationId, String key, @Nullable Object value, String why) {
    return Errors.badRequest(
        correlationId,
        CODE,
        "The value for key '"
            + key
            + "' of type "
            + typeOf(value)
            + " cannot be written as JSON, since "
            + why);
  }

  /** The JSON of the value would be beyond the bounds. */
  static RedisException tooLarge(
      @Nullable String correlationId, String key, @Nullable Object value) {
    return Errors.badRequest(
        correlationId,
        CODE,
        "The value for key '"
            + key
            + "' of type "
            + typeOf(value)
            + " is too large as JSON: the bounds are "
            + JsonBounds.ALL);
  }

  /** What is stored is beyond the bounds. */
  static RedisException beyondBounds(@Nullable String correlationId, String key) {
    return Errors.badRequest(
        correlationId,
        CODE,
        "What is stored under key '" + key + "' is not read: the bounds are " + JsonBounds.ALL);
  }

  /**
   * What is stored does not convert to the type that was asked for.
   *
   * @param found what kind of value it is
   */
  static RedisException misfit(
      @Nullable String correlationId, String key, Class<?> type, String found) {
    return Errors.badRequest(
        correlationId,
        CODE,
        "What is stored under key '"
            + key
            + "', "
            + found
            + ", does not convert to "
            + type.getTypeName()
            + ": ask for another type, or remove the key");
  }

  private static String tooDeep() {
    return "it nests deeper than "
        + JsonBounds.MAX_DEPTH
        + " levels or contains itself: store less of it";
  }

  private static String culprit(@Nullable Object value, Exception reason) {
    String type = culpritType(value, reason);
    Throwable root = reason;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof JacksonException
        ? "Jackson cannot write " + type + ": store another type, or annotate this one for Jackson"
        : "reading " + type + " failed with " + root.getClass().getTypeName();
  }

  private static String culpritType(@Nullable Object value, Exception reason) {
    if (reason instanceof InvalidDefinitionException definition && definition.getType() != null) {
      return definition.getType().getRawClass().getTypeName();
    }
    if (reason instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      List<JsonMappingException.Reference> path = mapping.getPath();
      Object from = path.get(path.size() - 1).getFrom();
      if (from != null) {
        return (from instanceof Class<?> type ? type : from.getClass()).getTypeName();
      }
    }
    return typeOf(value);
  }

  private static String typeOf(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getTypeName();
  }
}
