package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Keys of leases that had ended stood for a time to live that only Redis knew of. */
@Timeout(60)
class LeaseLeftBehindIT extends OnOwnServer {
  private static final Duration SHORT = Duration.ofMillis(1_300);
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void extend_toAShorterTimeWithoutAnswer_keyGoesWithTheLease() throws Exception {
    LockLease lease = impatient(0).tryLease(TRACE, key, LONG).orElseThrow();
    proxy.swallow(TcpProxy.Direction.TO_SERVER);
    assertFails(() -> lease.extend(SHORT), ConnectionException.class, "TIMEOUT");
    proxy.heal();
    promptly().until(() -> !raw.exists(key));
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void extend_toALongerTimeWithoutAnswer_keyGoesWithTheLease() throws Exception {
    LockLease lease = impatient(0).tryLease(TRACE, key, SHORT.plus(SHORT)).orElseThrow();
    proxy.swallow(TcpProxy.Direction.TO_CLIENT);
    assertFails(() -> lease.extend(LONG), ConnectionException.class, "TIMEOUT");
    assertThat(raw.pttl(key)).isGreaterThan(LONG.toMillis() / 2);
    proxy.heal();
    promptly().until(() -> !raw.exists(key));
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void release_refusedAfterAnExtensionWithoutAnswer_isTriedForTheLongerTime() throws Exception {
    LockLease lease = impatient(0).tryLease(TRACE, key, SHORT.plus(SHORT)).orElseThrow();
    proxy.swallow(TcpProxy.Direction.TO_CLIENT);
    assertFails(() -> lease.extend(LONG), ConnectionException.class, "TIMEOUT");
    proxy.heal();
    raw.call("ACL", "SETUSER", "default", "-eval", "-evalsha");
    assertFails(lease::release, InvocationException.class, "NOPERM");
    long until = System.nanoTime() + SHORT.multipliedBy(3).toNanos();
    eventually().until(() -> System.nanoTime() - until > 0);
    raw.call("ACL", "SETUSER", "default", "+@all");
    promptly().until(() -> !raw.exists(key));
  }

  @Test
  void release_firstRequestOfTheAcquisitionComesAfterAShortExtension_leavesNoLock()
      throws Exception {
    RedisLock lock = impatient(3);
    proxy.holdUpOnce("EVAL", Duration.ofSeconds(2));
    LockLease lease = lock.tryLease(TRACE, key, LONG).orElseThrow();
    assertThat(proxy.hasHeldUp()).isTrue();
    assertThat(lease.extend(SHORT)).isTrue();
    assertThat(lease.release()).isTrue();
    eventually().until(() -> raw.exists(key));
    promptly().until(() -> !raw.exists(key));
  }

  private RedisLock impatient(int retries) throws ApplicationException {
    RedisLock lock = proxied.lock("options.command_timeout", 500, "options.retries", retries);
    try (LockLease warm = lock.tryLease(null, key + "warm", LONG).orElseThrow()) {
      assertThat(warm.extend(LONG)).isTrue();
    }
    return lock;
  }
}
