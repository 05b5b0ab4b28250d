package org.pipservices3.redis.examples.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * MarkedRegions are the pieces of Java sources that documents show, by their names.
 *
 * <p>A region lies between two comments that have a line each: {@code // document:piece} and {@code
 * // end}. Its text has no common indentation and no blank lines around it.
 */
final class MarkedRegions {
  private static final Pattern START = Pattern.compile("\\s*// ([a-z0-9-]+:[a-z0-9-]+)");
  private static final Pattern END = Pattern.compile("\\s*// end");

  private final Map<String, String> regions = new LinkedHashMap<>();

  private MarkedRegions() {}

  /** Finds the regions of all Java files in and under a folder. */
  static MarkedRegions under(Path folder) throws IOException {
    MarkedRegions found = new MarkedRegions();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        found.addThoseOf(file);
      }
    }
    return found;
  }

  /** The texts of the regions by their names. */
  Map<String, String> byName() {
    return regions;
  }

  private void addThoseOf(Path file) throws IOException {
    @Nullable String name = null;
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Matcher start = START.matcher(line);
      if (start.matches()) {
        require(name == null, file, "has no end before " + start.group(1));
        name = start.group(1);
        lines.clear();
      } else if (name != null && END.matcher(line).matches()) {
        require(!regions.containsKey(name), file, "has a second " + name);
        regions.put(name, withoutMargin(lines));
        name = null;
      } else {
        lines.add(line);
      }
    }
    require(name == null, file, "has no end of " + name);
  }

  /** The lines without the indentation that all of them have, and without blank ones around. */
  static String withoutMargin(List<String> lines) {
    return String.join("\n", lines).stripTrailing().stripIndent().strip();
  }

  private static void require(boolean holds, Path file, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(file + " " + otherwise);
    }
  }
}
