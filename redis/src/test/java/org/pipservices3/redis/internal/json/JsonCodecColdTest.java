package org.pipservices3.redis.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * The first value of a process ends the stack in the middle of Jackson's start. From then on every
 * value failed with NoClassDefFoundError: OptionalHandlerFactory.
 */
public class JsonCodecColdTest {
  record Value(Duration span, Map<String, Instant> times, Locale place) {}

  /** Runs in classes of its own, which no test has used yet. */
  public static final class Fresh implements IntFunction<String> {
    private final byte[] json =
        "{\"span\":\"PT1S\",\"times\":{\"k\":\"2020-01-01T00:00:00Z\"},\"place\":\"en\"}"
            .getBytes(UTF_8);
    private final JsonCodec codec = JsonCodec.with(List.of());
    private int deepest;

    /** Reads and writes where so many calls are left on the stack, then where there is room. */
    @Override
    public String apply(int left) {
      Thread small =
          new Thread(
              null,
              () -> {
                attempt(() -> below(Integer.MAX_VALUE, () -> {}));
                attempt(() -> below(deepest - left, this::readAndWrite));
              },
              "small-stack",
              256 << 10);
      small.start();
      try {
        small.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return attempt(this::readAndWrite);
    }

    private void below(int calls, Runnable action) {
      if (calls <= 0) {
        action.run();
      } else {
        deepest++;
        below(calls - 1, action);
      }
    }

    private void readAndWrite() {
      codec.encode(null, "key", codec.decode(null, "key", json, Value.class));
    }

    private static String attempt(Runnable action) {
      try {
        action.run();
        return "";
      } catch (Throwable e) {
        return e.toString();
      }
    }
  }

  @Test
  void decode_firstValueEndsTheStack_laterOnesAreRead() throws Exception {
    List<String> broken = new ArrayList<>();
    for (int left = 60; left <= 200; left += 20) {
      try (URLClassLoader fresh =
          new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
        Object process =
            fresh.loadClass(Fresh.class.getName()).getDeclaredConstructor().newInstance();
        broken.add(((IntFunction<?>) process).apply(left).toString());
      }
    }
    assertThat(broken).hasSize(8).containsOnly("");
  }

  private static URL[] classPath() throws Exception {
    List<URL> urls = new ArrayList<>();
    StringTokenizer entries =
        new StringTokenizer(System.getProperty("java.class.path"), File.pathSeparator);
    while (entries.hasMoreTokens()) {
      urls.add(Path.of(entries.nextToken()).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
