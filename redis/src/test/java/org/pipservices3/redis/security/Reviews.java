package org.pipservices3.redis.security;

import java.lang.module.ModuleDescriptor.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The list of dependencies that somebody has looked at, and what differs from it. Immutable. */
final class Reviews {

  private static final Pattern RESOLVED =
      Pattern.compile("([\\w.-]+:[\\w.-]+):jar:([\\w.-]+):(?:compile|runtime)");
  private static final Pattern DATE = Pattern.compile("20\\d\\d-[01]\\d-[0-3]\\d");

  private record Review(List<String> versions, @Nullable String least) {}

  private final Map<String, Review> reviews = new LinkedHashMap<>();

  /** Reads lines of {@code reviewed-dependencies.txt}. */
  Reviews(Stream<String> lines) {
    lines
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(
            line -> {
              String[] cells = line.split(" *\\| *", -1);
              if (cells.length != 5 || cells[4].isBlank() || !DATE.matcher(cells[3]).matches()) {
                throw new IllegalArgumentException("No review: " + line);
              }
              List<String> versions = List.of(cells[1].split(" *, *", -1));
              reviews.put(cells[0], new Review(versions, cells[2].equals("-") ? null : cells[2]));
            });
  }

  /**
   * What is wrong with dependencies as Maven lists them; nothing if all are reviewed, none is older
   * than its least safe version, and nothing is reviewed that is not there.
   */
  List<String> objections(String resolved) {
    List<String> objections = new ArrayList<>();
    TreeSet<String> unused = new TreeSet<>(reviews.keySet());
    Matcher found = RESOLVED.matcher(resolved);
    while (found.find()) {
      String name = found.group(1);
      String version = found.group(2);
      unused.remove(name);
      Review review = reviews.get(name);
      if (review == null) {
        objections.add(name + " " + version + " was never reviewed");
        continue;
      }
      if (!review.versions.contains(version)) {
        objections.add(name + " was not reviewed in version " + version);
      }
      if (review.least != null
          && Version.parse(version).compareTo(Version.parse(review.least)) < 0) {
        objections.add(
            name
                + " "
                + version
                + " has known vulnerabilities: take "
                + review.least
                + " or later");
      }
    }
    unused.forEach(name -> objections.add(name + " is reviewed, but not there"));
    return objections;
  }
}
