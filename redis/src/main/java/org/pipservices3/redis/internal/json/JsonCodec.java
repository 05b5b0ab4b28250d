package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;

/**
 * Writes values as the JSON text that all Pip.Services caches share, and reads values from what
 * Redis holds.
 *
 * <p>Any value is written as one JSON text in UTF-8. Any program may have written what is read, and
 * some siblings write bare text. So bytes are read in this order:
 *
 * <ol>
 *   <li>Bytes that are not strictly UTF-8 are binary data and stay bytes. Jackson never sees them,
 *       because it would guess other encodings.
 *   <li>Text that is one whole JSON value, with only white space around it, is that value.
 *   <li>All other text is a string. Where a type is asked for, it is read as a JSON string of that
 *       text: so a bare {@code 2020-01-02T03:04:05Z} is an {@code Instant}, too.
 * </ol>
 *
 * <p>Strings without escapes and whole numbers, which are most of what caches hold, bypass Jackson
 * (see {@link PlainJson}).
 *
 * <p>Jackson's exception does not tell whether the text is no JSON, or JSON that does not fit the
 * type: conversion runs ahead of the parser, and {@code 123 abc} fails as a list before its second
 * half was seen. So after a failure the text is parsed once more without a type.
 *
 * <p>A Java string may hold half a surrogate pair, which is no character. It is written as an
 * escape and reads back as it was. Only in the name of a property Jackson's parser refuses it: such
 * a value is not stored, since it would be read as text.
 *
 * <p>Every failure is a {@link RedisException} WRONG_VALUE that names the key, never the value.
 * Immutable and safe for any number of threads. {@link JsonMapping} has Jackson's settings.
 */
public final class JsonCodec {
  private static final JsonCodec PLAIN = new JsonCodec(List.of());

  private final ObjectMapper mapper;
  private final ObjectWriter writer;
  private final ObjectReader untyped;
  private final ClassValue<ObjectReader> readers = // so that a class can be unloaded
      new ClassValue<>() {
        @Override
        protected ObjectReader computeValue(Class<?> type) {
          return mapper.readerFor(type);
        }
      };

  private JsonCodec(List<? extends Module> modules) {
    this.mapper = JsonMapping.mapper(modules);
    this.writer = mapper.writer();
    this.untyped = mapper.readerFor(Object.class);
  }

  /** A codec with these further modules of Jackson; always the same where there are none. */
  public static JsonCodec with(List<? extends Module> modules) {
    return modules.isEmpty() ? PLAIN : new JsonCodec(modules);
  }

  /** The value as JSON in UTF-8. */
  public byte[] encode(@Nullable String correlationId, String key, @Nullable Object value) {
    byte[] plain = PlainJson.write(value);
    byte[] json = plain == null ? write(correlationId, key, value) : plain;
    if (json.length > JsonBounds.MAX_BYTES) {
      throw ValueErrors.tooLarge(correlationId, key, value);
    }
    return json;
  }

  /**
   * The value that the bytes are: String, Integer, Long, BigInteger, Double, Boolean,
   * LinkedHashMap, ArrayList, null for a JSON null, or a copy of the bytes where they are not
   * UTF-8.
   */
  public @Nullable Object decode(@Nullable String correlationId, String key, byte[] bytes) {
    Object plain = readPlain(correlationId, key, bytes);
    if (plain != PlainJson.NOT_PLAIN) {
      return plain;
    }
    String text = Utf8.decode(bytes);
    if (text == null) {
      return bytes.clone();
    }
    try {
      return untyped(correlationId, key, text);
    } catch (StackOverflowError e) {
      throw ValueErrors.beyondStack(correlationId, key);
    }
  }

  /**
   * The value that the bytes are, as the given type; null for a JSON null. A number or a boolean
   * converts to its text, a string to what it spells, bytes that are not UTF-8 to {@code byte[]}
   * only.
   */
  public @Nullable Object decode(
      @Nullable String correlationId, String key, byte[] bytes, Type type) {
    Object plain = readPlain(correlationId, key, bytes);
    if (plain == null || (plain != PlainJson.NOT_PLAIN && isInstance(type, plain))) {
      return plain;
    }
    String text = Utf8.decode(bytes);
    if (text != null) {
      try {
        return typed(correlationId, key, text, type);
      } catch (StackOverflowError e) {
        throw ValueErrors.beyondStack(correlationId, key);
      }
    }
    if (isInstance(type, bytes)) {
      return bytes.clone();
    }
    throw ValueErrors.misfit(correlationId, key, type, "binary data");
  }

  @SuppressWarnings("unchecked") // also for a primitive type, which casts no box
  public <T> @Nullable T decode(
      @Nullable String correlationId, String key, byte[] bytes, Class<T> type) {
    return (T) decode(correlationId, key, bytes, (Type) type);
  }

  private static boolean isInstance(Type type, Object value) {
    return type instanceof Class<?> known && known.isInstance(value);
  }

  private ObjectReader reader(Type type) {
    return type instanceof Class<?> known
        ? readers.get(known)
        : mapper.readerFor(mapper.getTypeFactory().constructType(type));
  }

  private static @Nullable Object readPlain(
      @Nullable String correlationId, String key, byte[] bytes) {
    if (bytes.length > JsonBounds.MAX_BYTES) {
      throw ValueErrors.beyondBounds(correlationId, key);
    }
    return PlainJson.read(bytes);
  }

  private byte[] write(@Nullable String correlationId, String key, @Nullable Object value) {
    BoundedBytes json = new BoundedBytes(JsonBounds.MAX_BYTES);
    try {
      writer.writeValue(json, value);
    } catch (BoundedBytes.Full e) {
      throw ValueErrors.tooLarge(correlationId, key, value);
    } catch (ReadableGenerator.Unreadable e) {
      throw ValueErrors.unreadable(correlationId, key, value, e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw ValueErrors.unwritable(correlationId, key, value, e);
    }
    byte[] written = json.toByteArray();
    requireReadable(correlationId, key, value, written);
    return written;
  }

  /** Refuses what no reader would take, where there may be something of that kind. */
  private void requireReadable(
      @Nullable String correlationId, String key, @Nullable Object value, byte[] json) {
    if (!mayHoldHalfPair(json) && !JsonBounds.mayBeExceeded(json)) {
      return;
    }
    try (JsonParser parser = mapper.createParser(new String(json, UTF_8))) {
      while (parser.nextToken() != null) {
        parser.getText();
      }
    } catch (IOException e) {
      throw JsonBounds.isExceeded(e)
          ? ValueErrors.tooLarge(correlationId, key, value)
          : ValueErrors.halfPairInName(correlationId, key, value);
    }
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

  private @Nullable Object typed(
      @Nullable String correlationId, String key, String text, Type type) {
    if (PlainJson.first(text) == 'n' && untyped(correlationId, key, text) == null) {
      return null;
    }
    ObjectReader reader = reader(type);
    if (PlainJson.mayBeJson(text)) {
      try {
        return reader.readValue(text);
      } catch (JsonProcessingException | RuntimeException e) {
        requireWithinBounds(correlationId, key, e);
        if (isJson(correlationId, key, text)) {
          throw ValueErrors.misfit(correlationId, key, type, Misfit.of(mapper, text, e), e);
        }
      }
    }
    try {
      return reader.readValue(TextNode.valueOf(text));
    } catch (IOException | RuntimeException e) {
      requireWithinBounds(correlationId, key, e);
      throw ValueErrors.misfit(correlationId, key, type, "text that is not JSON");
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

  private static void requireWithinBounds(
      @Nullable String correlationId, String key, Exception failure) {
    if (JsonBounds.isExceeded(failure)) {
      throw ValueErrors.beyondBounds(correlationId, key);
    }
  }
}
