package org.pipservices3.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What users can see changes only together with the file that lists it. */
class PublicApiTest {
  private static final Path LISTED = Path.of("src/test/resources/public-api.txt");
  private static final Path FOUND = Path.of("target/public-api.txt");

  @Test
  void publicApi_isWhatTheFileLists() throws Exception {
    List<String> found = PublicApi.lines(LayersTest.api().stream());
    Files.write(FOUND, found);
    List<String> listed = Files.readAllLines(LISTED);
    assertThat(found)
        .as(
            "The public API. New:%n%s%nGone:%n%s%nIf that is meant: cp redis/%s redis/%s",
            String.join("\n", without(found, listed)),
            String.join("\n", without(listed, found)),
            FOUND,
            LISTED)
        .isEqualTo(listed);
  }

  private static List<String> without(List<String> lines, List<String> others) {
    List<String> rest = new ArrayList<>(lines);
    rest.removeAll(others);
    return rest;
  }
}
