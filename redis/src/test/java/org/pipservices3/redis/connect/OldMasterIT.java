package org.pipservices3.redis.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * A failover behind one address: READONLY for ever, since the old master lives on as a replica and
 * the connections to it stay open.
 */
@Timeout(120)
class OldMasterIT {
  private static final int MINUTE = 60_000;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String FOREIGN = "00112233445566778899aabbccddeeff";

  private final String key = Keys.unique("old-master");
  private final RedisServer first = RedisServer.start();
  private final RedisServer second = RedisServer.start();
  private final RawRedis old = first.raw();
  private final RawRedis fresh = second.raw();
  private final TcpProxy proxy = TcpProxy.to(first.port());
  private final Components components = new Components(Target.of(proxy, first));

  @BeforeEach
  void replicate() {
    follow(fresh, first);
  }

  @AfterEach
  void stop() throws ApplicationException {
    components.close();
    proxy.close();
    old.close();
    fresh.close();
    first.close();
    second.close();
  }

  @Test
  @Tag("alone")
  void anyCall_addressLeadsToAnotherMaster_worksWithinASecond() throws ApplicationException {
    RedisCache cache = components.cache();
    RedisCache forgiving = components.cache("options.fail_open", true);
    RedisLock lock = components.lock();
    cache.store(null, key, "before", MINUTE);
    forgiving.store(null, key + "2", "before", MINUTE);
    lock.tryAcquireLock(null, key + "lock", MINUTE);

    switchOver();

    long start = System.nanoTime();
    assertThat(cache.store(null, key, "after", MINUTE)).isTrue();
    assertThat(cache.delete(null, key)).isEqualTo(1);
    assertThat(forgiving.store(null, key + "2", "after", MINUTE)).isTrue();
    lock.releaseLock(null, key + "lock");
    assertThat(since(start)).isLessThan(SECOND);
    assertThat(fresh.exists(key)).isFalse();
    assertThat(fresh.text(key + "2")).isEqualTo("\"after\"");
    assertThat(fresh.exists(key + "lock")).isFalse();
  }

  @Test
  @Tag("alone")
  void store_addressLeadsElsewhereOnlyLater_worksWithinASecondOfThat() throws Exception {
    RedisCache cache = components.cache("options.retries", 0);
    cache.store(null, key, "before", MINUTE);
    promote();

    Background<Boolean> caller = Background.call(() -> cache.store(null, key, "after", MINUTE));
    await().until(() -> refusals() >= 3);
    proxy.leadTo(second.port());

    long start = System.nanoTime();
    assertThat(caller.result()).isTrue();
    assertThat(since(start)).isLessThan(SECOND);
  }

  @Test
  void keepAlive_addressLeadsToAnotherMaster_isKept() throws ApplicationException {
    RedisLock lock = components.lock();
    LockLease lease = lock.tryLease(null, key, Duration.ofSeconds(2)).orElseThrow().keepAlive();

    switchOver();

    await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).until(lease::isHeld);
    assertThat(fresh.exists(key)).isTrue();
  }

  @Test
  void nearCache_addressLeadsToAnotherMaster_hearsOfWritesThere() throws ApplicationException {
    RedisCache cache = components.cache("options.near_cache", true);
    cache.store(null, key, "before", MINUTE);
    await().until(() -> old.trackers().size() == 1);
    assertThat(cache.retrieve(null, key)).isEqualTo("before");

    switchOver();
    cache.store(null, key + "2", 1, MINUTE);
    await().atMost(Duration.ofSeconds(5)).until(() -> fresh.trackers().size() == 1);
    assertThat(old.trackers()).isEmpty();
    assertThat(cache.retrieve(null, key)).isEqualTo("before");
    fresh.set(key, "\"after\"");

    await().atMost(Duration.ofSeconds(5)).until(() -> cache.retrieve(null, key).equals("after"));
  }

  @Test
  void acquireLock_addressLeadsToAnotherMasterWhileWaiting_getsIt() throws Exception {
    old.setIfAbsent(key, FOREIGN, MINUTE);
    RedisLock lock = components.lock();
    Background<Boolean> waiter = Background.run(() -> lock.acquireLock(null, key, MINUTE, MINUTE));
    await().until(() -> old.callsOf("pttl") >= 1);

    switchOver();
    long start = System.nanoTime();
    fresh.del(key);

    assertThat(waiter.result()).isTrue();
    assertThat(since(start)).isLessThan(Duration.ofSeconds(4));
    assertThat(fresh.exists(key)).isTrue();
  }

  @Test
  void retrieve_oldMasterHasNoMasterItself_isReadFromTheNewOne() throws ApplicationException {
    RedisCache cache = components.cache();
    cache.store(null, key, "kept", MINUTE);
    await().until(() -> fresh.exists(key));
    fresh.call("REPLICAOF", "NO", "ONE");
    old.config("replica-serve-stale-data", "no");
    old.call("REPLICAOF", "127.0.0.1", proxy.port());
    proxy.leadTo(second.port());

    long start = System.nanoTime();
    assertThat(cache.retrieve(null, key)).isEqualTo("kept");
    assertThat(since(start)).isLessThan(SECOND);
  }

  @Test
  void store_oldMasterReadsItsData_isStoredInTheNewOne() throws Exception {
    RedisCache cache = components.cache();
    cache.store(null, key, "before", MINUTE);
    await().until(() -> fresh.exists(key));
    fresh.call("REPLICAOF", "NO", "ONE");
    Background<Boolean> reload = first.reload(Duration.ofSeconds(5));
    proxy.leadTo(second.port());

    assertThat(cache.store(null, key, "after", MINUTE)).isTrue();
    assertThat(reload.isDone()).isFalse();
    assertThat(fresh.text(key)).isEqualTo("\"after\"");
  }

  @Test
  void store_replicaForEver_isReadOnlyAfterASecond() throws ApplicationException {
    RedisCache cache = components.cache();
    promote();

    long start = System.nanoTime();
    assertFails(() -> cache.store(TRACE, key, 1, MINUTE), InvocationException.class, "READONLY");
    assertThat(since(start)).isBetween(SECOND, Duration.ofSeconds(4));
  }

  private long refusals() {
    String name = "errorstat_READONLY:count=";
    String info = new String((byte[]) old.call("INFO", "errorstats"), UTF_8);
    return info.lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).trim()))
        .sum();
  }

  private void switchOver() {
    promote();
    proxy.leadTo(second.port());
  }

  /** What the replica has not heard of would be lost, which is another matter. */
  private void promote() {
    await().until(() -> old.call("DBSIZE").equals(fresh.call("DBSIZE")));
    fresh.call("REPLICAOF", "NO", "ONE");
    follow(old, second);
  }

  private static void follow(RawRedis replica, RedisServer master) {
    replica.call("REPLICAOF", "127.0.0.1", master.port());
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                new String((byte[]) replica.call("INFO", "replication"), UTF_8)
                    .contains("master_link_status:up"));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
