package org.pipservices3.redis.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A class that had moved to another room was mutated no longer, and nobody noticed. */
class PitTargetsTest {
  private static final Path CLASSES = Path.of("target", "classes");
  private static final Pattern TARGET = Pattern.compile("<(?:target|excluded)Class>([\\w.*]+)</");

  static List<String> targets() throws IOException {
    return TARGET
        .matcher(Files.readString(Path.of("pom.xml")))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void target_ofTheProfilePit_isThere(String target) throws IOException {
    Pattern name = Pattern.compile(target.replace(".", "/").replace("*", ".*") + "\\.class");
    try (Stream<Path> files = Files.walk(CLASSES)) {
      assertThat(files.map(file -> CLASSES.relativize(file).toString().replace('\\', '/')))
          .anyMatch(name.asMatchPredicate());
    }
  }
}
