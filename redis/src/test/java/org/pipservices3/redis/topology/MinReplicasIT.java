package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.InvocationException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.Targets;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** A lock is held only if as many replicas as wanted know of it. */
@Timeout(60)
@ParameterizedClass
@EnumSource
class MinReplicasIT {
  private static final int MINUTE = 60_000;

  /** How many replicas a master has. */
  enum Place {
    STANDALONE(0),
    SENTINEL(2),
    CLUSTER(1);

    final int replicas;

    Place(int replicas) {
      this.replicas = replicas;
    }

    Target target() {
      return switch (this) {
        case STANDALONE -> Targets.plain();
        case SENTINEL -> SentinelTopology.sharedSecured().target();
        case CLUSTER -> ClusterTopology.shared().target();
      };
    }
  }

  @Parameter private Place place;

  private final String key = Keys.unique("replicas");
  private Components components;
  private RawRedis raw;

  @BeforeEach
  void reach() {
    components = new Components(place.target());
    raw = place.target().raw();
  }

  @AfterEach
  void leave() throws ApplicationException {
    components.close();
    raw.close();
  }

  @Test
  void anyAcquisition_enoughReplicas_isHeld() throws Exception {
    RedisLock lock = components.lock("options.min_replicas", place.replicas);
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isTrue();
    assertThat(raw.exists(key)).isTrue();
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    lock.releaseLock(null, key);
    raw.call("SCRIPT", "FLUSH");
    try (LockLease lease = lock.tryLease(null, key, Duration.ofMinutes(1)).orElseThrow()) {
      assertThat(lease.fencingToken()).isPositive();
      assertThat(lock.tryLease(null, key, Duration.ofMinutes(1))).isEmpty();
    }
    assertThat(raw.exists(key)).isFalse();
  }

  @Test
  void anyAcquisition_tooFewReplicas_isRefusedAndReleased() throws Exception {
    RedisLock lock =
        components.lock("options.min_replicas", place.replicas + 1, "options.command_timeout", 600);
    assertThat(lock.tryAcquireLock(null, key, MINUTE)).isFalse();
    assertThat(raw.exists(key)).isFalse();
    assertThat(lock.tryLease(null, key, Duration.ofMinutes(1))).isEmpty();
    assertThat(raw.exists(key)).isFalse();
    assertFailsChecked(() -> lock.acquireLock(TRACE, key, MINUTE, 100), ConflictException.class);
    assertThat(raw.exists(key)).isFalse();
    assertThat(components.counters().count("redis.lock.unconfirmed")).isEqualTo(3);
    assertThat(components.counters().count("redis.lock.acquisitions")).isZero();
    assertThat(components.logger().text()).contains("options.min_replicas").contains(key);
  }

  @Test
  void tryAcquireLock_waitsForReplicas_holdsUpNobodyElse() throws Exception {
    RedisConnection connection = components.connection("options.command_timeout", 4_000);
    components.share(connection);
    RedisLock lock = components.lock("options.min_replicas", place.replicas + 1);
    RedisCache cache = components.cache();
    Background<Boolean> refused = Background.call(() -> lock.tryAcquireLock(null, key, MINUTE));
    while (!raw.exists(key)) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < 50; i++) {
      assertThat(cache.store(null, "{" + key + "}" + i, i, MINUTE)).isTrue();
    }
    assertThat(refused.isDone()).isFalse();
    assertThat(refused.result()).isFalse();
  }

  @Test
  void tryAcquireLock_waitIsForbidden_isAnErrorAndReleased() throws Exception {
    if (place != Place.STANDALONE) {
      return;
    }
    raw.call("ACL", "SETUSER", "no-wait", "on", ">secret", "~*", "&*", "+@all", "-wait");
    RedisLock lock =
        components.lock(
            "options.min_replicas",
            1,
            "credential.username",
            "no-wait",
            "credential.password",
            "secret");
    ApplicationException error =
        assertFails(
            () -> lock.tryAcquireLock(TRACE, key, MINUTE), InvocationException.class, "NOPERM");
    assertThat(error.getMessage()).containsIgnoringCase("wait").contains(key);
    assertThat(raw.exists(key)).isFalse();
  }
}
