package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.BadRequestException;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.OnEveryTopology;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** How long values and locks stay, and how far the servers are. */
class RemainingContractIT extends OnEveryTopology {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

  private final String prefix = Keys.unique("remaining") + ":";
  private RedisCache cache;
  private RedisLock lock;

  @BeforeEach
  void open() throws ApplicationException {
    cache = components.cache("options.key_prefix", prefix, "options.near_cache", true);
    lock = components.lock("options.key_prefix", prefix);
  }

  @Test
  void remaining_ofAValue_isItsLifetime() {
    assertThat(cache.remaining(null, "a")).isEmpty();
    cache.store(null, "a", 1, MINUTE.toMillis());
    assertUpToAMinute(cache.remaining(null, "a"));
  }

  /** The near cache may hold it, but does not answer. */
  @Test
  void remaining_ofAValueThatAnotherShortened_isWhatRedisHas() {
    cache.store(null, "a", 1, 60 * MINUTE.toMillis());
    cache.retrieve(null, "a");
    raw.call("PEXPIRE", prefix + "a", MINUTE.toMillis());
    assertUpToAMinute(cache.remaining(null, "a"));
  }

  @Test
  void remaining_ofAnothersValueWithoutExpiry_isForEver() {
    raw.set(prefix + "a", 1);
    assertThat(cache.remaining(null, "a")).contains(FOR_EVER);
    assertThat(lock.remaining(null, "a")).contains(FOR_EVER);
  }

  @Test
  void remaining_ofALock_isThatOfWhoeverHoldsIt() {
    assertThat(lock.remaining(null, "a")).isEmpty();
    lock.tryAcquireLock(null, "a", (int) MINUTE.toMillis());
    assertUpToAMinute(lock.remaining(null, "a"));
    lock.releaseLock(null, "a");
    assertThat(lock.remaining(null, "a")).isEmpty();
    raw.setIfAbsent(prefix + "a", "foreign", MINUTE.toMillis());
    assertUpToAMinute(lock.remaining(null, "a"));
  }

  @Test
  void remaining_ofALease_isItsTimeToLive() {
    try (LockLease lease = lock.tryLease(null, "a", MINUTE).orElseThrow()) {
      assertUpToAMinute(lock.remaining(null, "a"));
      assertThat(lease.extend(MINUTE.multipliedBy(2))).isTrue();
      assertThat(lock.remaining(null, "a").orElseThrow()).isGreaterThan(MINUTE);
    }
    assertThat(lock.remaining(null, "a")).isEmpty();
  }

  @Test
  void remaining_withoutKey_isRefused() {
    assertFails(() -> cache.remaining(TRACE, ""), BadRequestException.class, "NO_KEY");
    assertFails(() -> lock.remaining(TRACE, ""), BadRequestException.class, "NO_KEY");
  }

  @Test
  void remaining_whenClosed_isNotOpened() {
    cache.close();
    lock.close();
    assertFails(() -> cache.remaining(TRACE, "a"), InvalidStateException.class, "NOT_OPENED");
    assertFails(() -> lock.remaining(TRACE, "a"), InvalidStateException.class, "NOT_OPENED");
  }

  @Test
  void ping_healthyServers_tellsTheRoundTrip() throws ApplicationException {
    try (RedisConnection connection = components.connection()) {
      assertThat(connection.ping(null)).isBetween(Duration.ofNanos(1), Duration.ofSeconds(2));
    }
  }

  private static void assertUpToAMinute(Optional<Duration> remaining) {
    assertThat(remaining.orElseThrow()).isBetween(Duration.ofSeconds(30), MINUTE);
  }
}
