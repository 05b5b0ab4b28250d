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
        .withFailMessage(
            "The public API is another.%nNew:%n%s%nGone:%n%s%nIf that is meant: cp redis/%s"
                + " redis/%s",
            without(found, listed), without(listed, found), FOUND, LISTED)
        .isEqualTo(listed);
  }

  private static String without(List<String> lines, List<String> others) {
    List<String> rest = withTypes(lines);
    rest.removeAll(withTypes(others));
    return String.join("\n", rest);
  }

  /** Members are indented below their type: each gets its name. */
  private static List<String> withTypes(List<String> lines) {
    List<String> named = new ArrayList<>();
    String type = "";
    for (String line : lines) {
      boolean member = line.startsWith(" ");
      type =
          member ? type : line.replaceAll(".*?(?:class|interface|enum|record) ([\\w.$]+).*", "$1");
      named.add(member ? type + ": " + line.strip() : line);
    }
    return named;
  }
}
