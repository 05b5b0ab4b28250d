package org.pipservices3.redis.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README's table of what is tested names what .ci/run runs, and nothing else. */
class TestedWithTest {
  private static final Pattern BOOT =
      Pattern.compile("<artifactId>spring-boot-starter-parent</artifactId>\\s*<version>(.*?)<");
  private final Path root = Documents.root();

  @Test
  void boot_versions_areThoseOfTheConsumers() throws Exception {
    assertThat(versions(column(4))).isEqualTo(bootVersions());
  }

  @Test
  void toolkit_versions_areThoseOfTheTwoBuilds() throws Exception {
    String pom = Files.readString(root.resolve("pom.xml"));
    Set<String> built =
        found(Pattern.compile("<pip\\.(?:commons|components)\\.version>(.*?)<"), pom);
    assertThat(versions(column(3))).isEqualTo(built);
  }

  @Test
  void servers_areThoseOfTheStages() throws Exception {
    String run = Files.readString(root.resolve(".ci/run"));
    String stages =
        run.lines().filter(line -> line.startsWith("stage ")).collect(Collectors.joining());
    assertThat(column(1)).contains("Redis 8.0", "Valkey 8.1");
    assertThat(stages)
        .contains("Redis 8.0", "Valkey 8.1", "embedded Redis", "redis-server of the PATH");
    assertThat(Files.readString(root.resolve(".ci/servers"))).contains("redis-8.0", "valkey-8.1");
  }

  private List<String> column(int index) throws IOException {
    String page = Files.readString(root.resolve("README.md"));
    String table =
        page.substring(page.indexOf("| JDK | server |"), page.indexOf("## Two commands"));
    return table
        .lines()
        .skip(2)
        .filter(line -> line.startsWith("|"))
        .map(line -> line.split("\\|", -1)[index + 1].strip())
        .toList();
  }

  private Set<String> bootVersions() throws IOException {
    Set<String> versions = new TreeSet<>();
    try (Stream<Path> files = Files.walk(root.resolve(".ci/consumers"), 2)) {
      for (Path pom : files.filter(file -> file.endsWith("pom.xml")).toList()) {
        versions.addAll(found(BOOT, Files.readString(pom)));
      }
    }
    return versions;
  }

  private static Set<String> versions(List<String> cells) {
    return found(Pattern.compile("(\\d[\\d.]*)"), String.join(" ", cells));
  }

  private static Set<String> found(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
