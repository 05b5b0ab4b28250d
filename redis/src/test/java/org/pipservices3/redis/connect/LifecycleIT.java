package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;
import org.pipservices3.redis.state.RedisStateStore;

/** Opening, closing and sharing, and that nothing of it stays behind. */
@Timeout(120)
class LifecycleIT {

  private static RedisServer server;

  private final String key = Keys.unique("lifecycle");
  private final Target target = Target.of(server);
  private final Components own = new Components(target);
  private final Components sharing = new Components(target.sharingConnection());
  private final RawRedis raw = server.raw();
  private Set<Thread> threadsBefore = Set.of();
  private List<String> clientsBefore = List.of();

  @BeforeAll
  static void startServer() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void lookAround() {
    threadsBefore = Threads.now();
    clientsBefore = raw.clientIds();
  }

  @AfterEach
  void nothingStaysOpen() throws ApplicationException {
    try (raw) {
      own.close();
      sharing.close();
      assertNothingLeft();
    }
  }

  @Test
  void close_neverOpened_isQuiet() {
    assertThatNoException().isThrownBy(() -> new RedisConnection().close(null));
    assertThatNoException().isThrownBy(() -> new RedisCache().close(null));
    assertThatNoException().isThrownBy(() -> new RedisLock().close(null));
    assertThatNoException().isThrownBy(() -> new RedisStateStore().close(null));
  }

  @Test
  void close_twice_isQuiet() throws ApplicationException {
    for (IOpenable component : List.of(own.connection(), own.cache(), own.lock())) {
      component.close(null);
      assertThatNoException().isThrownBy(() -> component.close(null));
      assertThat(component.isOpen()).isFalse();
    }
  }

  @Test
  void close_openComponents_leavesNoThreadAndNoSocket() throws Exception {
    List<IOpenable> components = List.of(own.connection(), own.cache(), own.lock());
    use((RedisCache) components.get(1), (RedisLock) components.get(2));
    for (IOpenable component : components) {
      component.close(null);
    }
    assertNothingLeft();
  }

  @Test
  void open_twice_isOneOpening() throws ApplicationException {
    RedisCache cache = own.cache();
    cache.open(null);
    assertThat(cache.store(null, key, 1, 60_000)).isTrue();
    cache.close(null);
    assertThat(cache.isOpen()).isFalse();
    assertNothingLeft();
  }

  @Test
  void open_reopened_worksAgain() throws Exception {
    RedisCache cache = own.cache();
    RedisLock lock = own.lock();
    for (int i = 0; i < 3; i++) {
      cache.close(null);
      lock.close(null);
      cache.open(null);
      lock.open(null);
      use(cache, lock);
    }
  }

  @Test
  void open_thousandTimes_leaksNothing() throws Exception {
    RedisCache cache = own.prepare(new RedisCache());
    RedisLock lock = own.prepare(new RedisLock());
    for (int i = 0; i < 500; i++) {
      cache.open(null);
      lock.open(null);
      if (i % 50 == 0) {
        use(cache, lock);
      }
      cache.close(null);
      lock.close(null);
    }
    assertNothingLeft();
  }

  @Test
  void open_byManyThreadsAtOnce_isOneOpening() throws Exception {
    RedisCache cache = own.prepare(new RedisCache());
    List<Background<Boolean>> openers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      openers.add(Background.run(() -> cache.open(null)));
    }
    for (Background<Boolean> opener : openers) {
      assertThat(opener.result()).isTrue();
    }
    assertThat(cache.store(null, key, 1, 60_000)).isTrue();
    cache.close(null);
    assertNothingLeft();
  }

  /** A driver that reconnects behind one's back writes to database 0 and leaves a socket. */
  @Test
  void close_whileOthersCall_failsThemClearlyAndLeavesNothing() throws Exception {
    RedisCache cache = own.prepare(new RedisCache(), "connection.database", 5);
    for (int round = 0; round < 80; round++) {
      cache.open(null);
      List<Background<Integer>> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        callers.add(Background.call(() -> storeUntilItFails(cache)));
      }
      for (Background<Integer> caller : callers) {
        caller.awaitStart();
      }
      cache.close(null);
      for (Background<Integer> caller : callers) {
        assertFails(caller::result, InvalidStateException.class, "NOT_OPENED");
      }
    }
    assertNothingLeft();
    assertThat(raw.exists(key)).as("written to another database than configured").isFalse();
  }

  @Test
  void sharedConnection_openedByCacheBeforeIt_works() throws Exception {
    RedisConnection connection = shared();
    RedisCache cache = sharing.cache();
    RedisLock lock = sharing.lock();
    sharing.open(connection);
    use(cache, lock);
    assertThat(newClients()).hasSizeLessThan(16);
  }

  @Test
  void sharedConnection_closedBeforeItsUsers_endsThemInOrder() throws Exception {
    RedisConnection connection = shared();
    sharing.open(connection);
    RedisCache cache = sharing.cache();
    RedisLock lock = sharing.lock();
    LockLease lease = lock.tryLease(null, key, Duration.ofMinutes(1)).orElseThrow();
    connection.close(null);
    assertThat(lease.isHeld()).isFalse();
    assertThat(raw.exists(key)).isFalse();
    assertFails(() -> cache.retrieve(TRACE, key), InvalidStateException.class, "NOT_OPENED");
    assertThatNoException().isThrownBy(() -> cache.close(null));
    assertThatNoException().isThrownBy(() -> lock.close(null));
  }

  @Test
  void sharedConnection_closedAfterItsUsers_leavesNothing() throws Exception {
    RedisConnection connection = shared();
    sharing.open(connection);
    RedisCache cache = sharing.cache();
    RedisLock lock = sharing.lock();
    use(cache, lock);
    lock.close(null);
    assertThat(cache.store(null, key, 1, 60_000)).isTrue();
    cache.close(null);
    assertThat(connection.isOpen()).isTrue();
    connection.close(null);
    assertNothingLeft();
  }

  @Test
  void sharedConnection_manyCaches_shareItsSockets() throws Exception {
    sharing.open(shared());
    for (int i = 0; i < 30; i++) {
      sharing.cache().store(null, key + i, i, 60_000);
    }
    assertThat(newClients()).hasSizeLessThan(16);
  }

  @Test
  void maxConnections_manyThreads_isKept() throws Exception {
    RedisCache cache = own.cache("options.max_connections", 3);
    List<Background<Boolean>> callers = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      callers.add(
          Background.run(
              () -> {
                for (int n = 0; n < 200; n++) {
                  cache.store(null, key, n, 60_000);
                }
              }));
    }
    for (Background<Boolean> caller : callers) {
      assertThat(caller.result()).isTrue();
    }
    assertThat(newClients()).hasSizeBetween(1, 3);
  }

  @Test
  void toString_components_tellNoPassword() throws ApplicationException {
    String secret = "t0-str1ng-s3cr3t";
    raw.call("ACL", "SETUSER", "alice", "on", ">" + secret, "~*", "&*", "+@all");
    Object[] tuples = {"credential.username", "alice", "credential.password", secret};
    List<Object> components =
        List.of(
            own.connection(tuples), own.cache(tuples), own.lock(tuples), own.stateStore(tuples));
    assertThat(components.toString()).doesNotContain(secret);
    assertThat(own.logger().text()).doesNotContain(secret);
  }

  @Test
  void toString_components_tellWhereAndInWhatStateTheyAre() throws ApplicationException {
    String at = "open at localhost:" + server.port();
    RedisCache cache = own.cache("options.key_prefix", "orders:");
    assertThat(cache).hasToString("RedisCache, " + at + ", key_prefix 'orders:'");
    cache.close();
    assertThat(cache).hasToString("RedisCache, closed");
    assertThat(own.lock()).hasToString("RedisLock, " + at);
    assertThat(own.stateStore()).hasToString("RedisStateStore, " + at);
    assertThat(own.connection()).hasToString("RedisConnection, " + at);
    assertThat(new RedisConnection()).hasToString("RedisConnection, closed");
  }

  @Test
  void close_asResource_closes() throws ApplicationException {
    try (RedisConnection connection = own.connection();
        RedisCache cache = own.cache();
        RedisLock lock = own.lock();
        RedisStateStore states = own.stateStore()) {
      assertThat(List.of(connection, cache, lock, states)).allMatch(IOpenable::isOpen);
    }
    assertNothingLeft();
  }

  private int storeUntilItFails(RedisCache cache) {
    int calls = 0;
    while (true) {
      cache.store(TRACE, key, calls++, 60_000);
    }
  }

  private RedisConnection shared() throws ApplicationException {
    RedisConnection connection = sharing.prepare(new RedisConnection());
    sharing.share(connection);
    return connection;
  }

  private void use(RedisCache cache, RedisLock lock) throws Exception {
    assertThat(cache.store(null, key, 1, 60_000)).isTrue();
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
    String lockKey = Keys.unique("lock");
    lock.acquireLock(null, lockKey, 60_000, 1_000);
    lock.releaseLock(null, lockKey);
    lock.tryLease(null, lockKey, Duration.ofMinutes(1)).orElseThrow().keepAlive().close();
  }

  private List<String> newClients() {
    List<String> clients = new ArrayList<>(raw.clientIds());
    clients.removeAll(clientsBefore);
    return clients;
  }

  private void assertNothingLeft() {
    await()
        .untilAsserted(
            () -> {
              assertThat(newClients()).isEmpty();
              assertThat(Threads.startedSince(threadsBefore)).isEmpty();
            });
  }
}
