package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Locks stood for their ttl though nobody held them: no token whose fate is open is forgotten. */
@Timeout(120)
class LeftBehindIT extends OnOwnServer {

  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void releaseLease_refusedForAMoment_isDoneAllTheSame() throws Exception {
    LockLease lease = components.lock().tryLease(TRACE, key, LONG).orElseThrow();
    raw.config("min-replicas-to-write", 1);
    assertFails(lease::release, InvocationException.class, "NOREPLICAS");
    assertThat(raw.exists(key)).isTrue();
    raw.config("min-replicas-to-write", 0);
    promptly().until(() -> !raw.exists(key));
  }

  @Test
  void releaseLock_scriptsForbiddenForAMoment_isDoneAllTheSame() throws Exception {
    RedisLock lock = components.lock();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    raw.call("ACL", "SETUSER", "default", "-eval", "-evalsha");
    assertFails(() -> lock.releaseLock(TRACE, key), InvocationException.class, "NOPERM");
    raw.call("ACL", "SETUSER", "default", "+@all");
    promptly().until(() -> !raw.exists(key));
  }

  /** The second refusal came when the background release was tried: it was dropped. */
  @Test
  void closeLease_backgroundReleaseRefusedToo_isTriedUntilItIsDone() throws Exception {
    LockLease lease = components.lock().tryLease(null, key, LONG).orElseThrow();
    raw.config("min-replicas-to-write", 1);
    lease.close();
    long refused = raw.callsOf("eval");
    eventually().until(() -> raw.callsOf("eval") >= refused + 3);
    raw.config("min-replicas-to-write", 0);
    promptly().until(() -> !raw.exists(key));
  }

  @Test
  void releaseLease_keyBecameAList_isSettled() throws Exception {
    LockLease lease = components.lock().tryLease(TRACE, key, LONG).orElseThrow();
    raw.del(key);
    raw.call("RPUSH", key, "foreign");
    assertFails(lease::release, InvocationException.class, "WRONGTYPE");
    assertThat(raw.exists(key)).isTrue();
  }

  /** The retry found nothing to release, which was reported as a loss. */
  @Test
  void releaseLock_replyLostAndRetried_isNoLoss() throws Exception {
    RedisLock lock = proxied.lock();
    for (int i = 0; i < 2; i++) { // the first one loads the script
      assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
      if (i == 1) {
        proxy.loseReplyTo(key);
      }
      lock.releaseLock(null, key);
      assertThat(raw.exists(key)).isFalse();
    }
    assertThat(proxy.hasLostReply()).isTrue();
    assertThat(proxied.counters().count("redis.lock.lost")).isZero();
  }

  @Test
  void tryAcquireLock_replyLostAndRetryRefused_leavesNoLock() throws Exception {
    RedisLock lock = proxied.lock("options.retries", 60);
    proxy.refuse();
    proxy.loseReplyTo("NX");
    Background<Boolean> claim = Background.call(() -> lock.tryAcquireLock(TRACE, key, MINUTE));
    eventually().until(() -> proxy.hasLostReply() && raw.exists(key));
    raw.config("maxmemory", 1);
    proxy.heal();
    assertFails(claim::result, InvocationException.class, "OOM");
    promptly().until(() -> !raw.exists(key));
  }

  /** The retry of a claim is another command: it must give the key its end, too. */
  @Test
  void tryAcquireLock_firstRequestSwallowed_endsWithItsTtl() throws Exception {
    RedisLock lock = proxied.lock("options.command_timeout", 300, "options.retries", 20);
    long links = proxy.linksMade();
    proxy.swallow(TcpProxy.Direction.TO_SERVER);
    Background<Boolean> claim = Background.call(() -> lock.tryAcquireLock(TRACE, key, MINUTE));
    eventually().until(() -> proxy.linksMade() > links + 1);
    proxy.heal();
    assertThat(claim.result()).isTrue();
    assertThat(raw.pttl(key)).isBetween(1L, (long) MINUTE);
  }

  /** The attempts between the first and the last surely did not run: the first one still may. */
  @Test
  void tryAcquireLock_replyLostAndThenRefusedForAWhile_isAcquiredOnce() throws Exception {
    RedisLock lock = proxied.lock("options.retries", 60);
    proxy.refuse();
    proxy.loseReplyTo("NX");
    Background<Boolean> claim = Background.call(() -> lock.tryAcquireLock(TRACE, key, MINUTE));
    eventually().until(() -> proxy.hasLostReply() && raw.exists(key));
    int refused = proxy.refused();
    eventually().until(() -> proxy.refused() >= refused + 2);
    proxy.heal();
    assertThat(claim.result()).isTrue();
    lock.releaseLock(null, key);
    assertThat(raw.exists(key)).isFalse();
  }

  /** The first request arrived after its retry had been granted, used and released. */
  @Test
  void releaseLock_firstRequestOfItsClaimComesLate_leavesNoLock() throws Exception {
    RedisLock lock = proxied.lock("options.command_timeout", 500);
    proxy.holdUpOnce("NX", Duration.ofMillis(2_500));
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    assertThat(proxy.hasHeldUp()).isTrue();
    lock.releaseLock(null, key);
    assertLateLockGoes();
  }

  @Test
  void tryAcquireLock_refusedAndItsFirstRequestComesLate_leavesNoLock() throws Exception {
    RedisLock lock = proxied.lock("options.command_timeout", 500);
    raw.set(key, FOREIGN);
    proxy.holdUpOnce("NX", Duration.ofMillis(2_500));
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    raw.del(key);
    assertLateLockGoes();
  }

  @Test
  void releaseLease_firstRequestOfItsClaimComesLate_leavesNoLock() throws Exception {
    RedisLock lock = proxied.lock("options.command_timeout", 500);
    lock.tryLease(null, key + "warm", LONG).orElseThrow().close();
    proxy.holdUpOnce("EVALSHA", Duration.ofMillis(2_500));
    LockLease lease = lock.tryLease(null, key, LONG).orElseThrow();
    assertThat(lease.release()).isTrue();
    assertLateLockGoes();
  }

  @Test
  void close_oneKeyBecameAList_releasesAllOthers() throws Exception {
    RedisLock lock = components.lock();
    List<LockLease> leases = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      leases.add(lock.tryLease(null, key + i, LONG).orElseThrow());
    }
    raw.del(key + 7);
    raw.call("RPUSH", key + 7, "foreign");
    lock.close(null);
    assertThat(leases).noneMatch(LockLease::isHeld);
    for (int i = 0; i < 20; i++) {
      assertThat(raw.exists(key + i)).as("%d", i).isEqualTo(i == 7);
    }
  }

  /** Three quick refusals were taken for the end, without a word. */
  @Test
  void close_releaseRefusedForAMoment_isDoneAllTheSame() throws Exception {
    RedisLock lock = components.lock("options.command_timeout", 20_000);
    for (int i = 0; i < 20; i++) {
      assertThat(lock.tryLease(null, key + i, LONG)).isPresent();
    }
    raw.config("min-replicas-to-write", 1);
    Background<Boolean> closing = Background.run(() -> lock.close(null));
    await().until(() -> raw.errors() > 10 * 20);
    assertThat(closing.isDone()).isFalse();
    raw.config("min-replicas-to-write", 0);
    assertThat(closing.result()).isTrue();
    for (int i = 0; i < 20; i++) {
      assertThat(raw.exists(key + i)).as("%d", i).isFalse();
    }
  }

  @Test
  void close_releaseRefused_isLogged() throws Exception {
    RedisLock lock = components.lock();
    assertThat(lock.tryLease(null, key, LONG)).isPresent();
    raw.config("min-replicas-to-write", 1);
    lock.close(null);
    raw.config("min-replicas-to-write", 0);
    assertThat(components.logger().entries(LogLevel.Warn))
        .anySatisfy(entry -> assertThat(entry.message()).contains("could not be released before"));
  }

  @Test
  void close_serverHangs_endsInTime() throws Exception {
    RedisLock lock = components.lock();
    for (int i = 0; i < 20; i++) {
      lock.tryLease(null, key + i, LONG).orElseThrow().keepAlive();
    }
    server.pause();
    long start = System.nanoTime();
    lock.close(null);
    assertThat(since(start)).isLessThan(Duration.ofSeconds(6));
    server.resume();
  }

  private void assertLateLockGoes() {
    String text = key;
    assertThat(raw.exists(text)).isFalse();
    eventually().until(() -> raw.exists(text));
    eventually().until(() -> !raw.exists(text));
  }
}
