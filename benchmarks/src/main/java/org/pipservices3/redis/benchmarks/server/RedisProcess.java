package org.pipservices3.redis.benchmarks.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.benchmarks.contender.Address;
import redis.embedded.RedisServer;

/**
 * RedisProcess is a Redis server of the benchmarks' own, on a free port of the loopback interface,
 * which keeps nothing on disk: the {@code redis-server} of the PATH, or the one that comes with the
 * library embedded-redis where there is none. The system property {@code redis.server}, {@code
 * path} or {@code embedded}, decides otherwise.
 */
public final class RedisProcess implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final int HIGHEST_PORT = 55_535;
  private static final long PATIENCE = 5;
  private static final String READY = "eady to accept connections";

  private final Process process;
  private final Address address;
  private final Thread ending;

  private RedisProcess(Process process, int port) {
    this.process = process;
    this.address = new Address("127.0.0.1", port);
    this.ending = new Thread(process::destroyForcibly, "end-redis");
    Runtime.getRuntime().addShutdownHook(ending);
  }

  /** A free port may be taken by another process before the server has it: then try another. */
  public static RedisProcess start() throws IOException {
    return start(List.of());
  }

  /** The same, as a node of a cluster that keeps what it knows in this folder. */
  static RedisProcess startNode(Path folder) throws IOException {
    return start(List.of("--cluster-enabled", "yes", "--dir", folder.toString()));
  }

  private static RedisProcess start(List<String> more) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return startOn(freePort(), more);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  public Address address() {
    return address;
  }

  /** Where a program is in the PATH. */
  public static @Nullable Path find(String program) {
    String path = System.getenv("PATH");
    return Stream.of(path == null ? new String[0] : path.split(":"))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      process.destroyForcibly(); // the JVM is ending: the hook does the same
    }
  }

  private static RedisProcess startOn(int port, List<String> more) throws IOException {
    List<String> command = new ArrayList<>(List.of(program().toString()));
    command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--dbfilename", "unused.rdb"));
    command.addAll(more);
    command.addAll(more.isEmpty() ? List.of() : List.of("--cluster-config-file", port + ".conf"));
    RedisProcess server =
        new RedisProcess(new ProcessBuilder(command).redirectErrorStream(true).start(), port);
    try {
      server.awaitReady();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private static Path program() throws IOException {
    String choice = System.getProperty("redis.server", "");
    Path installed = choice.equals("embedded") ? null : find("redis-server");
    if (installed == null && choice.equals("path")) {
      throw new IOException("There is no redis-server in the PATH");
    }
    return installed != null
        ? installed
        : Path.of(RedisServer.newRedisServer().buildCommandArgs().get(0));
  }

  private void awaitReady() throws IOException {
    StringBuilder output = new StringBuilder();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains(READY)) {
        Thread drain = new Thread(() -> drain(lines), "redis-output");
        drain.setDaemon(true);
        drain.start();
        return;
      }
      output.append(System.lineSeparator()).append(line);
    }
    throw new IOException("The Redis server did not start:" + output);
  }

  /** Reads the server's output: otherwise a full pipe would stop the server. */
  private static void drain(Reader output) {
    try {
      output.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // The server has ended.
    }
  }

  /** A node of a cluster also needs the port that is 10,000 above. */
  private static int freePort() throws IOException {
    int port;
    do {
      try (ServerSocket socket =
          new ServerSocket(0, /* backlog= */ 1, InetAddress.getLoopbackAddress())) {
        port = socket.getLocalPort();
      }
    } while (port > HIGHEST_PORT);
    return port;
  }
}
