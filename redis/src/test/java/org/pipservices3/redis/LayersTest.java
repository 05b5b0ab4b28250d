package org.pipservices3.redis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Comparator.comparing;
import static java.util.Map.entry;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rooms of the module, what each may use, and the few types that users see. */
class LayersTest {

  private static final String ROOT = "org.pipservices3.redis";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final int MOST_LINES = 250;
  private static final int MOST_SOURCES = 25;

  /** From low to high: what each room uses beside {@code RedisException}. */
  static final Map<String, Set<String>> USES =
      Map.ofEntries(
          entry("internal.errors", Set.of()),
          entry("internal.threads", Set.of()),
          entry("internal.json", internal("errors")),
          entry("internal.config", internal("errors")),
          entry("internal.wire", internal("errors", "config")),
          entry("internal.pipeline", internal("errors", "threads", "wire")),
          entry("internal.topology", internal("errors", "threads", "config", "wire", "pipeline")),
          entry("internal.tracking", internal("errors", "threads", "wire", "pipeline", "topology")),
          entry("internal.waiting", internal("tracking")),
          entry(
              "internal.command",
              internal("errors", "threads", "config", "wire", "pipeline", "topology")),
          entry("internal.component", internal("errors", "config", "tracking", "command")),
          entry(
              "connect",
              internal("errors", "config", "topology", "tracking", "command", "component")),
          entry("internal.lookup", internal("errors", "tracking", "command", "component", "json")),
          entry(
              "internal.loading",
              internal("errors", "threads", "config", "tracking", "command", "json", "lookup")),
          entry(
              "cache",
              component(
                  "connect",
                  "internal.json",
                  "internal.tracking",
                  "internal.loading",
                  "internal.lookup")),
          entry("lock", component("connect", "internal.waiting")),
          entry("state", component("connect", "internal.json")),
          entry("build", Set.of("cache", "connect", "lock", "state")));

  private static final List<String> WITHOUT_THE_DRIVER =
      List.of(
          "internal.threads",
          "internal.json",
          "internal.waiting",
          "internal.component",
          "internal.lookup",
          "internal.loading",
          "connect",
          "cache",
          "lock",
          "state",
          "build");

  private static Set<String> internal(String... rooms) {
    return Stream.of(rooms).map(room -> "internal." + room).collect(toSet());
  }

  private static Set<String> component(String... more) {
    return Stream.concat(
            internal("errors", "config", "command", "component").stream(), Stream.of(more))
        .collect(toSet());
  }

  static Set<String> rooms() {
    return new TreeSet<>(USES.keySet());
  }

  /** The types that users see, by name. */
  static List<Class<?>> api() {
    return api(MAIN)
        .sorted(comparing(JavaClass::getName))
        .<Class<?>>map(JavaClass::reflect)
        .toList();
  }

  static Stream<JavaClass> api(JavaClasses classes) {
    return classes.stream().filter(LayersTest::isApi);
  }

  private static boolean isApi(JavaClass type) {
    boolean open =
        type.getModifiers().contains(JavaModifier.PUBLIC)
            || type.getModifiers().contains(JavaModifier.PROTECTED);
    return open
        && !room(type).startsWith("internal")
        && type.getEnclosingClass().map(LayersTest::isApi).orElse(true);
  }

  @Test
  void rooms_areThoseOfTheTable() {
    Set<String> rooms = MAIN.stream().map(LayersTest::room).collect(toSet());
    assertThat(rooms).isEqualTo(Stream.concat(rooms().stream(), Stream.of("")).collect(toSet()));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void room_usesWhatTheTableSays(String room) throws IOException {
    Set<String> used =
        MAIN.stream()
            .filter(type -> room(type).equals(room))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(use -> use.getTargetClass().getBaseComponentType())
            .map(LayersTest::room)
            .collect(toSet());
    used.addAll(imported(room));
    used.removeAll(Set.of(room, ""));
    assertThat(used).isEqualTo(USES.get(room));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void room_saysWhatItUses(String room) throws IOException {
    String text = Files.readString(folder(room).resolve("package-info.java"));
    List<String> uses = found(" Uses ([^.]*)\\. ", text.replaceAll("[\\s*]+", " "));
    assertThat(uses).as("what begins with \"Uses\" in %s", text).hasSize(1);
    assertThat(found("\\{@code (\\w+)}", uses.get(0)))
        .containsExactlyInAnyOrderElementsOf(
            USES.get(room).stream().map(other -> other.replace("internal.", "")).toList());
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void longClass_saysWhyItIs(String room) throws IOException {
    for (Path file : sources(room)) {
      String text = Files.readString(file);
      if (text.lines().count() > MOST_LINES) {
        String words = text.replaceAll("[\\s*]+", " ");
        assertThat(words).as("%s", file).containsPattern("(?i)longer than other");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void room_canBeOverlooked(String room) throws IOException {
    assertThat(sources(room)).hasSizeLessThanOrEqualTo(MOST_SOURCES);
  }

  @Test
  void rooms_haveNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void driver_isKnownToRoomsBelowComponentsOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(
            WITHOUT_THE_DRIVER.stream().map(room -> ROOT + "." + room).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("redis.clients..")
        .check(MAIN);
    assertThat(MAIN).anyMatch(LayersTest::usesJedis);
  }

  @Test
  void container_isNotNeeded() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.pipservices3.container..", "redis.embedded..")
        .check(MAIN);
  }

  @Test
  void publicMethodsOfTheApi_nameNothingInternal() {
    assertThat(api(MAIN))
        .flatExtracting(JavaClass::getAllMethods)
        .filteredOn(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
        .flatExtracting(JavaMethod::getAllInvolvedRawTypes)
        .filteredOn(type -> room(type).startsWith("internal"))
        .isEmpty();
  }

  @Test
  void packages_areNullMarked() {
    for (String room : rooms()) {
      assertThat(MAIN.getPackage(ROOT + "." + room).isAnnotatedWith(NullMarked.class))
          .as(room)
          .isTrue();
    }
    assertThat(MAIN.getPackage(ROOT).isAnnotatedWith(NullMarked.class)).isTrue();
  }

  /** A package without the root's name; empty for the root itself and for what is not ours. */
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1) : "";
  }

  /** Constants leave no trace in class files, and links in Javadoc do not either. */
  private static Set<String> imported(String room) throws IOException {
    String imports = "(?m)^import (?:static )?" + ROOT + "\\.([a-z.]*)\\.[A-Z]";
    Set<String> imported = new TreeSet<>();
    for (Path file : sources(room)) {
      imported.addAll(found(imports, Files.readString(file)));
    }
    return imported;
  }

  private static List<Path> sources(String room) throws IOException {
    try (Stream<Path> files = Files.list(folder(room))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static List<String> found(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(each -> each.group(1)).toList();
  }

  private static Path folder(String room) {
    return Path.of("src/main/java", (ROOT + "." + room).replace('.', '/'));
  }

  private static boolean usesJedis(JavaClass type) {
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(use -> use.getTargetClass().getPackageName().startsWith("redis.clients"));
  }
}
