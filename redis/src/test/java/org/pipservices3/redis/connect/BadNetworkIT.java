package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.fixture.TcpProxy.Direction;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Links that are cut, half open or slow, and replies that never arrive. */
@Timeout(120)
class BadNetworkIT {

  private static final long MINUTE = 60_000;
  private static final Duration BOUND = Duration.ofSeconds(4);
  private static final Object[] IMPATIENT = {
    "options.connect_timeout", 300,
    "options.command_timeout", 300,
    "options.retries", 2,
    "options.max_retry_delay", 50
  };

  private final String key = Keys.unique("network");
  private final TcpProxy proxy = TcpProxy.to(RedisServer.shared().port());
  private final RawRedis raw = RedisServer.shared().raw();
  private final Components components =
      new Components(Target.of(proxy, RedisServer.shared()).with(IMPATIENT));
  private RedisCache cache;
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache();
    lock = components.lock();
  }

  @AfterEach
  void close() throws ApplicationException {
    proxy.heal();
    components.close();
    proxy.close();
    raw.close();
  }

  @Test
  void anyCall_linksCut_works() {
    for (int i = 0; i < 5; i++) {
      assertThat(cache.store(null, key, i, MINUTE)).isTrue();
      proxy.cut();
      assertThat(cache.retrieve(null, key)).isEqualTo(i);
    }
  }

  @Test
  void anyCall_linksRefused_isNoConnectionAndLaterWorks() {
    proxy.refuse();
    proxy.cut();
    assertFails(() -> cache.retrieve(TRACE, key), ConnectionException.class, "NO_CONNECTION");
    proxy.heal();
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void anyCall_packetsSwallowed_isTimeoutInBoundedTimeAndLaterWorks(Direction direction) {
    cache.store(null, key, 1, MINUTE);
    proxy.swallow(direction);
    long start = System.nanoTime();
    assertFails(() -> cache.retrieve(TRACE, key), ConnectionException.class, "TIMEOUT");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
    proxy.heal();
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
  }

  @Test
  void anyCall_slowLink_works() {
    proxy.delay(Duration.ofMillis(20));
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
    assertThat(lock.tryAcquireLock(null, key + "2", (int) MINUTE)).isTrue();
  }

  @Test
  void store_replyLost_isRepeatedAndCountsOnce() {
    proxy.loseReplyTo(key);
    assertThat(cache.store(null, key, "ABC", MINUTE)).isTrue();
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(cache.retrieve(null, key)).isEqualTo("ABC");
    assertThat(components.counters().count("redis.cache.stores")).isOne();
  }

  @Test
  void retrieve_replyLost_isRepeated() {
    cache.store(null, key, "ABC", MINUTE);
    proxy.loseReplyTo(key);
    assertThat(cache.retrieve(null, key)).isEqualTo("ABC");
    assertThat(proxy.hasLostReply()).isTrue();
  }

  @Test
  void remove_replyLost_isRepeated() {
    cache.store(null, key, "ABC", MINUTE);
    proxy.loseReplyTo(key);
    cache.remove(null, key);
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void delete_replyLost_isNeverAWrongCount() {
    cache.store(null, key, "ABC", MINUTE);
    proxy.loseReplyTo(key);
    try {
      assertThat(cache.delete(TRACE, key)).isOne();
    } catch (RedisException e) {
      assertThat(e.getCause()).isInstanceOf(ConnectionException.class);
    }
    assertThat(proxy.hasLostReply()).isTrue();
  }

  @Test
  void tryAcquireLock_replyLost_isOneAcquisition() {
    proxy.loseReplyTo(key);
    assertThat(lock.tryAcquireLock(null, key, (int) MINUTE)).isTrue();
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(raw.text(key)).matches("[0-9a-f]{32}");
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void tryAcquireLock_replyToRefusalLost_isRefused() {
    raw.setIfAbsent(key, "foreign", MINUTE);
    proxy.loseReplyTo(key);
    assertThat(lock.tryAcquireLock(null, key, (int) MINUTE)).isFalse();
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(raw.text(key)).isEqualTo("foreign");
  }

  @Test
  void acquireLock_replyLost_isOneAcquisition() throws Exception {
    proxy.loseReplyTo(key);
    lock.acquireLock(null, key, (int) MINUTE, 1_000);
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(raw.pttl(key)).isGreaterThan(30_000);
  }

  @Test
  void tryLease_replyLost_isOneAcquisitionWithTheNewestToken() {
    LockLease before = lock.tryLease(null, key, Duration.ofMinutes(1)).orElseThrow();
    before.close();
    proxy.loseReplyTo(key);
    try (LockLease lease = lock.tryLease(null, key, Duration.ofMinutes(1)).orElseThrow()) {
      assertThat(proxy.hasLostReply()).isTrue();
      assertThat(lease.fencingToken()).isGreaterThan(before.fencingToken());
      assertThat(raw.text("{" + key + "}:fence")).isEqualTo(Long.toString(lease.fencingToken()));
    }
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void releaseLock_replyLost_isReleasedAndNoLoss() {
    lock.tryAcquireLock(null, key, (int) MINUTE);
    proxy.loseReplyTo(key);
    lock.releaseLock(null, key);
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(raw.exists(key)).isFalse();
    assertThat(components.counters().counts()).doesNotContainKey("redis.lock.lost");
  }

  @Test
  void release_replyLost_doesNotTouchTheNextHolder() {
    LockLease lease = lock.tryLease(null, key, Duration.ofMinutes(1)).orElseThrow();
    proxy.loseReplyTo(key);
    lease.close();
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(raw.setIfAbsent(key, "foreign", MINUTE)).isTrue();
    lease.close();
    assertThat(raw.text(key)).isEqualTo("foreign");
  }

  @Test
  void extend_replyLost_isRepeated() {
    LockLease lease = lock.tryLease(null, key, Duration.ofSeconds(10)).orElseThrow();
    proxy.loseReplyTo(key);
    assertThat(lease.extend(Duration.ofMinutes(1))).isTrue();
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(lease.isHeld()).isTrue();
    assertThat(raw.pttl(key)).isGreaterThan(30_000);
  }

  @Test
  void tryAcquireLock_givenUpAfterRetries_leavesNoLockThatOutlivesItsTtl() {
    proxy.swallow(Direction.TO_CLIENT);
    assertFails(
        () -> lock.tryAcquireLock(TRACE, key, (int) MINUTE), ConnectionException.class, "TIMEOUT");
    proxy.heal();
    assertThat(raw.pttl(key)).isLessThanOrEqualTo(MINUTE).isNotEqualTo(-1);
  }
}
