package org.pipservices3.redis.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every runtime dependency is reviewed, and none has a known vulnerability. */
class DependenciesTest {

  private static final String REVIEWED = "a.b:c | 1.2, 1.10.0 | 1.3 | 2026-01-02 | a vulnerability";

  @Test
  void runtimeDependencies_all_areReviewedAndWithoutKnownHoles() throws IOException {
    String resolved = text("/runtime-dependencies.txt");
    assertThat(resolved).contains("redis.clients:jedis:jar:");
    assertThat(new Reviews(text("/reviewed-dependencies.txt").lines()).objections(resolved))
        .isEmpty();
  }

  @Test
  void objections_reviewedVersion_areNone() {
    assertThat(objections("a.b:c:jar:1.10.0:compile")).isEmpty();
  }

  @Test
  void objections_unknownDependency_nameIt() {
    assertThat(objections("a.b:c:jar:1.10.0:compile\n   x.y:z:jar:1.0:runtime -- module z"))
        .contains("x.y:z 1.0 was never reviewed");
  }

  @Test
  void objections_otherVersion_nameIt() {
    assertThat(objections("a.b:c:jar:1.4:compile"))
        .containsExactly("a.b:c was not reviewed in version 1.4");
  }

  @Test
  void objections_versionWithHoles_nameTheLeastThatIsSafe() {
    assertThat(objections("a.b:c:jar:1.2:compile"))
        .containsExactly("a.b:c 1.2 has known vulnerabilities: take 1.3 or later");
  }

  @Test
  void objections_reviewedButNotThere_nameIt() {
    assertThat(objections("")).containsExactly("a.b:c is reviewed, but not there");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a:b", "a:b | 1 | - | today | none", "a:b | 1 | - | 2026-01-02 | ", "a | 1 | -"})
  void reviews_incompleteLine_isRefused(String line) {
    assertThatThrownBy(() -> new Reviews(Stream.of(line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line);
  }

  private static Iterable<String> objections(String resolved) {
    return new Reviews(Stream.of("# a comment", "", REVIEWED)).objections(resolved);
  }

  private static String text(String resource) throws IOException {
    try (InputStream in = DependenciesTest.class.getResourceAsStream(resource)) {
      return new String(Objects.requireNonNull(in, resource).readAllBytes(), UTF_8);
    }
  }
}
