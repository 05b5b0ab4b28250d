package org.pipservices3.redis.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Another JVM that uses the same Redis, which a test may ask, stop, continue and kill. */
final class Worker implements AutoCloseable {

  private static final long PATIENCE = 30;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private Worker(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "worker-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts {@link WorkerMain} in this role; the key and the number are the role's. */
  static Worker start(int port, String role, String key, long number) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(WorkerMain.class.getName());
    command.addAll(List.of(Integer.toString(port), role, key, Long.toString(number)));
    try {
      return new Worker(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The rest of the next line, which must start with this word. */
  String expect(String word) throws InterruptedException {
    String line = lines.poll(PATIENCE, TimeUnit.SECONDS);
    assertThat(line).as("of the other JVM, followed by %s", lines).isNotNull().startsWith(word);
    return line.substring(word.length()).strip();
  }

  /** Whether it has said nothing that was not yet expected. */
  boolean isSilent() {
    return lines.isEmpty();
  }

  /** Asks it to say something. */
  void ask() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
  }

  /** Sends it a signal: {@code KILL}, {@code STOP} or {@code CONT}. */
  void signal(String name) throws IOException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.onExit().join().exitValue()).as("kill -%s", name).isZero();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // Killed.
    }
  }
}
