package org.pipservices3.redis.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The walk-through, on a server of its own and on one that others use too. */
class MainIT {
  private static final Pattern BRACKETED = Pattern.compile("\\[(\\w+\\.java)]");
  private static final Path SOURCES = Path.of("..").resolve(Main.SOURCES);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void run_noServerNamed_walksThroughOnAnEmbeddedOne() {
    assertThat(run(Map.of())).as(this::output).isEqualTo(Main.DONE);

    assertThat(output())
        .contains("on an embedded Redis server at 127.0.0.1:")
        .containsPattern("delete greeting: how many were removed +1")
        .containsPattern("second waits for it, 300 ms at most +LOCK_TIMEOUT after \\d+ ms")
        .containsPattern("without a lock +counter +\\d+, lost +[1-9]\\d*,")
        .containsPattern("with the lock +counter +400, lost +0,")
        .containsPattern("retrieve, load, store +\\d+ queries, slowest answer \\d+ ms")
        .containsPattern("retrieveOrLoad +1 query, slowest answer \\d+ ms")
        .containsPattern("retrieve, load, store: cached afterwards +10")
        .containsPattern("retrieveOrLoad: cached afterwards +null")
        .containsPattern("load, as another process would +State\\[file=orders.csv, lines=100\\]")
        .containsPattern("one read with the near cache +\\S+ µs")
        .containsPattern("another client changes it: near cache +Norge")
        .containsPattern("process \\d+ releases: locked here after +\\d+ µs")
        .containsPattern("its holder is told +after \\d+ ms")
        .containsPattern("first extends its lease +false")
        .containsPattern("retrieve weather, next call +null after \\S+ ms")
        .containsPattern("store weather until it works +true")
        .containsPattern("retrieve weather +rainy")
        .contains("Every step did what it should.")
        .contains("The service has closed.");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(BRACKETED.matcher(output()).results().map(named -> named.group(1)).distinct())
        .hasSize(Descriptors.STEPS.size())
        .allSatisfy(file -> assertThat(SOURCES.resolve(file)).isRegularFile());
  }

  @Test
  void run_uriNamed_usesThatServerAndLeavesNothingThere() throws Exception {
    try (TestServer server = new TestServer()) {
      assertThat(run(Map.of("REDIS_SERVICE_URI", server.uri())))
          .as(this::output)
          .isEqualTo(Main.DONE);

      assertThat(output()).contains("on the Redis server at 127.0.0.1:" + server.port());
      assertThat(output()).contains("it is not stopped");
      assertThat(server.keys()).isEmpty();
      await().until(server::clients, clients -> clients == 0);
    }
  }

  @Test
  void run_hostAndPortNamed_usesThatServer() throws Exception {
    try (TestServer server = new TestServer()) {
      Map<String, String> environment =
          Map.of(
              "REDIS_SERVICE_HOST",
              "localhost",
              "REDIS_SERVICE_PORT",
              Integer.toString(server.port()));

      assertThat(run(environment)).as(this::output).isEqualTo(Main.DONE);

      assertThat(output()).contains("on the Redis server at localhost:" + server.port());
      assertThat(server.keys()).isEmpty();
    }
  }

  @Test
  void run_serverGone_failsAndSaysWhere() throws Exception {
    int port;
    try (TestServer server = new TestServer()) {
      port = server.port();
    }

    int status = run(Map.of("REDIS_SERVICE_URI", "redis://:secret@127.0.0.1:" + port));

    assertThat(status).isEqualTo(Main.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("The example failed: ")
        .contains("127.0.0.1:" + port)
        .doesNotContain("secret");
  }

  @Test
  void run_unknownArgument_tellsUsage() {
    assertThat(run(Map.of(), "server")).isEqualTo(Main.MISUSED);
    assertThat(run(Map.of(), "serve", "serve")).isEqualTo(Main.MISUSED);

    assertThat(out.size()).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("Usage: ");
  }

  private int run(Map<String, String> environment, String... args) {
    return new Main(environment, printTo(out), printTo(err)).run(args);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
  }

  private static PrintStream printTo(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, /* autoFlush= */ true, StandardCharsets.UTF_8);
  }
}
