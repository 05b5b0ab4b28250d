package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Certificates;
import org.pipservices3.redis.fixture.Certificates.Pair;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.Ports;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;

/** Whom a component trusts, and how it proves who it is itself. */
@Timeout(60)
class TlsIT {

  private static final Certificates CERTIFICATES = Certificates.shared();

  private static RedisServer server;
  private static RedisServer misnamed;
  private static RedisServer strict;
  private static RedisServer expired;
  private static RedisServer selfSigned;
  private static int serverPort;
  private static int misnamedPort;
  private static int strictPort;
  private static int expiredPort;
  private static int selfSignedPort;

  private final String key = Keys.unique("tls");
  private final Components components = new Components(Target.of(server));

  @BeforeAll
  static void startServers() {
    serverPort = Ports.free();
    misnamedPort = Ports.free();
    strictPort = Ports.free();
    expiredPort = Ports.free();
    selfSignedPort = Ports.free();
    server = start(serverPort, CERTIFICATES.server(), /* clientsNeedCertificates= */ false);
    misnamed =
        start(misnamedPort, CERTIFICATES.misnamedServer(), /* clientsNeedCertificates= */ false);
    strict = start(strictPort, CERTIFICATES.server(), /* clientsNeedCertificates= */ true);
    expired =
        start(expiredPort, CERTIFICATES.expiredServer(), /* clientsNeedCertificates= */ false);
    selfSigned =
        start(
            selfSignedPort, CERTIFICATES.selfSignedServer(), /* clientsNeedCertificates= */ false);
  }

  @AfterAll
  static void stopServers() {
    server.close();
    misnamed.close();
    strict.close();
    expired.close();
    selfSigned.close();
  }

  @AfterEach
  void close() throws ApplicationException {
    components.close();
  }

  @Test
  void open_knownAuthority_connects() throws ApplicationException {
    assertWorks(server, tls(serverPort));
  }

  @Test
  void open_addressInCertificate_connects() throws ApplicationException {
    assertWorks(server, and(tls(serverPort), "connection.host", "127.0.0.1"));
  }

  @Test
  void open_redissUri_turnsTlsOn() throws ApplicationException {
    assertWorks(
        server,
        "connection.uri",
        "rediss://localhost:" + serverPort,
        "connection.port",
        serverPort,
        "options.ssl_ca",
        CERTIFICATES.authority());
  }

  @Test
  void open_redissProtocol_turnsTlsOn() throws ApplicationException {
    assertWorks(
        server,
        "connection.protocol",
        "rediss",
        "connection.port",
        serverPort,
        "options.ssl_ca",
        CERTIFICATES.authority());
  }

  @Test
  void open_unknownAuthority_isRefused() throws ApplicationException {
    assertRefused(and(tls(serverPort), "options.ssl_ca", CERTIFICATES.otherAuthority()));
  }

  @Test
  void open_noAuthorityGiven_isRefusedForASelfMadeCertificate() throws ApplicationException {
    assertRefused("connection.port", serverPort, "options.ssl", true);
  }

  @Test
  void open_unknownAuthorityWithoutHostCheck_isStillRefused() throws ApplicationException {
    assertRefused(
        and(
            tls(serverPort),
            "options.ssl_ca",
            CERTIFICATES.otherAuthority(),
            "options.ssl_verify_host",
            false));
  }

  @Test
  void open_wrongHostName_isRefused() throws ApplicationException {
    assertThat(assertRefused(tls(misnamedPort))).contains("localhost found");
  }

  @Test
  void open_addressNotInCertificate_isRefused() throws ApplicationException {
    assertRefused(and(tls(misnamedPort), "connection.host", "127.0.0.1"));
  }

  @Test
  void open_expiredCertificate_isRefusedWithAndWithoutHostCheck() throws ApplicationException {
    assertThat(assertRefused(tls(expiredPort))).contains("CertificateExpiredException");
    assertRefused(and(tls(expiredPort), "options.ssl_verify_host", false));
  }

  @Test
  void open_selfSignedCertificate_isRefusedWithAndWithoutHostCheck() throws ApplicationException {
    assertThat(assertRefused(tls(selfSignedPort))).contains("unable to find valid certification");
    assertRefused(and(tls(selfSignedPort), "options.ssl_verify_host", false));
    assertRefused(
        "connection.port", selfSignedPort, "options.ssl", true, "options.ssl_verify_host", false);
  }

  @Test
  void open_selfSignedCertificateGivenAsAuthority_connects() throws ApplicationException {
    Object itself = CERTIFICATES.selfSignedServer().certificate();
    assertWorks(selfSigned, and(tls(selfSignedPort), "options.ssl_ca", itself));
  }

  @Test
  void open_misnamedCertificateGivenAsAuthority_isStillCheckedForItsName()
      throws ApplicationException {
    Object itself = CERTIFICATES.misnamedServer().certificate();
    assertRefused(and(tls(misnamedPort), "options.ssl_ca", itself));
  }

  @Test
  void open_redissUriWithSslFalse_isStillTlsAndVerified() throws ApplicationException {
    for (int port : new int[] {selfSignedPort, server.port()}) {
      String uri = "rediss://localhost:" + port;
      for (String query :
          new String[] {"?ssl=false&retries=0", "?ssl=off&ssl_verify_host=true&retries=0"}) {
        assertRefused("connection.uri", uri + query, "connection.port", port);
      }
      assertRefused(
          "connection.uri",
          uri,
          "connection.port",
          port,
          "options.ssl",
          false,
          "options.retries",
          0);
    }
  }

  /** It was in the clear: the options took back what the URI asked for. */
  @Test
  void open_sslOfTheUriTurnedOffByTheOptions_isConfigException() throws ApplicationException {
    Object[] tuples = {
      "connection.uri", "redis://localhost:" + server.port() + "?ssl=true", "options.ssl", "no"
    };
    RedisConnection connection = components.prepare(new RedisConnection(), tuples);
    assertThat(assertFailsChecked(() -> connection.open(TRACE), ConfigException.class))
        .hasMessageContaining("options.ssl")
        .hasMessageContaining("connection.uri");
  }

  @Test
  void open_redissUriWithSslTrue_isTlsAndVerified() throws ApplicationException {
    for (int port : new int[] {selfSignedPort, server.port()}) {
      assertRefused(
          "connection.uri",
          "rediss://localhost:" + port + "?retries=0&ssl=1",
          "connection.port",
          port,
          "options.ssl",
          true);
    }
  }

  @Test
  void open_twoAuthoritiesInOneFile_bothCount(@TempDir Path folder) throws Exception {
    String ours = Files.readString(CERTIFICATES.authority());
    String other = Files.readString(CERTIFICATES.otherAuthority());
    int i = 0;
    for (String both : new String[] {ours + other, other + ours}) {
      Path file = Files.writeString(folder.resolve("both" + i++ + ".pem"), both);
      assertWorks(server, and(tls(serverPort), "options.ssl_ca", file));
    }
  }

  @Test
  void open_filesWithoutTls_isConfigException() throws ApplicationException {
    Pair client = CERTIFICATES.client();
    assertNeedsTls("options.ssl_ca", CERTIFICATES.authority());
    assertNeedsTls("options.ssl_cert", client.certificate(), "options.ssl_key", client.key());
  }

  private void assertNeedsTls(String name, Object... more) throws ApplicationException {
    Object[] tuples = and(new Object[] {name}, more);
    RedisConnection connection = components.prepare(new RedisConnection(), tuples);
    ApplicationException error =
        assertFailsChecked(() -> connection.open(TRACE), ConfigException.class);
    assertThat(error.getMessage()).contains(name).contains("set options.ssl,");
  }

  @Test
  void open_tlsOptionsWithTlsTurnedOff_connectsInTheClear() throws ApplicationException {
    assertWorks(
        server,
        "options.ssl",
        false,
        "options.ssl_ca",
        CERTIFICATES.authority(),
        "options.ssl_cert",
        CERTIFICATES.client().certificate(),
        "options.ssl_key",
        CERTIFICATES.client().key());
  }

  @Test
  void open_wrongHostNameWithoutHostCheck_connects() throws ApplicationException {
    assertWorks(misnamed, and(tls(misnamedPort), "options.ssl_verify_host", false));
  }

  @Test
  void open_clientCertificate_connects() throws ApplicationException {
    assertWorks(strict, mutual(CERTIFICATES.client()));
  }

  @Test
  void open_clientCertificateOnEllipticCurve_connects() throws ApplicationException {
    assertWorks(strict, mutual(CERTIFICATES.ellipticClient()));
  }

  @Test
  void open_clientCertificateMissing_isRefused() throws ApplicationException {
    assertRefused(tls(strictPort));
  }

  @Test
  void open_plainPort_isRefusedInBoundedTime() throws ApplicationException {
    assertThat(
            assertRefused(
                and(
                    tls(server.port()),
                    "options.connect_timeout",
                    500,
                    "options.command_timeout",
                    500)))
        .contains("whether TLS is set alike on both sides");
  }

  @Test
  void open_tlsPortWithoutTls_isRefusedInBoundedTime() throws ApplicationException {
    assertThat(assertRefused("connection.port", serverPort))
        .contains("whether TLS is set alike on both sides");
  }

  private static RedisServer start(int tlsPort, Pair credentials, boolean clientsNeedCertificates) {
    return RedisServer.start(
        CERTIFICATES.serverConfig(tlsPort, credentials, clientsNeedCertificates));
  }

  private static Object[] tls(int port) {
    return new Object[] {
      "connection.port",
      port,
      "options.ssl",
      true,
      "options.ssl_ca",
      CERTIFICATES.authority(),
      "options.retries",
      0
    };
  }

  private static Object[] mutual(Pair client) {
    return and(
        tls(strictPort), "options.ssl_cert", client.certificate(), "options.ssl_key", client.key());
  }

  private static Object[] and(Object[] tuples, Object... more) {
    Object[] all = Arrays.copyOf(tuples, tuples.length + more.length);
    System.arraycopy(more, 0, all, tuples.length, more.length);
    return all;
  }

  private void assertWorks(RedisServer behind, Object... tuples) throws ApplicationException {
    RedisCache cache = components.cache(tuples);
    cache.store(null, key, "ABC", 60_000);
    assertThat(cache.retrieve(null, key)).isEqualTo("ABC");
    try (RawRedis raw = behind.raw()) {
      assertThat(raw.text(key)).isEqualTo("\"ABC\"");
    }
  }

  private String assertRefused(Object... tuples) throws ApplicationException {
    RedisConnection connection = components.prepare(new RedisConnection(), tuples);
    ApplicationException error =
        assertFailsChecked(() -> connection.open(TRACE), ConnectionException.class);
    assertThat(error.getCode()).isEqualTo("CANNOT_CONNECT");
    assertThat(error.getMessage()).containsAnyOf("localhost", "127.0.0.1");
    assertThat(connection.isOpen()).isFalse();
    return error.getMessage();
  }
}
