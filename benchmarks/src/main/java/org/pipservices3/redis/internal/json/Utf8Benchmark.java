package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Utf8Benchmark decodes 100 bytes of text, and 100 that are not text. */
@State(Scope.Benchmark)
public class Utf8Benchmark {
  private final byte[] ascii = "abcdefghij".repeat(10).getBytes(UTF_8);
  private final byte[] accented = "aé".repeat(33).getBytes(UTF_8);
  private final byte[] replaced = "abcdefg\uFFFD".repeat(10).getBytes(UTF_8);
  private final byte[] binary = binary();

  private static byte[] binary() {
    byte[] bytes = new byte[100];
    bytes[99] = (byte) 0xFF;
    return bytes;
  }

  @Benchmark
  public @Nullable String ascii() {
    return Utf8.decode(ascii);
  }

  @Benchmark
  public @Nullable String accented() {
    return Utf8.decode(accented);
  }

  /** Text with U+FFFD, which also replaces invalid bytes: it is checked twice. */
  @Benchmark
  public @Nullable String replacementCharacters() {
    return Utf8.decode(replaced);
  }

  @Benchmark
  public @Nullable String binaryData() {
    return Utf8.decode(binary);
  }
}
