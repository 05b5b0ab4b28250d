package org.pipservices3.redis.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each mistake of the {@link Catalogue} is noticed by its test, and only by the mistake: without
 * one all these tests pass.
 *
 * <p>Every mistake has a process of its own; twice as many run side by side as there are
 * processors. {@code -Dmutants=WORD} picks those with the word in their source or name.
 */
class MutantsCheck {
  private static final int PATIENCE_SECONDS = 90;

  /** Twice as many as processors: most tests wait most of the time. */
  private static final ExecutorService WORKERS =
      Executors.newFixedThreadPool(2 * Runtime.getRuntime().availableProcessors());

  private static final AtomicInteger STARTED = new AtomicInteger();

  @AfterAll
  static void stop() {
    WORKERS.shutdownNow();
  }

  @Test
  void tests_withoutAMistake_pass() throws Exception {
    List<String> tests = picked().stream().map(Catalogue.Entry::test).distinct().toList();
    assertThat(tests).isNotEmpty();
    Path output = Files.createDirectories(Path.of("target", "mutants")).resolve("right.txt");
    Process process = start(System.getProperty("java.class.path"), tests, output);
    assertThat(process.waitFor(tests.size() * 30L, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isEqualTo(NamedTest.PASSED);
  }

  @TestFactory
  Stream<DynamicTest> mistakes() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Catalogue.Entry entry : picked()) {
      Future<Boolean> noticed = WORKERS.submit(() -> isNoticed(entry));
      tests.add(
          DynamicTest.dynamicTest(
              entry.name(), () -> assertThat(noticed.get()).as(entry.test()).isTrue()));
    }
    return tests.stream();
  }

  private static List<Catalogue.Entry> picked() {
    String word = System.getProperty("mutants", "");
    return Catalogue.read().stream()
        .filter(each -> (each.mutant().source() + " " + each.name()).contains(word))
        .toList();
  }

  private static boolean isNoticed(Catalogue.Entry entry) throws Exception {
    String folder = entry.name().replaceAll("\\W+", "-");
    String classPath = entry.mutant().classPath(folder);
    Path output = Path.of("target", "mutants", folder, "output.txt");
    Process process = start(classPath, List.of(entry.test()), output);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      return true;
    }
    assertThat(process.exitValue())
        .as(Files.readString(output))
        .isIn(NamedTest.PASSED, NamedTest.FAILED);
    return process.exitValue() == NamedTest.FAILED;
  }

  private static Process start(String classPath, List<String> tests, Path output)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+EnableDynamicAgentLoading"));
    command.add("-Dtests.fork=" + STARTED.incrementAndGet()); // for ports that differ
    command.add("-Dredis.server=" + System.getProperty("redis.server", ""));
    command.addAll(List.of("-cp", classPath, NamedTest.class.getName()));
    command.addAll(tests);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(new File(output.toString()))
        .start();
  }
}
