package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * The request of a short extension arrived after a longer one: it cut the key, which another then
 * got while the lease said that it was held.
 */
@Timeout(60)
class LateExtensionIT extends OnOwnServer {
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration DELAY = Duration.ofMillis(1_500);

  @Test
  void extend_shorterOneWasRetriedAndItsFirstRequestComesLate_keepsTheKey() throws Exception {
    RedisLock lock = impatient("options.retries", 3);
    LockLease lease = lock.tryLease(TRACE, key, LONG).orElseThrow();
    proxy.holdUpOnce("EVAL", DELAY);
    assertThat(lease.extend(SHORT)).isTrue();
    assertThat(proxy.hasHeldUp()).isTrue();
    assertThat(lease.extend(LONG)).isTrue();
    assertStaysHeld(lease);
  }

  @Test
  void extend_shorterOneFailedAndItsRequestComesLate_keepsTheKey() throws Exception {
    RedisLock lock = impatient("options.retries", 0);
    LockLease lease = lock.tryLease(TRACE, key, LONG).orElseThrow();
    proxy.holdUpOnce("EVAL", DELAY);
    assertFails(() -> lease.extend(SHORT), ConnectionException.class, "TIMEOUT");
    assertThat(lease.extend(LONG)).isTrue();
    assertStaysHeld(lease);
  }

  @Test
  void extend_renewalComesLate_keepsTheKey() throws Exception {
    RedisLock lock = impatient("options.retries", 3);
    LockLease lease = lock.tryLease(null, key, Duration.ofSeconds(3)).orElseThrow().keepAlive();
    proxy.holdUpOnce("EVAL", DELAY);
    eventually().until(proxy::hasHeldUp);
    assertThat(lease.extend(LONG)).isTrue();
    assertStaysHeld(lease);
  }

  /** A lock with a short timeout that has loaded its scripts. */
  private RedisLock impatient(Object... options) throws ApplicationException {
    RedisLock lock = proxied.lock("options.command_timeout", 500, options[0], options[1]);
    LockLease lease = lock.tryLease(null, key + "warm", LONG).orElseThrow();
    assertThat(lease.extend(LONG)).isTrue();
    assertThat(lease.release()).isTrue();
    return lock;
  }

  private void assertStaysHeld(LockLease lease) throws ApplicationException {
    proxy.awaitHeldUp();
    await()
        .during(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(5))
        .until(() -> raw.pttl(key) >= lease.remaining().toMillis());
    assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(40));
    assertThat(raw.text(key)).matches("[0-9a-f]{32}");
    assertThat(components.lock().tryAcquireLock(TRACE, key, MINUTE)).isFalse();
    assertThat(lease.extend(SHORT)).isTrue();
    assertThat(raw.pttl(key)).isBetween(1L, SHORT.toMillis());
    assertThat(lease.release()).isTrue();
    assertThat(raw.exists(key)).isFalse();
  }
}
