package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.auth.ICredentialStore;
import org.pipservices3.components.connect.ConnectionParams;
import org.pipservices3.components.connect.MemoryDiscovery;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;

/** What is configured and cannot be honoured is an error of open, never silently less. */
class NeverWeakerIT {
  private static RedisServer server;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  static Stream<List<Object>> refused() {
    String here = "localhost:" + server.port();
    return Stream.of(
        List.of(
            "credential.username",
            "connection.uri",
            "redis://" + here,
            "credential.username",
            "bob"),
        List.of("connection.uri", "connection.uri", "redis://bob@" + here),
        List.of(
            "connection.protocol",
            "connection.uri",
            "redis://" + here,
            "connection.protocol",
            "rediss"),
        List.of(
            "connection.protocol",
            "connection.uri",
            "rediss://" + here,
            "connection.protocol",
            "redis"),
        List.of("options.mode", "connection.uri", "redis://" + here + "," + here),
        List.of(
            "options.mode",
            "connections.0.uri",
            "redis://" + here,
            "connections.1.uri",
            "redis://" + here),
        List.of(
            "sentinel_credential",
            "connection.uri",
            "redis://" + here,
            "sentinel_credential.password",
            "x"),
        List.of(
            "dependencies.connection",
            "connection.uri",
            "redis://" + here,
            "dependencies.connection",
            "*:connection:redis:mine:1.0"),
        List.of(
            "connections",
            "options.mode",
            "cluster",
            "connections.0.uri",
            "redis://:a@" + here,
            "connections.1.uri",
            "redis://:b@" + here),
        List.of(
            "connections",
            "options.mode",
            "cluster",
            "connections.0.uri",
            "redis://" + here,
            "connections.1.uri",
            "rediss://" + here),
        List.of(
            "connections",
            "options.mode",
            "cluster",
            "connections.0.uri",
            "redis://" + here + "?retries=1",
            "connections.1.uri",
            "redis://" + here + "?retries=2"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void open_cannotBeHonoured_isConfigExceptionThatNamesIt(List<Object> configuration) {
    RedisCache cache = new RedisCache();
    cache.configure(
        ConfigParams.fromTuples(configuration.subList(1, configuration.size()).toArray()));
    cache.setReferences(new References());
    assertThatThrownBy(() -> cache.open(null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining((String) configuration.get(0));
    assertThat(cache.isOpen()).isFalse();
  }

  static Stream<List<Object>> ownWishes() {
    return Stream.of(
        List.of("options.ssl", true),
        List.of("connection.database", 3),
        List.of("options.db_num", 3),
        List.of("connection.host", "elsewhere"),
        List.of("credential.password", "secret"),
        List.of("options.command_timeout", 77),
        List.of("host", "elsewhere"));
  }

  /** It worked in the clear, in database 0, as somebody else. */
  @ParameterizedTest
  @MethodSource("ownWishes")
  void open_ownWishBesideASharedConnection_isConfigException(List<Object> wish) throws Exception {
    RedisCache cache = besideSharedConnection(wish);
    assertThatThrownBy(() -> cache.open(null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining((String) wish.get(0))
        .hasMessageContaining("shares")
        .hasMessageNotContaining("secret");
  }

  @Test
  void open_sameAsTheSharedConnection_isHonoured() throws Exception {
    RedisCache cache =
        besideSharedConnection(
            List.of(
                "connection.host",
                "localhost",
                "connection.port",
                server.port(),
                "options.timeout",
                5,
                "options.key_prefix",
                "own:"));
    cache.open(null);
    opened.add(() -> cache.close(null));
    assertThat(cache.isOpen()).isTrue();
  }

  /** It was refused, since the words were others. */
  @Test
  void open_sameAsTheSharedConnectionInOtherWords_isHonoured() throws Exception {
    RedisCache cache =
        besideSharedConnection(
            List.of(
                "uri",
                "redis://localhost:" + server.port() + "/0?key_prefix=own:",
                "options.retries",
                " 3",
                "options.ssl",
                false));
    cache.open(null);
    opened.add(() -> cache.close(null));
    assertThat(cache.store(null, "key", 1, 60_000)).isTrue();
    try (RawRedis raw = server.raw()) {
      assertThat(raw.exists("own:key")).isTrue();
    }
  }

  @Test
  void open_discoveryOrStoreThrows_isConfigExceptionWithThatAsItsCause() {
    RuntimeException failure = new IllegalStateException("token s3cret");
    References references = new References();
    references.put(
        new Descriptor("test", "discovery", "broken", "default", "1.0"),
        new MemoryDiscovery() {
          @Override
          public List<ConnectionParams> resolveAll(String correlationId, String key) {
            throw failure;
          }

          @Override
          public ConnectionParams resolveOne(String correlationId, String key) {
            throw failure;
          }
        });
    references.put(
        new Descriptor("test", "credential-store", "broken", "default", "1.0"),
        brokenStore(failure));
    for (Object[] config :
        List.of(
            new Object[] {"connection.discovery_key", "key"},
            new Object[] {"connection.host", "localhost", "credential.store_key", "key"})) {
      RedisCache cache = new RedisCache();
      cache.configure(ConfigParams.fromTuples(config));
      cache.setReferences(references);
      assertThatThrownBy(() -> cache.open(null))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("_key")
          .hasMessageNotContaining("s3cret");
    }
  }

  private static ICredentialStore brokenStore(RuntimeException failure) {
    return (ICredentialStore)
        java.lang.reflect.Proxy.newProxyInstance(
            ICredentialStore.class.getClassLoader(),
            new Class<?>[] {ICredentialStore.class},
            (proxy, method, arguments) -> {
              throw failure;
            });
  }

  private RedisCache besideSharedConnection(List<Object> wish) throws ApplicationException {
    RedisConnection connection = new RedisConnection();
    connection.configure(
        ConfigParams.fromTuples("connection.host", "localhost", "connection.port", server.port()));
    connection.open(null);
    opened.add(() -> connection.close(null));
    References references = new References();
    references.put(new Descriptor("test", "connection", "redis", "default", "1.0"), connection);
    RedisCache cache = new RedisCache();
    cache.configure(ConfigParams.fromTuples(wish.toArray()));
    cache.setReferences(references);
    return cache;
  }
}
