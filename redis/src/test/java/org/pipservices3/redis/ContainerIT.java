package org.pipservices3.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.components.cache.ICache;
import org.pipservices3.components.lock.ILock;
import org.pipservices3.container.Container;
import org.pipservices3.redis.build.DefaultRedisFactory;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.lock.RedisLock;

/** The components where they belong: in a Pip.Services container that is configured from YAML. */
@Timeout(60)
class ContainerIT {

  private static final String PASSWORD = "c0nta1ner";
  private static final int MINUTE = 60_000;

  private static RedisServer server;

  private final String key = Keys.unique("container");

  @BeforeAll
  static void startServer() {
    server = RedisServer.start("requirepass " + PASSWORD);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void open_container_cacheAndLockWork(boolean sharedConnection) throws Exception {
    Container container = container(sharedConnection);
    container.open("123");
    try (RawRedis raw = raw()) {
      ICache cache = get(container, ICache.class, "cache");
      ILock lock = get(container, ILock.class, "lock");
      assertThat(cache).isInstanceOf(RedisCache.class);
      assertThat(lock).isInstanceOf(RedisLock.class);

      assertThat(cache.store("123", key, "ABC", 0)).isEqualTo(true);
      assertThat(cache.retrieve("123", key)).isEqualTo("ABC");
      assertThat(raw.pttl("cache:" + key)).isBetween(1L, 30_000L);
      cache.remove("123", key);
      assertThat(raw.exists("cache:" + key)).isFalse();

      lock.acquireLock("123", key, MINUTE, 1_000);
      assertThat(raw.exists("lock:" + key)).isTrue();
      assertThat(lock.tryAcquireLock("123", key, MINUTE)).isFalse();
      lock.releaseLock("123", key);
      assertThat(raw.exists("lock:" + key)).isFalse();
    } finally {
      container.close("123");
    }
    assertThat(container.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void close_containerManyTimes_leavesNeitherThreadNorClient(boolean sharedConnection)
      throws Exception {
    Set<Thread> before = Threads.now();
    for (int i = 0; i < 20; i++) {
      Container container = container(sharedConnection);
      container.open(null);
      get(container, ICache.class, "cache").store(null, key, i, MINUTE);
      container.close(null);
    }
    try (RawRedis raw = raw()) {
      await().untilAsserted(() -> assertThat(raw.clients()).isEmpty());
    }
    await().untilAsserted(() -> assertThat(Threads.startedSince(before)).isEmpty());
  }

  @Test
  void create_factory_knowsItsDescriptors() throws ApplicationException {
    DefaultRedisFactory factory = new DefaultRedisFactory();
    assertThat(create(factory, "cache")).isInstanceOf(RedisCache.class);
    assertThat(create(factory, "lock")).isInstanceOf(RedisLock.class);
    assertThat(create(factory, "connection")).isInstanceOf(RedisConnection.class);
    assertThat(create(factory, "cache")).isNotSameAs(create(factory, "cache"));
    assertThat(factory.canCreate(descriptor("queue", "redis"))).isNull();
    assertThat(factory.canCreate(descriptor("cache", "memory"))).isNull();
  }

  private static Object create(DefaultRedisFactory factory, String kind)
      throws ApplicationException {
    Descriptor wanted = descriptor(kind, "redis");
    assertThat(factory.canCreate(wanted)).isNotNull();
    return factory.create(wanted);
  }

  private static Descriptor descriptor(String group, String type) {
    return new Descriptor("pip-services", group, type, "any-name", "1.0");
  }

  private static Container container(boolean sharedConnection) throws Exception {
    Container container = new Container("container-it", "A service with a cache and a lock");
    container.addFactory(new DefaultRedisFactory());
    Path file = Path.of(ContainerIT.class.getResource("/container.yml").toURI());
    ConfigParams parameters =
        ConfigParams.fromTuples("REDIS_PORT", server.port(), "REDIS_PASSWORD", PASSWORD);
    if (sharedConnection) {
      parameters.put("SHARED", "true");
    }
    container.readConfigFromFile(null, file.toString(), parameters);
    return container;
  }

  private static <T> T get(Container container, Class<T> type, String kind)
      throws ApplicationException {
    return container
        .getReferences()
        .getOneRequired(type, new Descriptor("pip-services", kind, "redis", "*", "1.0"));
  }

  private static RawRedis raw() {
    return RawRedis.connect("localhost", server.port(), "default", PASSWORD);
  }
}
