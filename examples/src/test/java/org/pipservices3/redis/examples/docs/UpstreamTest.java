package org.pipservices3.redis.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is offered to the toolkit's site is the code of the tutorial, piece by piece. */
class UpstreamTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```[a-z]+\\n.*?^```\\n");

  private final Path docs = Documents.root().resolve("docs");

  @Test
  void files_areTheBlocksOfTheTutorialInOrder() throws Exception {
    List<String> files = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      files.add(Files.readString(docs.resolve("upstream/__code" + i + "_java.md")));
    }
    String tutorial = Files.readString(docs.resolve("tutorial.md"));
    assertThat(files).isEqualTo(BLOCK.matcher(tutorial).results().map(MatchResult::group).toList());
  }

  @Test
  void folder_hasNoOtherFiles() throws Exception {
    try (Stream<Path> files = Files.list(docs.resolve("upstream"))) {
      assertThat(files).hasSize(17);
    }
  }
}
