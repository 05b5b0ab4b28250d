package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.auth.MemoryCredentialStore;
import org.pipservices3.components.connect.MemoryDiscovery;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;

/** Every way to configure the server's address and the credentials. */
class ConfigurationIT {

  private static final String PASSWORD = "p@ss:w/rd %";
  private static final String PASSWORD_IN_URI = "p%40ss%3Aw%2Frd%20%25";
  private static final String BOBS = "bobs-secret";

  private static RedisServer server;

  private final String key = Keys.unique("config");
  private final References references = new References();
  private RedisCache cache = new RedisCache();

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
    try (RawRedis raw = server.raw()) {
      raw.call("ACL", "SETUSER", "bob", "on", ">" + BOBS, "~*", "&*", "+@all");
      raw.config("requirepass", PASSWORD);
    }
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void close() throws ApplicationException {
    cache.close(null);
  }

  @Test
  void open_hostAndPort_connects() throws ApplicationException {
    open(
        "connection.host",
        "127.0.0.1",
        "connection.port",
        server.port(),
        "credential.password",
        PASSWORD);
    assertStoredIn(0, "default");
  }

  @Test
  void open_numberedConnections_connects() throws ApplicationException {
    open(
        "connections.0.host",
        "localhost",
        "connections.0.port",
        server.port(),
        "credentials.0.username",
        "bob",
        "credentials.0.password",
        BOBS);
    assertStoredIn(0, "bob");
  }

  @Test
  void open_topLevelHostAndPort_connects() throws ApplicationException {
    open("host", "localhost", "port", server.port(), "credential.password", PASSWORD);
    assertStoredIn(0, "default");
  }

  @Test
  void open_database_isUsed() throws ApplicationException {
    openLocal("connection.database", 5, "credential.password", PASSWORD);
    assertStoredIn(5, "default");
  }

  @Test
  void open_dbNumAsInGo_isUsed() throws ApplicationException {
    openLocal("options.db_num", 3, "credential.password", PASSWORD);
    assertStoredIn(3, "default");
  }

  @Test
  void open_databaseAndDbNum_databaseWins() throws ApplicationException {
    openLocal("connection.database", 5, "options.db_num", 3, "credential.password", PASSWORD);
    assertStoredIn(5, "default");
  }

  @Test
  void open_aclUser_isUsed() throws ApplicationException {
    openLocal("credential.username", "bob", "credential.password", BOBS);
    assertStoredIn(0, "bob");
  }

  @Test
  void open_uri_bringsUserPasswordAndDatabase() throws ApplicationException {
    open("connection.uri", "redis://bob:" + BOBS + "@localhost:" + server.port() + "/7");
    assertStoredIn(7, "bob");
  }

  @Test
  void open_uriWithEscapedPassword_connects() throws ApplicationException {
    open("connection.uri", "redis://:" + PASSWORD_IN_URI + "@localhost:" + server.port());
    assertStoredIn(0, "default");
  }

  @Test
  void open_topLevelUri_connects() throws ApplicationException {
    open("uri", "redis://bob:" + BOBS + "@127.0.0.1:" + server.port());
    assertStoredIn(0, "bob");
  }

  @Test
  void open_uriAndCredential_credentialWins() throws ApplicationException {
    open(
        "connection.uri",
        "redis://nobody:nothing@localhost:" + server.port(),
        "credential.username",
        "bob",
        "credential.password",
        BOBS);
    assertStoredIn(0, "bob");
  }

  @Test
  void open_discoveryKey_asksTheDiscovery() throws ApplicationException {
    refer("discovery", new MemoryDiscovery(discovered("connections.redis1")));
    open("connection.discovery_key", "redis1", "credential.password", PASSWORD);
    assertStoredIn(0, "default");
  }

  @Test
  void open_topLevelDiscoveryKey_asksTheDiscovery() throws ApplicationException {
    refer("discovery", new MemoryDiscovery(discovered("connections.redis1")));
    open("discovery_key", "redis1", "credential.password", PASSWORD);
    assertStoredIn(0, "default");
  }

  @Test
  void open_storeKey_asksTheCredentialStore() throws ApplicationException {
    refer("credential-store", bobsStore());
    openLocal("credential.store_key", "redis-user");
    assertStoredIn(0, "bob");
  }

  @Test
  void open_storeUnderTheToolkitsOtherName_isAskedToo() throws ApplicationException {
    refer("credential_store", bobsStore());
    openLocal("credential.store_key", "redis-user");
    assertStoredIn(0, "bob");
  }

  private static ConfigParams discovered(String section) {
    return ConfigParams.fromTuples(
        section + ".host", "localhost", section + ".port", server.port());
  }

  private static MemoryCredentialStore bobsStore() {
    return new MemoryCredentialStore(
        ConfigParams.fromTuples("redis-user.username", "bob", "redis-user.password", BOBS));
  }

  private void refer(String kind, Object component) {
    references.put(new Descriptor("pip-services", kind, "memory", "default", "1.0"), component);
  }

  private void openLocal(Object... tuples) throws ApplicationException {
    ConfigParams config =
        ConfigParams.fromTuples("connection.host", "localhost", "connection.port", server.port());
    open(config.override(ConfigParams.fromTuples(tuples)));
  }

  private void open(Object... tuples) throws ApplicationException {
    open(ConfigParams.fromTuples(tuples));
  }

  private void open(ConfigParams config) throws ApplicationException {
    cache = new RedisCache();
    cache.configure(config);
    cache.setReferences(references);
    cache.open(null);
  }

  private void assertStoredIn(int database, String user) {
    cache.store(null, key, 1, 60_000);
    try (RawRedis raw = RawRedis.connect("localhost", server.port(), "default", PASSWORD)) {
      raw.select(database);
      assertThat(raw.exists(key)).isTrue();
      assertThat(raw.clients())
          .isNotEmpty()
          .allSatisfy(
              client ->
                  assertThat(client)
                      .contains(" user=" + user + " ")
                      .contains(" db=" + database + " "));
    }
  }
}
