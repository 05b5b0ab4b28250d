package org.pipservices3.redis.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A foreign client: Node with the driver that the Node module of the family uses, from npm.
 *
 * <p>Installed once into the build's target folder. Where there is no Node its tests are skipped;
 * with CI=true they fail instead.
 */
final class NodeSibling {

  private static final String DRIVER = "redis@3.1.2";
  private static final Path HOME = Path.of("target", "node-interop").toAbsolutePath();
  private static final Path SCRIPT = Path.of("src", "test", "node", "sibling.js").toAbsolutePath();

  private final int port;

  private NodeSibling(int port) {
    this.port = port;
  }

  /** A sibling on the Redis at this port; skips the test where Node is missing. */
  static NodeSibling on(int port) throws IOException {
    boolean mustRun = "true".equals(System.getenv("CI"));
    for (String tool : List.of("node", "npm")) {
      boolean found = isThere(tool);
      if (mustRun) {
        assertThat(found).as(tool + " is needed in CI").isTrue();
      }
      assumeTrue(found, tool + " is not installed: no foreign client to test against");
    }
    if (!Files.isDirectory(HOME.resolve("node_modules").resolve("redis"))) {
      Files.createDirectories(HOME);
      run(
          List.of(
              "npm", "install", "--no-audit", "--no-fund", "--prefix", HOME.toString(), DRIVER));
    }
    Files.copy(SCRIPT, HOME.resolve("sibling.js"), StandardCopyOption.REPLACE_EXISTING);
    return new NodeSibling(port);
  }

  void store(String key, String json, long timeout) throws IOException {
    assertThat(call("store", key, json, Long.toString(timeout))).isEqualTo("stored");
  }

  /** The value as Node writes it in JSON; the text null where there is none. */
  String retrieve(String key) throws IOException {
    return call("retrieve", key);
  }

  boolean acquire(String key, String token, long ttl) throws IOException {
    return Boolean.parseBoolean(call("acquire", key, token, Long.toString(ttl)));
  }

  boolean release(String key, String token) throws IOException {
    return Boolean.parseBoolean(call("release", key, token));
  }

  private String call(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("node");
    command.add(HOME.resolve("sibling.js").toString());
    command.add(Integer.toString(port));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private static boolean isThere(String tool) {
    try {
      run(List.of(tool, "--version"));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new AssertionError(command + " failed: " + said);
      }
      return said.trim();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
    }
  }
}
