package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** A master under sentinels or in a cluster reads its data from disk, and nobody takes over. */
@Timeout(120)
class LoadingIT {
  private static final int MINUTE = 60_000;
  private static final Duration LOADING = Duration.ofSeconds(2);

  /** All keys in one slot of a cluster. */
  private final String tag = "{" + Keys.unique("loading") + "}";

  @Test
  void anyCall_masterUnderSentinelsReadsItsData_waitsAndWorks() throws Exception {
    try (SentinelTopology topology = SentinelTopology.start()) {
      RedisServer master = topology.master();
      assertWaitsAndWorks(topology.target(), master);
      assertThat(topology.master()).isSameAs(master);
    }
  }

  @Test
  void anyCall_nodeOfAClusterReadsItsData_waitsAndWorks() throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start()) {
      RedisServer master = cluster.masterOf(tag);
      assertWaitsAndWorks(cluster.target(0, 1, 2), master);
      assertThat(cluster.masterOf(tag)).isSameAs(master);
    }
  }

  private void assertWaitsAndWorks(Target target, RedisServer master) throws Exception {
    try (Components components = new Components(target)) {
      RedisCache cache = components.cache();
      RedisLock lock = components.lock();
      cache.store(null, tag, "kept", MINUTE);
      cache.store(null, tag + "2", "kept", MINUTE);
      assertThat(lock.tryAcquireLock(null, tag + "held", MINUTE)).isTrue();
      LockLease lease = lock.tryLease(null, tag + "lease", Duration.ofMinutes(1)).orElseThrow();

      Background<Boolean> reload = master.reload(LOADING, tag);
      Background<Object> reader = Background.call(() -> cache.retrieve(null, tag));
      Background<Boolean> writer = Background.call(() -> cache.store(null, tag + "3", 1, MINUTE));
      Background<Integer> deleter = Background.call(() -> cache.delete(null, tag + "2"));
      Background<Boolean> lockEngine =
          Background.call(() -> lock.tryAcquireLock(null, tag + "lock", MINUTE));
      Background<Boolean> rival =
          Background.call(() -> lock.tryAcquireLock(null, tag + "held", MINUTE));
      Background<Boolean> extension = Background.call(() -> lease.extend(Duration.ofMinutes(2)));
      Background<Object> opener = Background.call(() -> components.cache().retrieve(null, tag));

      assertThat(reload.isDone()).isFalse();
      assertThat(reader.result()).isEqualTo("kept");
      assertThat(writer.result()).isTrue();
      assertThat(deleter.result()).isEqualTo(1);
      assertThat(lockEngine.result()).isTrue();
      assertThat(rival.result()).isFalse();
      assertThat(extension.result()).isTrue();
      assertThat(opener.result()).isEqualTo("kept");
      assertThat(reload.result()).isTrue();
      assertThat(lease.release()).isTrue();
      lock.releaseLock(null, tag + "held");
      assertThat(lock.tryAcquireLock(null, tag + "held", MINUTE)).isTrue();
    }
  }
}
