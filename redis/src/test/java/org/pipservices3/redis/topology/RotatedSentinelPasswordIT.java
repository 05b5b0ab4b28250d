package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.components.auth.CredentialParams;
import org.pipservices3.components.auth.ICredentialStore;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.lock.RedisLock;

/**
 * The password for the sentinels is rotated while components are open, which then need a master.
 */
@Timeout(120)
class RotatedSentinelPasswordIT {
  private static final int MINUTE = 60_000;

  private static final class CacheEngine implements ICredentialStore {
    private final AtomicInteger lookups = new AtomicInteger();
    private volatile String password = "first-secret";

    @Override
    public void store(String correlationId, String key, CredentialParams credential) {}

    @Override
    public CredentialParams lookup(String correlationId, String key) {
      lookups.incrementAndGet();
      return CredentialParams.fromTuples("username", "watcher", "password", password);
    }
  }

  private final String key = Keys.unique("rotated");
  private final CacheEngine store = new CacheEngine();
  private final SentinelTopology topology = SentinelTopology.start();
  private final Components components =
      new Components(topology.target().with("sentinel_credential.store_key", "sentinels"));

  @BeforeEach
  void addUser() {
    setPassword("first-secret");
    components.put("credential-store", store);
  }

  @AfterEach
  void stop() throws ApplicationException {
    components.close();
    topology.close();
  }

  @Test
  void anyCall_sentinelPasswordRotated_followsTheNextFailover() throws Exception {
    RedisCache cache = components.cache();
    RedisLock lock = components.lock();
    cache.store(null, key, 1, MINUTE);
    store.password = "second-secret";
    setPassword("second-secret");
    failOver();
    assertFollowed(cache);
    assertThat(lock.tryAcquireLock(null, key + "lock", MINUTE)).isTrue();
    assertThat(components.logger().text())
        .contains("sentinel_credential.store_key")
        .doesNotContain("-secret");
  }

  @Test
  void anyCall_storeLearnsOfTheRotationLater_worksMeanwhileAndFollowsAfterwards() throws Exception {
    RedisCache cache = components.cache();
    int before = store.lookups.get();
    long start = System.nanoTime();
    setPassword("second-secret");
    await().until(() -> store.lookups.get() >= before + 3);
    assertThat(cache.store(null, key, 1, MINUTE)).isTrue();
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    assertThat(store.lookups.get() - before).isLessThan(8 + (int) seconds);
    failOver();
    store.password = "second-secret";
    assertFollowed(cache);
  }

  /** Until then the old master, which lives on, may take a write for a moment. */
  private void assertFollowed(RedisCache cache) {
    try (RawRedis raw = topology.master().raw()) {
      await()
          .atMost(Duration.ofSeconds(8))
          .ignoreExceptions()
          .until(
              () -> cache.store(null, key, "after", MINUTE) && "\"after\"".equals(raw.text(key)));
    }
  }

  private void failOver() {
    RedisServer old = topology.master();
    try (RawRedis sentinel = topology.sentinels().get(0).raw()) {
      sentinel.call("SENTINEL", "FAILOVER", SentinelTopology.MASTER_NAME);
    }
    topology.awaitSuccessorOf(old);
  }

  /** At all sentinels, which then lose the connections of that user. */
  private void setPassword(String password) {
    for (RedisServer each : topology.sentinels()) {
      try (RawRedis sentinel = each.raw()) {
        sentinel.call(
            "ACL", "SETUSER", "watcher", "on", "resetpass", ">" + password, "~*", "&*", "+@all");
        sentinel.call("CLIENT", "KILL", "USER", "watcher");
      }
    }
  }
}
