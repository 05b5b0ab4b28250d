package org.pipservices3.redis.benchmarks.suite;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.pipservices3.redis.benchmarks.contender.Address;
import org.pipservices3.redis.benchmarks.load.ClassPath;

/** LockProcess is the other end of a {@link LockProcessMain}. For one thread. */
final class LockProcess implements AutoCloseable {
  private final Process process;
  private final PrintWriter orders;
  private final BufferedReader answers;

  private LockProcess(Process process) {
    this.process = process;
    this.orders =
        new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), /* autoFlush= */ true);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts several, and waits until all their clients are open. */
  static List<LockProcess> start(int count, Address redis) throws IOException {
    List<LockProcess> started = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        started.add(launch(redis));
      }
      long since = System.nanoTime();
      for (LockProcess each : started) {
        each.awaitReady(since);
      }
      return started;
    } catch (IOException | RuntimeException e) {
      started.forEach(LockProcess::close);
      throw e;
    }
  }

  private static LockProcess launch(Address redis) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ClassPath.java(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            LockProcessMain.class.getName(),
            redis.host(),
            Integer.toString(redis.port()));
    builder.environment().put("CLASSPATH", ClassPath.own());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    return new LockProcess(builder.start());
  }

  /** Its clock must be ours, or its stamps mean nothing here. */
  private void awaitReady(long since) throws IOException {
    String ready = answer(LockProcessMain.READY);
    long theirs = Long.parseLong(ready.trim());
    if (theirs - since < 0 || theirs - System.nanoTime() > 0) {
      throw new IOException("The monotonic clocks of two JVMs differ here");
    }
  }

  /** Has it fight for a key with a contender's client, between two points in time. */
  void fight(String contender, String key, long start, long end) {
    orders.println(String.join("\t", contender, key, Long.toString(start), Long.toString(end)));
  }

  /** When it acquired and began to give back, in turns. */
  long[] stamps() throws IOException {
    String stamps = answer(LockProcessMain.DONE).trim();
    return stamps.isEmpty()
        ? new long[0]
        : Arrays.stream(stamps.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  private String answer(String expected) throws IOException {
    String line = answers.readLine();
    if (line == null || !line.startsWith(expected)) {
      throw new IOException("A process answered: " + line);
    }
    return line.substring(expected.length());
  }

  /** Ends it; it also ends with this JVM, whatever becomes of that. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
