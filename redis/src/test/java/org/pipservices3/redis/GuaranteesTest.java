package org.pipservices3.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests and rules that docs/guarantees.md names are there. */
class GuaranteesTest {
  private static final Path PAGE = Path.of("..", "docs", "guarantees.md");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:IT|Test|Proof))\\.(\\w+)`");
  private static final Pattern RULE = Pattern.compile("rule `(\\w+)`");

  @Test
  void page_everyTestThatItNames_isThere() throws IOException {
    Map<String, String> sources = sources();
    assertThat(TEST.matcher(Files.readString(PAGE)).results())
        .hasSizeGreaterThan(20)
        .allSatisfy(
            name ->
                assertThat(sources.get(name.group(1)))
                    .as(name.group())
                    .isNotNull()
                    .contains("void " + name.group(2) + "("));
  }

  @Test
  void page_everyRuleThatItNames_isThere() throws IOException {
    Map<String, String> sources = sources();
    assertThat(RULE.matcher(Files.readString(PAGE)).results().map(name -> name.group(1)))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(sources.get(name)).isNotNull().contains("implements Rule"));
  }

  private static Map<String, String> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("package-info.java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString().replace(".java", ""),
                  GuaranteesTest::text));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
