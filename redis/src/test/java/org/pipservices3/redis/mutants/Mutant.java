package org.pipservices3.redis.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/**
 * A class of the library with a mistake put into its source, to show that a test or the proof's
 * checker finds it.
 *
 * @param source the class's file, below the package {@code org.pipservices3.redis}
 * @param edits texts in it, each of which must be there exactly once, white space aside, and what
 *     replaces them
 */
public record Mutant(String source, Map<String, String> edits) {
  private static final Path SOURCES =
      Path.of("src", "main", "java", "org", "pipservices3", "redis");

  /** The source with the mistake; fails if a text is not in it exactly once. */
  public String text() throws IOException {
    String text = Files.readString(SOURCES.resolve(source));
    for (Map.Entry<String, String> edit : edits.entrySet()) {
      Matcher found = pattern(edit.getKey()).matcher(text);
      assertThat(found.find()).as("'%s' in %s", edit.getKey(), source).isTrue();
      int start = found.start();
      int end = found.end();
      assertThat(found.find()).as("'%s' a second time in %s", edit.getKey(), source).isFalse();
      text = text.substring(0, start) + edit.getValue() + text.substring(end);
    }
    return text;
  }

  /** The tests' class path with the broken class before the right one. */
  public String classPath(String name) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "mutants", name));
    Path file = folder.resolve(Path.of(source).getFileName());
    Files.writeString(file, text());
    String classPath = System.getProperty("java.class.path");
    String[] arguments = {
      "-proc:none", "-nowarn", "-cp", classPath, "-d", folder.toString(), file.toString()
    };
    int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments);
    assertThat(status).as("javac %s", file).isZero();
    return folder + File.pathSeparator + classPath;
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(
        text.strip()
            .lines()
            .map(line -> Pattern.quote(line.strip()))
            .collect(Collectors.joining("\\s+")));
  }
}
