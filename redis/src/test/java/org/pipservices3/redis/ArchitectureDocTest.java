package org.pipservices3.redis;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md shows the rooms that are there, what they use, and classes that exist. */
class ArchitectureDocTest {
  private static final Path PAGE = Path.of("..", "ARCHITECTURE.md");
  private static final Path MAIN = Path.of("src/main/java/org/pipservices3/redis");
  private static final Path TESTS = Path.of("src/test/java/org/pipservices3/redis");

  private static final Pattern PICTURE = Pattern.compile("(?s)```mermaid\\n(.*?)```");
  private static final Pattern NODE = Pattern.compile("(\\w+)\\[\"([\\w/]+)<br/>");
  private static final Pattern ARROWS = Pattern.compile("(\\w+) --> ([\\w &]+)");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z/]+)` \\| `(\\w+)` \\|");
  private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)");

  private static String page = "";
  private static String picture = "";

  @BeforeAll
  static void readPage() throws IOException {
    page = Files.readString(PAGE);
    picture = found(PICTURE, page).get(0).group(1);
  }

  @Test
  void picture_itsRooms_areThePackages() throws IOException {
    assertThat(nodes().values()).containsExactlyInAnyOrderElementsOf(packages());
  }

  @Test
  void picture_itsArrows_areUses() {
    arrows().forEach((room, used) -> assertThat(uses(room)).as(room).containsAll(used));
  }

  @Test
  void picture_everyUse_isReachedByArrows() {
    nodes().values().forEach(room -> assertThat(reached(room)).as(room).containsAll(uses(room)));
  }

  @Test
  void table_hasARowForEveryPackage_withAClassOfIt() throws IOException {
    List<MatchResult> rows = found(ROW, page);

    assertThat(rows)
        .extracting(row -> row.group(1))
        .containsExactlyInAnyOrderElementsOf(packages());
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(MAIN.resolve(row.group(1)).resolve(row.group(2) + ".java")).exists());
  }

  @Test
  void page_everyClassThatItNames_isThere() throws IOException {
    Set<String> classes = new HashSet<>(Set.of("ConfigException"));
    for (Path root : List.of(MAIN, TESTS)) {
      try (Stream<Path> files = Files.walk(root)) {
        files.forEach(file -> classes.add(file.getFileName().toString().replace(".java", "")));
      }
    }

    assertThat(found(CLASS, page).stream().map(name -> name.group(1)))
        .hasSizeGreaterThan(20)
        .allSatisfy(name -> assertThat(classes).contains(name));
  }

  /** The folders that are packages, but for the root. */
  private static Set<String> packages() throws IOException {
    try (Stream<Path> files = Files.walk(MAIN)) {
      return files
          .filter(file -> file.endsWith("package-info.java"))
          .map(file -> MAIN.relativize(file.getParent()).toString().replace('\\', '/'))
          .filter(folder -> !folder.isEmpty())
          .collect(toSet());
    }
  }

  private static Map<String, String> nodes() {
    Map<String, String> nodes = new TreeMap<>();
    found(NODE, picture).forEach(node -> nodes.put(node.group(1), node.group(2)));
    return nodes;
  }

  private static Map<String, Set<String>> arrows() {
    Map<String, Set<String>> arrows = new TreeMap<>();
    for (MatchResult arrow : found(ARROWS, picture)) {
      Stream.of(arrow.group(2).trim().split(" & ", -1))
          .forEach(
              target ->
                  arrows
                      .computeIfAbsent(room(arrow.group(1)), unused -> new TreeSet<>())
                      .add(room(target)));
    }
    return arrows;
  }

  private static String room(String node) {
    String room = nodes().get(node);
    assertThat(room).as(node).isNotNull();
    return room;
  }

  private static Set<String> uses(String room) {
    return LayersTest.USES.getOrDefault(room.replace('/', '.'), Set.of()).stream()
        .map(used -> used.replace('.', '/'))
        .collect(toSet());
  }

  private static Set<String> reached(String room) {
    Set<String> reached = new HashSet<>();
    arrows()
        .getOrDefault(room, Set.of())
        .forEach(
            used -> {
              reached.add(used);
              reached.addAll(reached(used));
            });
    return reached;
  }

  private static List<MatchResult> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }
}
