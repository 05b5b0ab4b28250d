package org.pipservices3.redis.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;

/**
 * Turns values into the JSON text that all Pip.Services caches share, and whatever is found in
 * Redis back into values.
 *
 * <p>Writing is easy: any value becomes one JSON text in UTF-8. Reading is not, since others write
 * too. Some siblings write JSON, some bare text, and any program may have written anything: so
 * there is no telling in advance what the bytes are, and no trusting them.
 *
 * <p>The bytes are therefore taken apart in this order. What is not strictly UTF-8 is binary data
 * and stays bytes; Jackson never sees it, because it would guess other encodings. Text that is one
 * whole JSON value, with nothing but white space around it, is that value. All other text stands
 * for itself. Where a type is asked for, text that is not JSON is taken for a JSON string of that
 * text, so that a bare {@code 2020-01-02T03:04:05Z} is an {@code Instant}, too.
 *
 * <p>When Jackson fails with a type, its exception does not tell whether the text is no JSON or
 * JSON that does not fit: conversion runs ahead of the parser, and {@code 123 abc} fails as a list
 * before its second half was seen. So after a failure, and only then, the text is parsed once more
 * without a type.
 *
 * <p>Strings without escapes and whole numbers, which are most of what caches hold, do not come to
 * Jackson at all (see {@link PlainJson}).
 *
 * <p>Half a surrogate pair, which is no character but may be in a Java string, is written as an
 * escape and comes back as it was. Only Jackson's parser does not take one in the name of a
 * property: rather than write what would read as mere text, such a value is refused.
 *
 * <p>What a value names itself never chooses a class: there is no polymorphic typing. Nesting,
 * names, numbers and total size are bounded (see {@link JsonBounds}). An empty string does not turn
 * into a number, date or bean, nor 1.5 into an integer; unknown properties are ignored, so that
 * versions of a service can share a cache.
 *
 * <p>Every failure is a {@link RedisException} WRONG_VALUE that names the key, never the value.
 * Immutable and safe for any number of threads.
 */
final class JsonCodec {
  private final ObjectMapper mapper =
      JsonMapper.builder(JsonBounds.factory())
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .addModule(new JavaTimeModule())
          .addModule(new UtcDates())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(DeserializationFeature.READ_DATE_TIMESTAMPS_AS_NANOSECONDS)
          .enable(MapperFeature.BLOCK_UNSAFE_POLYMORPHIC_BASE_TYPES)
          .withCoercionConfigDefaults(
              all -> all.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
          .build();

  private final ObjectWriter writer = mapper.writer();
  private final ObjectReader untyped = mapper.readerFor(Object.class);
  private final ClassValue<ObjectReader> readers =
      new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> type) {
          return mapper.readerFor(type);
        }
      };

  /** The value as JSON in UTF-8. */
  byte[] encode(@Nullable String correlationId, String key, @Nullable Object value) {
    byte[] plain = PlainJson.write(value);
    byte[] json = plain == null ? write(correlationId, key, value) : plain;
    if (json.length > JsonBounds.MAX_BYTES) {
      throw WrongValue.tooLarge(correlationId, key, value);
    }
    return json;
  }

  /**
   * The value that the bytes are: String, Integer, Long, BigInteger, Double, Boolean,
   * LinkedHashMap, ArrayList, null for a JSON null, or a copy of the bytes where they are not
   * UTF-8.
   */
  @Nullable Object decode(@Nullable String correlationId, String key, byte[] bytes) {
    requireSize(correlationId, key, bytes);
    Object plain = PlainJson.read(bytes);
    if (plain != PlainJson.NOT_PLAIN) {
      return plain;
    }
    String text = Utf8.decode(bytes);
    return text == null ? bytes.clone() : untyped(correlationId, key, text);
  }

  /**
   * The value that the bytes are, as the given type; null for a JSON null.
   *
   * <p>A number or a boolean converts to its text, a string to what it spells. Bytes that are not
   * UTF-8 convert to {@code byte[]} only.
   */
  <T> @Nullable T decode(@Nullable String correlationId, String key, byte[] bytes, Class<T> type) {
    requireSize(correlationId, key, bytes);
    Object plain = PlainJson.read(bytes);
    if (plain == null) {
      return null;
    }
    if (plain != PlainJson.NOT_PLAIN && type.isInstance(plain)) {
      return type.cast(plain);
    }
    String text = Utf8.decode(bytes);
    if (text != null) {
      return typed(correlationId, key, text, type);
    }
    if (type.isInstance(bytes)) {
      return type.cast(bytes.clone());
    }
    throw WrongValue.misfit(correlationId, key, type, "binary data");
  }

  private byte[] write(@Nullable String correlationId, String key, @Nullable Object value) {
    byte[] json;
    try {
      json = writer.writeValueAsBytes(value);
    } catch (JsonProcessingException | RuntimeException e) {
      throw WrongValue.unwritable(correlationId, key, value, e);
    }
    if (mayHoldHalfPair(json) && !isJson(correlationId, key, new String(json, UTF_8))) {
      throw WrongValue.halfPairInName(correlationId, key, value);
    }
    return json;
  }

  private static boolean mayHoldHalfPair(byte[] json) {
    for (int i = 2; i < json.length; i++) {
      if (json[i] == 'D' && json[i - 1] == 'u' && json[i - 2] == '\\') {
        return true;
      }
    }
    return false;
  }

  private @Nullable Object untyped(@Nullable String correlationId, String key, String text) {
    if (!PlainJson.mayBeJson(text)) {
      return text;
    }
    try {
      return untyped.readValue(text);
    } catch (JsonProcessingException e) {
      requireWithinBounds(correlationId, key, e);
      return text;
    }
  }

  private <T> @Nullable T typed(
      @Nullable String correlationId, String key, String text, Class<T> type) {
    if (PlainJson.first(text) == 'n' && untyped(correlationId, key, text) == null) {
      return null;
    }
    ObjectReader reader = readers.get(type);
    if (PlainJson.mayBeJson(text)) {
      try {
        return reader.readValue(text);
      } catch (JsonProcessingException | RuntimeException e) {
        requireWithinBounds(correlationId, key, e);
        if (isJson(correlationId, key, text)) {
          throw WrongValue.misfit(correlationId, key, type, kindOf(text));
        }
      }
    }
    try {
      return reader.readValue(TextNode.valueOf(text));
    } catch (IOException | RuntimeException e) {
      requireWithinBounds(correlationId, key, e);
      throw WrongValue.misfit(correlationId, key, type, "text that is not JSON");
    }
  }

  private boolean isJson(@Nullable String correlationId, String key, String text) {
    try (JsonParser parser = mapper.createParser(text)) {
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      requireWithinBounds(correlationId, key, e);
      return false;
    }
  }

  private static String kindOf(String json) {
    return switch (PlainJson.first(json)) {
      case '{' -> "a JSON object";
      case '[' -> "a JSON array";
      case '"' -> "a JSON string";
      case 't', 'f' -> "a JSON boolean";
      default -> "a JSON number";
    };
  }

  private static void requireSize(@Nullable String correlationId, String key, byte[] bytes) {
    if (bytes.length > JsonBounds.MAX_BYTES) {
      throw WrongValue.beyondBounds(correlationId, key);
    }
  }

  private static void requireWithinBounds(
      @Nullable String correlationId, String key, Exception failure) {
    if (JsonBounds.isExceeded(failure)) {
      throw WrongValue.beyondBounds(correlationId, key);
    }
  }
}
