package org.pipservices3.redis.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Small, plausible mistakes, each with the one test that must notice it: one file for each room in
 * {@code src/test/mutants}.
 *
 * <p>A file is a list of paragraphs. The first line of each names the mistake, the second the
 * source, the third the test. What follows are edits: lines that begin with {@code -}, then those
 * that replace them, which begin with {@code +}.
 */
final class Catalogue {
  private static final Path FILES = Path.of("src", "test", "mutants");

  /** One mistake; {@code test} is a class and a method, joined by a dot. */
  record Entry(String name, Mutant mutant, String test) {}

  private Catalogue() {}

  static List<Entry> read() {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.sorted().flatMap(Catalogue::entries).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Entry> entries(Path file) {
    try {
      return Stream.of(Files.readString(file).strip().split("\n\\s*\n")).map(Catalogue::entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Entry entry(String paragraph) {
    List<String> lines = paragraph.lines().toList();
    Map<String, String> edits = new LinkedHashMap<>();
    List<String> old = new ArrayList<>();
    List<String> replacement = new ArrayList<>();
    for (String line : lines.subList(3, lines.size())) {
      if (line.startsWith("-") && !replacement.isEmpty()) {
        edits.put(String.join("\n", old), String.join("\n", replacement));
        old.clear();
        replacement.clear();
      }
      (line.startsWith("-") ? old : replacement).add(line.substring(1).strip());
    }
    edits.put(String.join("\n", old), String.join("\n", replacement));
    return new Entry(lines.get(0), new Mutant(lines.get(1), edits), lines.get(2));
  }
}
