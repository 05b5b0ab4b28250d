package org.pipservices3.redis.examples.docs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The codes and texts by which docs/operations.md tells symptoms are those of the library. */
class TroubleshootingTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (.*?) \\|");
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?s)```.*?```");
  private static final Pattern MESSAGE = Pattern.compile("`(The [^`\\n]*…[^`\\n]*)`");
  private static final Pattern CODE = Pattern.compile("[A-Z_]{3,}");
  private static final Pattern JOINED_LITERALS = Pattern.compile("\"\\s*\\+\\s*\"");

  private String sources = "";
  private List<String> quoted = List.of();

  @BeforeEach
  void read() throws Exception {
    Path root = Documents.root();
    try (Stream<Path> files = Files.walk(root.resolve("redis/src/main/java"))) {
      sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(TroubleshootingTest::text)
              .collect(joining());
    }
    String page = Files.readString(root.resolve("docs/operations.md"));
    String symptoms =
        ROW.matcher(page.substring(page.indexOf("## Troubleshooting")))
            .results()
            .map(row -> row.group(1))
            .collect(joining("\n"));
    quoted = QUOTED.matcher(symptoms).results().map(each -> each.group(1)).toList();
  }

  @Test
  void codes_ofTheTable_areThoseOfTheSources() {
    List<String> codes = quoted.stream().filter(CODE.asMatchPredicate()).toList();

    assertThat(codes).contains("LOCK_TIMEOUT", "OOM");
    assertThat(codes).allSatisfy(code -> assertThat(sources).contains('"' + code + '"'));
  }

  @Test
  void messages_ofTheTable_areThoseOfTheSources() {
    List<String> pieces = pieces(quoted);

    assertThat(pieces).hasSizeGreaterThan(5);
    assertThat(pieces).allSatisfy(piece -> assertThat(sources).contains(piece.strip()));
  }

  @Test
  void messages_ofTheWholePage_areThoseOfTheSources() throws Exception {
    String page = Files.readString(Documents.root().resolve("docs/operations.md"));
    String prose = CODE_BLOCK.matcher(page).replaceAll("");
    List<String> texts = QUOTED.matcher(prose).results().map(each -> each.group(1)).toList();

    assertThat(pieces(texts)).anyMatch(piece -> piece.contains("now others answer"));
    assertThat(pieces(texts)).allSatisfy(piece -> assertThat(sources).contains(piece.strip()));
  }

  @Test
  void messages_ofTheReadme_areThoseOfTheSources() throws Exception {
    String page = Files.readString(Documents.root().resolve("README.md"));
    List<String> messages = MESSAGE.matcher(page).results().map(each -> each.group(1)).toList();

    assertThat(pieces(messages)).hasSizeGreaterThan(3);
    assertThat(pieces(messages)).allSatisfy(piece -> assertThat(sources).contains(piece.strip()));
  }

  private static List<String> pieces(List<String> texts) {
    return texts.stream()
        .filter(text -> text.contains("…"))
        .flatMap(text -> Arrays.stream(text.split("…", -1)))
        .filter(piece -> !piece.isBlank())
        .toList();
  }

  private static String text(Path file) {
    try {
      return JOINED_LITERALS.matcher(Files.readString(file)).replaceAll("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
