package org.pipservices3.redis.internal.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * The errors of values that cannot be written or read as the type that was asked for, all with the
 * code WRONG_VALUE.
 *
 * <p>They name the key, types and properties, but never carry Jackson's message or exception, which
 * quote the value: a {@link ReadFailure} stands for it.
 */
public final class ValueErrors {
  private static final String CODE = "WRONG_VALUE";

  private ValueErrors() {}

  /** Whether a failure is one of these. */
  public static boolean isWrongValue(RedisException failure) {
    return failure.code().equals(CODE);
  }

  private static RedisException wrong(@Nullable String correlationId, String message) {
    return Errors.badRequest(correlationId, CODE, message);
  }

  private static RedisException wrongValue(
      @Nullable String correlationId, String key, @Nullable Object value, String problem) {
    String what = "The value for key '" + Errors.shown(key) + "' of type " + typeOf(value);
    return wrong(correlationId, what + problem);
  }

  private static RedisException wrongStored(
      @Nullable String correlationId, String key, String problem) {
    return wrong(correlationId, "What is stored under key '" + Errors.shown(key) + "'" + problem);
  }

  /** Returns the type to read a key as, or throws WRONG_VALUE where it is null. */
  public static Type requireType(@Nullable String correlationId, String key, @Nullable Type type) {
    if (type == null) {
      throw wrong(
          correlationId, "No type was given to read key '" + Errors.shown(key) + "' as: give one");
    }
    return type;
  }

  /** The failure of a reading: what is too large to be read is WRONG_VALUE, with its key. */
  public static RedisException named(
      @Nullable String correlationId, String key, RedisException failure) {
    return failure.code().equals(Errors.OVERSIZED) ? beyondBounds(correlationId, key) : failure;
  }

  /** Returns the module, or throws WRONG_OPTION where it is null. */
  public static Module requireModule(@Nullable Module module) {
    if (module == null) {
      throw Errors.badRequest(
          /* correlationId= */ null, "WRONG_OPTION", "The module of Jackson is null: give one");
    }
    return module;
  }

  /** Jackson could not write the value. */
  static RedisException unwritable(
      @Nullable String correlationId, String key, @Nullable Object value, Throwable reason) {
    boolean deep = reason instanceof StackOverflowError || JsonBounds.isExceeded(reason);
    String why = deep ? tooDeep() : culprit(value, reason);
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

  /** The value has something in it that would be written, but not read. */
  static RedisException unreadable(
      @Nullable String correlationId,
      String key,
      @Nullable Object value,
      ReadableGenerator.Unreadable reason) {
    return unwritable(correlationId, key, value, reason.why());
  }

  private static RedisException unwritable(
      @Nullable String correlationId, String key, @Nullable Object value, String why) {
    return wrongValue(correlationId, key, value, " cannot be written as JSON, since " + why);
  }

  /** The JSON of the value would be beyond the bounds. */
  static RedisException tooLarge(
      @Nullable String correlationId, String key, @Nullable Object value) {
    return wrongValue(
        correlationId, key, value, " is too large as JSON: the bounds are " + JsonBounds.ALL);
  }

  /** What is stored is beyond the bounds. */
  public static RedisException beyondBounds(@Nullable String correlationId, String key) {
    return wrongStored(correlationId, key, " is not read: the bounds are " + JsonBounds.ALL);
  }

  /** What is stored nests deeper than the calling thread's stack allows. */
  static RedisException beyondStack(@Nullable String correlationId, String key) {
    String thread = Thread.currentThread().getName();
    return wrongStored(
        correlationId,
        key,
        " nests deeper than the stack of thread '"
            + thread
            + "' allows: read it on a thread with a larger one");
  }

  /** What is stored, of the kind that was found, does not convert to the type. */
  static RedisException misfit(
      @Nullable String correlationId, String key, Type type, String found) {
    String problem = ", " + found + ", does not convert to " + type.getTypeName();
    return wrongStored(correlationId, key, problem + ": ask for another type, or remove the key");
  }

  /** The same with where in it and why, and with Jackson's failure but for what it quotes. */
  static RedisException misfit(
      @Nullable String correlationId, String key, Type type, Misfit misfit, Throwable failure) {
    RedisException error =
        wrongStored(
            correlationId,
            key,
            ", "
                + misfit.kind()
                + ", does not convert to "
                + type.getTypeName()
                + misfit.text()
                + ": ask for another type, or remove the key");
    error.getCause().withCause(new ReadFailure(failure, misfit));
    return error;
  }

  private static String tooDeep() {
    return "it nests deeper than "
        + JsonBounds.MAX_DEPTH
        + " levels or than the thread's stack allows, or contains itself: store less of it";
  }

  private static String culprit(@Nullable Object value, Throwable reason) {
    String type = culpritType(value, reason);
    Throwable root = reason;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof JacksonException
        ? "Jackson cannot write " + type + ": store another type, or annotate this one for Jackson"
        : "reading " + type + " failed with " + root.getClass().getTypeName();
  }

  private static String culpritType(@Nullable Object value, Throwable reason) {
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
