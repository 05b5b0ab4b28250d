package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TimeZone;
import org.pipservices3.redis.RedisException;

/** A codec, and what its tests ask of it. */
abstract class OnJsonCodec {
  static final String KEY = "some-key";

  final JsonCodec codec = JsonCodec.with(List.of());

  /** The value after it was written and read as its own class. */
  @SuppressWarnings("unchecked")
  final <T> T again(T value) {
    return (T) as(value.getClass(), value);
  }

  /** The value after it was written and read as a class. */
  final <T> T as(Class<T> type, Object value) {
    return codec.decode(null, KEY, codec.encode(null, KEY, value), type);
  }

  /** What is written. */
  final String text(Object value) {
    return new String(codec.encode(null, KEY, value), UTF_8);
  }

  /** What JSON text, or other text, is read as. */
  final <T> T read(String text, Class<T> type) {
    return codec.decode(null, KEY, text.getBytes(UTF_8), type);
  }

  final void assertRefused(Object value) {
    assertThat(refusal(value)).contains("WRONG_VALUE");
  }

  private String refusal(Object value) {
    try {
      return "stored " + codec.encode(null, KEY, value).length;
    } catch (RedisException e) {
      assertThat(e.getMessage()).hasSizeLessThan(400).contains(KEY);
      return e.code();
    }
  }

  static void inZone(String zone, Runnable test) {
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      test.run();
    } finally {
      TimeZone.setDefault(before);
    }
  }
}
