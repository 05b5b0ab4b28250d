package org.pipservices3.redis.examples;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** OtherProcess is a second JVM with {@link LockHolderMain}, which locks and releases as told. */
final class OtherProcess implements AutoCloseable {
  private final Process process;
  private final PrintWriter orders;
  private final BufferedReader answers;

  private OtherProcess(Process process) {
    this.process = process;
    this.orders =
        new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), /* autoFlush= */ true);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts it. The address is in its environment, since others may read its arguments. */
  static OtherProcess start(String key, String redisUri) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder = new ProcessBuilder(java, LockHolderMain.class.getName(), key);
    builder.environment().put("CLASSPATH", classPath());
    builder.environment().put(LockHolderMain.URI_VARIABLE, redisUri);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new OtherProcess(builder.start());
  }

  long id() {
    return process.pid();
  }

  /** Returns when the other process holds the lock. */
  void lock() throws IOException {
    orders.println(LockHolderMain.LOCK);
    answer(LockHolderMain.LOCKED);
  }

  /** Returns when the other process has released; the result is when it began to, in µs. */
  long release() throws IOException {
    orders.println(LockHolderMain.RELEASE);
    return Long.parseLong(answer(LockHolderMain.RELEASED));
  }

  @Override
  public void close() {
    process.destroy();
  }

  private String answer(String expected) throws IOException {
    String line = answers.readLine();
    if (line == null || !line.startsWith(expected)) {
      throw new IOException("The other process should have said " + expected + " but said " + line);
    }
    return line.substring(expected.length());
  }

  /** The class path of this example, which Maven runs with a class loader of its own. */
  private static String classPath() {
    return OtherProcess.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(OtherProcess::path)
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  private static String path(URL url) {
    return Path.of(URI.create(url.toString())).toString();
  }
}
