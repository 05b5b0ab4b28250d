package org.pipservices3.redis.examples.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Documents are the project's Markdown files for its users: README.md and those of docs/. */
final class Documents {
  private static final Pattern FENCE = Pattern.compile("(?ms)^ *```([a-z]*)\\n(.*?)^ *```$");

  private Documents() {}

  /** The project's root: the nearest folder above this module that has the tutorial. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/tutorial.md"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no docs/tutorial.md above the module");
    }
    return folder;
  }

  static List<Path> all() throws IOException {
    List<Path> documents = new ArrayList<>();
    if (Files.exists(root().resolve("README.md"))) {
      documents.add(root().resolve("README.md"));
    }
    try (Stream<Path> files = Files.walk(root().resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
    }
    return documents;
  }

  /** The fenced blocks of one language in a document, in its order, without their indentation. */
  static List<String> blocks(Path document, String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher fence = FENCE.matcher(Files.readString(document));
    while (fence.find()) {
      if (fence.group(1).equals(language)) {
        blocks.add(MarkedRegions.withoutMargin(fence.group(2).lines().toList()));
      }
    }
    return blocks;
  }
}
