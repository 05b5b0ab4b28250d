package org.pipservices3.redis.internal.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** JsonCodecBenchmark writes and reads the values that caches hold. */
@State(Scope.Benchmark)
public class JsonCodecBenchmark {
  private static final String KEY = "key";

  /** Kind names a value. */
  public enum Kind {
    INTEGER,
    TEXT,
    LARGE_TEXT,
    ACCENTED_TEXT,
    MAP,
    BEAN
  }

  /** Invoice stands for a service's own types. */
  public record Invoice(int id, String customer, List<String> lines, double total) {}

  /** What to write and read. */
  @Param public Kind kind = Kind.TEXT;

  private final JsonCodec codec = JsonCodec.with(List.of());
  private Object value = "";
  private byte[] json = {};

  /** Creates the values to write, and encodes the values to read. */
  @Setup
  public void prepare() {
    value =
        switch (kind) {
          case INTEGER -> 123_456;
          case TEXT -> "abcdefghij".repeat(10);
          case LARGE_TEXT -> "abcdefghij".repeat(1_024);
          case ACCENTED_TEXT -> "Zażółć gęśl jaźń".repeat(6);
          case MAP -> map();
          case BEAN -> new Invoice(17, "Müller & Söhne", List.of("a", "b", "c"), 12.5);
        };
    json = codec.encode(null, KEY, value);
  }

  private static Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < 10; i++) {
      map.put("name" + i, i % 2 == 0 ? "value" + i : i);
    }
    return map;
  }

  @Benchmark
  public Object encode() {
    return codec.encode(null, KEY, value);
  }

  @Benchmark
  public @Nullable Object decode() {
    return kind == Kind.BEAN
        ? codec.decode(null, KEY, json, Invoice.class)
        : codec.decode(null, KEY, json);
  }
}
