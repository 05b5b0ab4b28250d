package org.pipservices3.redis.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.tools.ToolProvider;

/**
 * A class of the library with a bug put into its source, so that it can be shown that the checker
 * finds the bug.
 *
 * @param source the class's file, below the module's main sources
 * @param edits texts in it, each of which must be there exactly once, and what replaces them
 */
record Mutant(String source, Map<String, String> edits) {
  private static final Path SOURCES =
      Path.of("src", "main", "java", "org", "pipservices3", "redis");

  /** The class path of the tests, with the broken class before the right one. */
  String classPath(String name) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "proof", "mutants", name));
    String text = Files.readString(SOURCES.resolve(source));
    for (Map.Entry<String, String> edit : edits.entrySet()) {
      int at = text.indexOf(edit.getKey());
      assertThat(at).as("'%s' in %s", edit.getKey(), source).isNotNegative();
      assertThat(text.indexOf(edit.getKey(), at + 1)).as("a second one").isNegative();
      text = text.replace(edit.getKey(), edit.getValue());
    }
    Path file = folder.resolve(Path.of(source).getFileName());
    Files.writeString(file, text);
    String classPath = System.getProperty("java.class.path");
    String[] arguments = {
      "-proc:none", "-nowarn", "-cp", classPath, "-d", folder.toString(), file.toString()
    };
    int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments);
    assertThat(status).as("javac %s", file).isZero();
    return folder + File.pathSeparator + classPath;
  }
}
