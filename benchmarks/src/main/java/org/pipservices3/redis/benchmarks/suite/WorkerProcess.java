package org.pipservices3.redis.benchmarks.suite;

import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.load.ClassPath;

/** WorkerProcess is a JVM of its own that obeys this one line by line. For one thread. */
final class WorkerProcess implements AutoCloseable {
  /** What the JVM says, with its clock, once its clients are open. */
  static final String READY = "ready ";

  /** What it says, with figures, when it has done what it was told. */
  static final String DONE = "done ";

  private final Process process;
  private final PrintWriter orders;
  private final BufferedReader answers;

  private WorkerProcess(Process process) {
    this.process = process;
    this.orders =
        new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), /* autoFlush= */ true);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts several, and waits until all their clients are open. */
  static List<WorkerProcess> start(Class<?> main, int count, Address redis) throws IOException {
    List<WorkerProcess> started = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        started.add(launch(main, redis));
      }
      long since = System.nanoTime();
      for (WorkerProcess each : started) {
        each.awaitReady(since);
      }
      return started;
    } catch (IOException | RuntimeException e) {
      started.forEach(WorkerProcess::close);
      throw e;
    }
  }

  private static WorkerProcess launch(Class<?> main, Address redis) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ClassPath.java(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            main.getName(),
            redis.host(),
            Integer.toString(redis.port()));
    builder.environment().put("CLASSPATH", ClassPath.own());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return new WorkerProcess(builder.start());
  }

  /** Checks that both JVMs read the same clock; otherwise its times mean nothing here. */
  private void awaitReady(long since) throws IOException {
    String ready = answer(READY);
    long theirs = Long.parseLong(ready.trim());
    if (theirs - since < 0 || theirs - System.nanoTime() > 0) {
      throw new IOException("The monotonic clocks of two JVMs differ here");
    }
  }

  void order(Object... parts) {
    orders.println(Stream.of(parts).map(Object::toString).collect(joining("\t")));
  }

  /** The figures of the last order. */
  long[] figures() throws IOException {
    String figures = answer(DONE.trim()).trim();
    return figures.isEmpty()
        ? new long[0]
        : Arrays.stream(figures.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  private String answer(String expected) throws IOException {
    String line = answers.readLine();
    if (line == null || !line.startsWith(expected)) {
      throw new IOException("A process answered: " + line);
    }
    return line.substring(expected.length());
  }

  /** Ends it; it also ends with this JVM, however that ends. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
