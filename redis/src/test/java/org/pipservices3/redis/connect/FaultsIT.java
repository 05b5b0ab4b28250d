package org.pipservices3.redis.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.RedisLock;

/** What callers see of a Redis that dies, freezes, throws them out or cannot do as asked. */
@Timeout(120)
class FaultsIT {

  private static final long MINUTE = 60_000;

  /** The bound that the timeouts and retries below allow, with room for a slow machine. */
  private static final Duration BOUND = Duration.ofSeconds(4);

  private static final Object[] IMPATIENT = {
    "options.connect_timeout", 300,
    "options.command_timeout", 300,
    "options.retries", 1,
    "options.max_retry_delay", 50
  };

  private final String key = Keys.unique("faults");
  private RedisServer server;
  private Components components;
  private RedisCache cache;
  private RedisLock lock;

  @BeforeEach
  void start() throws ApplicationException {
    server = RedisServer.start();
    components = new Components(Target.of(server));
    cache = components.cache(IMPATIENT);
    lock = components.lock(IMPATIENT);
  }

  @AfterEach
  void stop() throws ApplicationException {
    components.close();
    server.close();
  }

  @Test
  void anyCall_serverKilled_isNoConnectionInBoundedTime() {
    cache.store(null, key, 1, MINUTE);
    server.kill();
    assertNoConnection(() -> cache.retrieve(TRACE, key));
    assertNoConnection(() -> cache.retrieveAs(TRACE, key, String.class));
    assertNoConnection(() -> cache.store(TRACE, key, 2, MINUTE));
    assertNoConnection(() -> cache.remove(TRACE, key));
    assertNoConnection(() -> cache.delete(TRACE, key));
    assertNoConnection(() -> cache.delete(TRACE, List.of(key)));
    assertNoConnection(() -> lock.tryAcquireLock(TRACE, key, 1_000));
    assertNoConnection(() -> lock.acquireLock(TRACE, key, 1_000, 60_000));
    assertNoConnection(() -> lock.tryLease(TRACE, key, Duration.ofSeconds(1)));
  }

  @Test
  void releaseLock_serverKilled_isNoConnectionInBoundedTime() {
    lock.tryAcquireLock(null, key, (int) MINUTE);
    server.kill();
    assertNoConnection(() -> lock.releaseLock(TRACE, key));
  }

  @Test
  void anyCall_serverRestarted_works() {
    cache.store(null, key, 1, MINUTE);
    server.restart();
    assertThat(cache.store(null, key, 2, MINUTE)).isTrue();
    assertThat(cache.retrieve(null, key)).isEqualTo(2);
    assertThat(lock.tryAcquireLock(null, key + "2", (int) MINUTE)).isTrue();
    lock.releaseLock(null, key + "2");
    assertThat(lock.tryAcquireLock(null, key + "2", (int) MINUTE)).isTrue();
  }

  @Test
  void anyCall_serverKilledForAWhile_recoversByItself() {
    server.kill();
    assertNoConnection(() -> cache.retrieve(TRACE, key));
    server.restart();
    assertThat(cache.store(null, key, 2, MINUTE)).isTrue();
  }

  @Test
  void anyCall_serverFrozen_isTimeoutInBoundedTime() {
    cache.store(null, key, 1, MINUTE);
    server.pause();
    try {
      assertTimeout(() -> cache.retrieve(TRACE, key));
      assertTimeout(() -> cache.store(TRACE, key, 2, MINUTE));
      assertTimeout(() -> cache.delete(TRACE, key));
      assertTimeout(() -> lock.tryAcquireLock(TRACE, key, 1_000));
    } finally {
      server.resume();
    }
  }

  @Test
  void anyCall_serverThawed_givesTheRightReplies() {
    cache.store(null, key + "1", "one", MINUTE);
    cache.store(null, key + "2", "two", MINUTE);
    server.pause();
    try {
      assertTimeout(() -> cache.retrieve(TRACE, key + "1"));
    } finally {
      server.resume();
    }
    for (int i = 0; i < 20; i++) {
      assertThat(cache.retrieve(null, key + "2")).isEqualTo("two");
      assertThat(cache.retrieve(null, key + "1")).isEqualTo("one");
    }
  }

  @Test
  void anyCall_serverDiesMidCall_isNoConnectionInBoundedTime() throws ApplicationException {
    RedisCache patient = components.cache("options.command_timeout", 30_000, "options.retries", 0);
    server.pause();
    Background<Object> caller = Background.call(() -> patient.retrieve(TRACE, key));
    caller.awaitStart();
    server.kill();
    assertNoConnection(caller::result);
  }

  @Test
  void anyCall_manyThreadsOnFrozenServer_allEndInBoundedTime() throws Exception {
    server.pause();
    List<Background<Boolean>> callers = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      callers.add(Background.run(() -> assertTimeout(() -> cache.retrieve(TRACE, key))));
    }
    try {
      for (Background<Boolean> caller : callers) {
        assertThat(caller.result()).isTrue();
      }
    } finally {
      server.resume();
    }
  }

  @Test
  void anyCall_clientsKilled_works() {
    try (RawRedis raw = server.raw()) {
      for (int i = 0; i < 5; i++) {
        assertThat(cache.store(null, key, i, MINUTE)).isTrue();
        raw.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        assertThat(cache.retrieve(null, key)).isEqualTo(i);
        assertThat(lock.tryAcquireLock(null, key + i, (int) MINUTE)).isTrue();
        raw.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        lock.releaseLock(null, key + i);
        assertThat(raw.exists(key + i)).isFalse();
      }
    }
  }

  @Test
  void acquireLock_serverRestartsWhileWaiting_getsTheLock() throws Exception {
    try (RawRedis raw = server.raw()) {
      raw.setIfAbsent(key, "foreign", MINUTE);
    }
    RedisLock patient = components.lock("options.retries", 20, "options.retry_timeout", 20);
    Background<Boolean> waiter =
        Background.run(() -> patient.acquireLock(null, key, (int) MINUTE, MINUTE));
    waiter.awaitSleep();
    server.restart();
    assertThat(waiter.result()).isTrue();
  }

  @Test
  void store_outOfMemory_isOomAndKeepsTheOldValue() {
    cache.store(null, key, "kept", MINUTE);
    try (RawRedis raw = server.raw()) {
      raw.config("maxmemory", 1);
      assertAnswer("OOM", () -> cache.store(TRACE, key, "new", MINUTE));
      assertAnswer("OOM", () -> lock.tryAcquireLock(TRACE, key + "2", 1_000));
      assertAnswer("OOM", () -> lock.tryLease(TRACE, key + "2", Duration.ofSeconds(1)));
      raw.config("maxmemory", 0);
      assertThat(raw.text(key)).isEqualTo("\"kept\"");
      assertThat(raw.exists(key + "2")).isFalse();
    }
  }

  @Test
  void store_replica_isReadOnly() {
    try (RawRedis raw = server.raw();
        RedisServer master = RedisServer.start("repl-diskless-sync-delay 0")) {
      raw.call("REPLICAOF", "127.0.0.1", master.port());
      await().until(() -> replicates(raw));
      assertAnswer("READONLY", () -> cache.store(TRACE, key, 1, MINUTE));
      assertAnswer("READONLY", () -> lock.tryAcquireLock(TRACE, key, 1_000));
      assertThat(cache.retrieve(null, key)).isNull();
    }
  }

  @Test
  void anyCall_forbiddenByAcl_isNoPerm() throws ApplicationException {
    try (RawRedis raw = server.raw()) {
      raw.call("ACL", "SETUSER", "reader", "on", ">pw", "~*", "+@connection", "+get");
    }
    RedisCache reader =
        components.cache("credential.username", "reader", "credential.password", "pw");
    assertThat(reader.retrieve(null, key)).isNull();
    assertAnswer("NOPERM", () -> reader.store(TRACE, key, 1, MINUTE));
  }

  private static boolean replicates(RawRedis raw) {
    return new String((byte[]) raw.call("INFO", "replication"), UTF_8)
        .contains("master_link_status:up");
  }

  private static void assertNoConnection(ThrowingCallable call) {
    assertInBound(call, "NO_CONNECTION");
  }

  private static void assertTimeout(ThrowingCallable call) {
    assertInBound(call, "TIMEOUT");
  }

  private static void assertInBound(ThrowingCallable call, String code) {
    long start = System.nanoTime();
    ApplicationException error = assertFails(call, ConnectionException.class, code);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
    assertThat(error.getMessage()).contains("localhost");
  }

  private void assertAnswer(String code, ThrowingCallable call) {
    ApplicationException error = assertFails(call, InvocationException.class, code);
    assertThat(error.getMessage()).contains("localhost").contains(key);
  }
}
