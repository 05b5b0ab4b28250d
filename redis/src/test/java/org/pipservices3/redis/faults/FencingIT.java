package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Fencing tokens of a key rise whatever becomes of their counter. */
@Timeout(60)
class FencingIT extends OnOwnServer {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final String fence = "{" + key + "}:fence";

  @Test
  void fencingToken_everythingFlushed_rises() throws Exception {
    RedisLock lock = components.lock();
    long before = tokens(lock, 20);
    raw.call("FLUSHALL");
    assertThat(token(lock)).isGreaterThan(before);
  }

  @Test
  void fencingToken_counterRemoved_rises() throws Exception {
    RedisLock lock = components.lock();
    long before = tokens(lock, 20);
    raw.del(fence);
    assertThat(token(lock)).isGreaterThan(before);
  }

  @Test
  void fencingToken_serverRestartedWithoutItsData_rises() throws Exception {
    RedisLock lock = components.lock();
    long before = tokens(lock, 20);
    server.restart();
    assertThat(token(lock)).isGreaterThan(before);
  }

  @Test
  void fencingToken_counterEvicted_rises() throws Exception {
    RedisLock lock = components.lock("options.fence_timeout", 30_000);
    long before = tokens(lock, 20);
    raw.config("maxmemory-policy", "volatile-ttl");
    raw.call("SET", "ballast", "x".repeat(8 << 20), "PX", 2 * MINUTE);
    raw.config("maxmemory", raw.usedMemory() - (4 << 20));
    eventually().until(() -> !raw.exists(fence));
    raw.config("maxmemory", 0);
    assertThat(token(lock)).isGreaterThan(before);
  }

  @Test
  void fencingToken_failoverToAReplicaThatLagged_rises() throws Exception {
    try (RedisServer replica = RedisServer.start("replicaof 127.0.0.1 " + server.port());
        RawRedis rawReplica = replica.raw();
        Components after = new Components(Target.of(replica))) {
      RedisLock lock = components.lock();
      tokens(lock, 5);
      eventually().until(() -> rawReplica.exists(fence));
      rawReplica.call("REPLICAOF", "NO", "ONE");
      long before = tokens(lock, 20);
      assertThat(Long.parseLong(rawReplica.text(fence))).as("the replica lags").isLessThan(before);
      server.kill();
      assertThat(token(after.lock())).isGreaterThan(before);
    }
  }

  @Test
  void fencingToken_counterExpired_rises() throws Exception {
    RedisLock lock = components.lock("options.fence_timeout", 100);
    long before;
    try (LockLease lease = lock.tryLease(null, key, SHORT).orElseThrow()) {
      before = lease.fencingToken();
      assertThat(raw.pttl(fence)).as("outlives the lease").isBetween(101L, 300L);
    }
    eventually().until(() -> !raw.exists(fence));
    assertThat(token(lock)).isGreaterThan(before);
  }

  @Test
  void fenceTimeout_shorterThanALeaseThatIsKept_doesNotEndTheCounter() throws Exception {
    RedisLock lock = components.lock("options.fence_timeout", 100);
    try (LockLease lease = lock.tryLease(null, key, SHORT).orElseThrow()) {
      assertThat(lease.extend(LONG)).isTrue();
      assertThat(raw.pttl(fence)).isGreaterThan(30_000);
      assertThat(lease.extend(Duration.ofSeconds(10))).isTrue();
      assertThat(raw.text(fence)).isEqualTo(Long.toString(lease.fencingToken()));
    }
  }

  @Test
  void fenceTimeout_default_isADayAfterTheLastLease() throws Exception {
    token(components.lock());
    assertThat(raw.pttl(fence)).isBetween(86_400_000L - MINUTE, 86_400_000L);
  }

  /** A clock that stepped back, or stands still, looks to the counter as if it were ahead. */
  @ParameterizedTest
  @CsvSource({
    "9007199254740991, 9007199254740992",
    "9007199254740992, 9007199254740993",
    "9007199254740993, 9007199254740994",
    "9007199254740995, 9007199254740996",
    "99999999999999999, 100000000000000000",
    "9223372036854775805, 9223372036854775806",
    "9223372036854775806, 9223372036854775807"
  })
  void fencingToken_counterAheadOfTheClock_isExactlyOneMore(String counter, long next)
      throws Exception {
    raw.set(fence, counter);
    assertThat(token(components.lock())).isEqualTo(next);
    assertThat(raw.text(fence)).isEqualTo(Long.toString(next));
    assertThat(raw.pttl(fence)).as("foreign, without expiry").isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "999999999999999", "1000000000000000", "-9223372036854775808", "-5"})
  void fencingToken_counterBehindTheClock_isTheServersTime(String counter) throws Exception {
    raw.set(fence, counter);
    long earliest = System.currentTimeMillis() * 1_000;
    long token = token(components.lock());
    long latest = (System.currentTimeMillis() + 1) * 1_000;
    assertThat(token).isBetween(earliest, latest);
  }

  @Test
  void fencingToken_manyWithinAMicrosecond_rises() throws Exception {
    RedisLock lock = components.lock();
    long ahead = (System.currentTimeMillis() + 1_000) * 1_000;
    raw.set(fence, ahead);
    assertThat(tokens(lock, 50)).isEqualTo(ahead + 50);
  }

  @Test
  void fencingToken_foreignNumberAtTheEnd_isAnErrorThatNamesTheCounterAndLeavesNoLock()
      throws Exception {
    raw.set(fence, Long.MAX_VALUE);
    assertRefused("ERR");
    assertThat(raw.text(fence)).isEqualTo(Long.toString(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "12x", "99999999999999999999", "1.5", " 7"})
  void fencingToken_foreignText_isAnErrorThatNamesTheCounterAndLeavesNoLock(String counter)
      throws Exception {
    raw.set(fence, counter);
    assertRefused("ERR");
    raw.del(fence);
    assertThat(token(components.lock())).isPositive();
  }

  @Test
  void fencingToken_foreignList_isAnErrorThatNamesTheCounterAndLeavesNoLock() throws Exception {
    raw.call("RPUSH", fence, "a");
    assertRefused("WRONGTYPE");
  }

  @Test
  void tryLease_replyLost_retryHasTheTokenOfTheFirstAttempt() throws Exception {
    RedisLock lock = proxied.lock();
    long before = token(lock);
    proxy.loseReplyTo(key);
    LockLease lease = lock.tryLease(null, key, LONG).orElseThrow();
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(lease.fencingToken()).isGreaterThan(before);
    assertThat(raw.text(fence)).isEqualTo(Long.toString(lease.fencingToken()));
    lease.close();
  }

  private void assertRefused(String code) throws Exception {
    RedisLock lock = components.lock();
    ApplicationException error =
        assertFails(() -> lock.tryLease(TRACE, key, LONG), InvocationException.class, code);
    assertThat(error.getMessage()).contains(fence).contains("remove");
    assertThat(raw.exists(key)).isFalse();
  }

  /** Takes and releases so many leases, and returns the last token. */
  private long tokens(RedisLock lock, int count) {
    long last = 0;
    for (int i = 0; i < count; i++) {
      long next = token(lock);
      assertThat(next).isGreaterThan(last);
      last = next;
    }
    return last;
  }

  private long token(RedisLock lock) {
    try (LockLease lease = lock.tryLease(null, key, LONG).orElseThrow()) {
      return lease.fencingToken();
    }
  }
}
