package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;

import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
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
  private static int serverPort;
  private static int misnamedPort;
  private static int strictPort;

  private final String key = Keys.unique("tls");
  private final Components components = new Components(Target.of(server));

  @BeforeAll
  static void startServers() {
    serverPort = Ports.free();
    misnamedPort = Ports.free();
    strictPort = Ports.free();
    server = start(serverPort, CERTIFICATES.server(), /* clientsNeedCertificates= */ false);
    misnamed =
        start(misnamedPort, CERTIFICATES.misnamedServer(), /* clientsNeedCertificates= */ false);
    strict = start(strictPort, CERTIFICATES.server(), /* clientsNeedCertificates= */ true);
  }

  @AfterAll
  static void stopServers() {
    server.close();
    misnamed.close();
    strict.close();
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
    assertRefused(tls(misnamedPort));
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
    assertRefused(
        and(tls(server.port()), "options.connect_timeout", 500, "options.command_timeout", 500));
  }

  @Test
  void open_tlsPortWithoutTls_isRefusedInBoundedTime() throws ApplicationException {
    assertRefused("connection.port", serverPort);
  }

  private static RedisServer start(int tlsPort, Pair identity, boolean clientsNeedCertificates) {
    return RedisServer.start(CERTIFICATES.serverConfig(tlsPort, identity, clientsNeedCertificates));
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

  private void assertRefused(Object... tuples) throws ApplicationException {
    RedisConnection connection = components.prepare(new RedisConnection(), tuples);
    ApplicationException error =
        assertFailsChecked(() -> connection.open(TRACE), ConnectionException.class);
    assertThat(error.getCode()).isEqualTo("CANNOT_CONNECT");
    assertThat(error.getMessage()).contains("localhost");
    assertThat(connection.isOpen()).isFalse();
  }
}
