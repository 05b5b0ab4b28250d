package org.pipservices3.redis.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.embedded.RedisServer;

/**
 * EmbeddedRedis is a Redis server of the example's own, on a free port of this machine only, which
 * keeps nothing on disk.
 *
 * <p>The library embedded-redis brings the program. It would start and stop it as well, but stops
 * it in a shutdown hook: on SIGTERM that may come before the service has closed its connections.
 */
final class EmbeddedRedis implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final long PATIENCE = 5;

  private final Process process;
  private final int port;

  private EmbeddedRedis(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** A free port may be taken by another process before the server has it: then try another. */
  static EmbeddedRedis start() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return startOn(freePort());
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  static EmbeddedRedis startOn(int port) throws IOException {
    List<String> command =
        RedisServer.newRedisServer()
            .port(port)
            .setting("save \"\"")
            .setting("appendonly no")
            .buildCommandArgs();
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(Path.of(command.get(0)).getParent().toFile());
    EmbeddedRedis server = new EmbeddedRedis(builder.start(), port);
    try {
      server.awaitReady();
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private void awaitReady() throws IOException {
    StringBuilder output = new StringBuilder();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains("eady to accept connections")) {
          return;
        }
        output.append(System.lineSeparator()).append(line);
      }
    }
    throw new IOException("The embedded Redis server did not start:" + output);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket =
        new ServerSocket(0, /* backlog= */ 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
