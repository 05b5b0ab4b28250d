package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;
import static org.pipservices3.redis.fixture.Failures.textOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.UnauthorizedException;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Certificates;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Ports;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.RedisLock;

/** Why a component does not open, and that nothing stays open when it does not. */
@Timeout(60)
class OpenErrorsIT {

  private static final String PASSWORD = "0p3n-s3s4m3";
  private static final String WRONG = "wr0ng-s3s4m3";

  private static RedisServer server;

  private final Components components = new Components(Target.of(server));

  @TempDir private Path folder;

  @BeforeAll
  static void startServer() {
    server = RedisServer.start("requirepass " + PASSWORD, "user bob on >" + PASSWORD + " ~* +@all");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void nothingStaysOpen() throws ApplicationException {
    components.close();
    try (RawRedis raw = RawRedis.connect("localhost", server.port(), "default", PASSWORD)) {
      await().untilAsserted(() -> assertThat(raw.clients()).isEmpty());
    }
  }

  @Test
  void open_nothingListens_isCannotConnectNamingHostAndPort() throws ApplicationException {
    int port = Ports.free();
    ApplicationException error =
        assertRefused(
            prepare("connection.port", port, "options.retries", 0), ConnectionException.class);
    assertThat(error.getCode()).isEqualTo("CANNOT_CONNECT");
    assertThat(error.getMessage()).contains("localhost").contains(Integer.toString(port));
  }

  @Test
  void open_nothingListens_endsInBoundedTime() throws ApplicationException {
    long start = System.nanoTime();
    assertRefused(
        prepare("connection.port", Ports.free(), "options.connect_timeout", 500),
        ConnectionException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void open_unknownHost_isCannotConnect() throws ApplicationException {
    ApplicationException error =
        assertRefused(
            prepare("connection.host", "no-such-host.invalid", "options.retries", 0),
            ConnectionException.class);
    assertThat(error.getCode()).isEqualTo("CANNOT_CONNECT");
    assertThat(error.getMessage()).contains("no-such-host.invalid");
  }

  static Stream<List<Object>> wrongCredentials() {
    return Stream.of(
        List.of(),
        List.of("credential.password", WRONG),
        List.of("credential.username", "bob", "credential.password", WRONG),
        List.of("credential.username", "nobody", "credential.password", PASSWORD),
        List.of("connection.uri", "redis://bob:" + WRONG + "@localhost:" + server.port()),
        List.of("connection.uri", "redis://:" + WRONG + "@localhost:" + server.port()));
  }

  @ParameterizedTest
  @MethodSource("wrongCredentials")
  void open_wrongCredentials_isUnauthorizedAndTellsNoPassword(List<Object> tuples)
      throws ApplicationException {
    RedisConnection connection = prepare(tuples.toArray());
    ApplicationException error = assertRefused(connection, UnauthorizedException.class);
    assertThat(error.getMessage()).contains("localhost");
    assertThat(textOf(error) + error.getDetails() + connection + components.logger().text())
        .doesNotContain(PASSWORD)
        .doesNotContain(WRONG);
  }

  @Test
  void open_notConfigured_isNoConnection() throws ApplicationException {
    for (IOpenable component : List.of(new RedisConnection(), new RedisCache(), new RedisLock())) {
      ApplicationException error = assertRefused(component, ConfigException.class);
      assertThat(error.getCode()).isEqualTo("NO_CONNECTION");
    }
  }

  @Test
  void open_onlyOptionsConfigured_isNoConnection() throws ApplicationException {
    RedisConnection connection = new RedisConnection();
    connection.configure(ConfigParams.fromTuples("options.retries", 1));
    ApplicationException error = assertRefused(connection, ConfigException.class);
    assertThat(error.getCode()).isEqualTo("NO_CONNECTION");
  }

  static Stream<Arguments> wrongParameters() {
    return Stream.of(
        arguments("options.no_such_option", "1"),
        arguments("options.Timeout_", "1"),
        arguments("options.timeout", "soon"),
        arguments("options.timeout", "5.5"),
        arguments("options.timeout", "-1"),
        arguments("options.retries", "many"),
        arguments("options.retries", "-1"),
        arguments("options.connect_timeout", "2s"),
        arguments("options.connect_timeout", "0"),
        arguments("options.command_timeout", "x"),
        arguments("options.max_retry_delay", "x"),
        arguments("options.max_connections", "0"),
        arguments("options.max_connections", "99999999999999999999"),
        arguments("options.retry_timeout", "x"),
        arguments("options.mode", "clustered"),
        arguments("options.ssl", "perhaps"),
        arguments("options.ssl_verify_host", "perhaps"),
        arguments("options.fail_open", "perhaps"),
        arguments("options.db_num", "x"),
        arguments("connection.database", "x"),
        arguments("connection.database", "-1"),
        arguments("connection.port", "http"),
        arguments("connection.port", "70000"),
        arguments("connection.port", "0"),
        arguments("connection.port", "-6379"),
        arguments("connection.port", "63.79"),
        arguments("connection.protocol", "http"),
        arguments("connection.uri", "http://localhost:6379"),
        arguments("connection.uri", "redis://localhost:port"),
        arguments("connection.uri", "redis://localhost:6379/first"),
        arguments("connection.uri", "not a uri"));
  }

  @ParameterizedTest
  @MethodSource("wrongParameters")
  void open_wrongParameter_isConfigExceptionThatNamesIt(String name, String value)
      throws ApplicationException {
    ApplicationException error =
        assertRefused(prepare("credential.password", PASSWORD, name, value), ConfigException.class);
    String shortName = name.substring(name.indexOf('.') + 1);
    assertThat(error.getMessage()).contains(shortName);
    assertThat(textOf(error)).doesNotContain(PASSWORD);
  }

  @ParameterizedTest
  @MethodSource("wrongParameters")
  void open_cacheOrLockWithWrongParameter_isConfigException(String name, String value)
      throws ApplicationException {
    Object[] tuples = {"credential.password", PASSWORD, name, value};
    assertRefused(components.prepare(new RedisCache(), tuples), ConfigException.class);
    assertRefused(components.prepare(new RedisLock(), tuples), ConfigException.class);
  }

  @Test
  void open_wrongUri_doesNotTellItsPassword() throws ApplicationException {
    ApplicationException error =
        assertRefused(
            prepare("connection.uri", "redis://bob:" + PASSWORD + "@localhost:port"),
            ConfigException.class);
    assertThat(textOf(error) + error.getDetails()).doesNotContain(PASSWORD);
  }

  @Test
  void open_databaseThatRedisDoesNotHave_isConfigExceptionThatNamesIt()
      throws ApplicationException {
    ApplicationException error =
        assertRefused(
            prepare("credential.password", PASSWORD, "connection.database", 9_999),
            ConfigException.class);
    assertThat(error.getMessage()).contains("database");
  }

  @ParameterizedTest
  @MethodSource("pemParameters")
  void open_unreadablePem_isConfigExceptionThatNamesIt(String name)
      throws ApplicationException, IOException {
    Path missing = folder.resolve("missing.pem");
    Path garbage = Files.writeString(folder.resolve("garbage.pem"), "no certificate in here");
    Path broken =
        Files.writeString(
            folder.resolve("broken.pem"),
            """
            -----BEGIN CERTIFICATE-----
            AAAA
            -----END CERTIFICATE-----
            -----BEGIN PRIVATE KEY-----
            AAAA
            -----END PRIVATE KEY-----
            """);
    Path good = Certificates.shared().client().certificate();
    Path goodKey = Certificates.shared().client().key();
    for (Path file : List.of(missing, garbage, broken, folder)) {
      Object[] tuples = {
        "options.ssl", true, "options.ssl_cert", good, "options.ssl_key", goodKey, name, file
      };
      ApplicationException error = assertRefused(prepare(tuples), ConfigException.class);
      assertThat(error.getMessage()).contains(name).contains(file.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("pemParameters")
  void open_pemTextInPlaceOfAPath_isConfigExceptionThatDoesNotTellIt(String name)
      throws ApplicationException, IOException {
    Path cert = Certificates.shared().client().certificate();
    Path key = Certificates.shared().client().key();
    String pem = Files.readString(key);
    String base64 = pem.lines().filter(line -> !line.startsWith("-")).reduce("", String::concat);
    String line = base64.substring(0, 60);
    for (String text : List.of(pem, pem.replace('\n', ' '), base64, line)) {
      Object[] tuples = {
        "options.ssl", true, "options.ssl_cert", cert, "options.ssl_key", key, name, text
      };
      ApplicationException error = assertRefused(prepare(tuples), ConfigException.class);
      assertThat(error.getMessage()).contains(name).contains("give the path");
      assertThat(textOf(error) + error.getDetails()).doesNotContain(line);
    }
  }

  static Stream<String> pemParameters() {
    return Stream.of("options.ssl_ca", "options.ssl_cert", "options.ssl_key");
  }

  @Test
  void open_certificateWithoutKey_isConfigException() throws ApplicationException {
    Path certificate = Certificates.shared().client().certificate();
    ApplicationException error =
        assertRefused(
            prepare("options.ssl", true, "options.ssl_cert", certificate), ConfigException.class);
    assertThat(error.getMessage()).contains("ssl_cert").contains("ssl_key");
  }

  @Test
  void open_failed_canBeTriedAgainWithBetterConfiguration() throws ApplicationException {
    RedisConnection connection = prepare("credential.password", WRONG);
    assertRefused(connection, UnauthorizedException.class);
    connection.configure(Target.of(server).config("credential.password", PASSWORD));
    components.open(connection);
    assertThat(connection.isOpen()).isTrue();
  }

  private RedisConnection prepare(Object... tuples) throws ApplicationException {
    return components.prepare(new RedisConnection(), tuples);
  }

  private static ApplicationException assertRefused(
      IOpenable component, Class<? extends ApplicationException> type) {
    ApplicationException error = assertFailsChecked(() -> component.open(TRACE), type);
    assertThat(component.isOpen()).isFalse();
    return error;
  }
}
