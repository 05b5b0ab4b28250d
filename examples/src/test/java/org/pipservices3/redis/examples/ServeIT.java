package org.pipservices3.redis.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The service in a process of its own, which is told to end as an operating system does it. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no SIGTERM")
class ServeIT {
  private static final int ENDED_BY_SIGTERM = 128 + 15;
  private static final Pattern PORT = Pattern.compile("embedded Redis server at 127.0.0.1:(\\d+)");

  private Process process;

  @AfterEach
  void endProcess() {
    process.destroyForcibly();
  }

  @Test
  void serve_sigterm_closesAndLeavesNoClient() throws Exception {
    try (TestServer server = new TestServer()) {
      BufferedReader output = serve(Map.of("REDIS_SERVICE_URI", server.uri()));
      assertThat(linesUntil("Press Ctrl-C to close it.", output)).isNotEmpty();
      assertThat(server.clients()).isPositive();

      process.toHandle().destroy();

      assertThat(output.lines()).containsExactly("The service has closed.");
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isIn(0, ENDED_BY_SIGTERM);
      await().until(server::clients, clients -> clients == 0);
      assertThat(server.keys()).isEmpty();
    }
  }

  @Test
  void serve_sigtermOnEmbeddedServer_stopsTheServerToo() throws Exception {
    BufferedReader output = serve(Map.of());
    String opening = linesUntil("Press Ctrl-C to close it.", output);
    Matcher port = PORT.matcher(opening);
    assertThat(port.find()).as(opening).isTrue();

    process.toHandle().destroy();

    assertThat(output.lines()).containsExactly("The service has closed.");
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> connect(Integer.parseInt(port.group(1))));
  }

  private BufferedReader serve(Map<String, String> server) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                Main.class.getName(),
                "serve")
            .redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeAll(List.of("REDIS_SERVICE_URI", "REDIS_SERVICE_HOST", "REDIS_SERVICE_PORT"));
    builder.environment().putAll(server);
    process = builder.start();
    return process.inputReader(StandardCharsets.UTF_8);
  }

  private static String linesUntil(String last, BufferedReader output) throws IOException {
    StringBuilder lines = new StringBuilder();
    String line;
    do {
      line = output.readLine();
      assertThat(line).as("after %s", lines).isNotNull();
      lines.append(line).append('\n');
    } while (!line.equals(last));
    return lines.toString();
  }

  private static void connect(int port) throws IOException {
    new Socket(InetAddress.getLoopbackAddress(), port).close();
  }
}
