package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** A sick node of a cluster cost the leases that live on healthy ones. */
@Timeout(180)
class SickNodeIT {

  private static final Duration TTL = Duration.ofSeconds(4);

  private final ClusterTopology cluster = ClusterTopology.start();
  private final Components components = new Components(cluster.target());

  @AfterEach
  void stop() throws ApplicationException {
    components.close();
    cluster.close();
  }

  @Test
  void keepAlive_otherMasterHangs_isStillHeld() throws Exception {
    leasesOnAllBut(0, RedisServer::pause);
    cluster.servers().get(0).resume();
  }

  @Test
  void keepAlive_otherMasterIsKilled_isStillHeld() throws Exception {
    leasesOnAllBut(0, RedisServer::kill);
  }

  @Test
  void keepAlive_otherMasterHangsWithoutReplica_isStillHeldAndClosed() throws Exception {
    for (RedisServer server : cluster.servers()) {
      try (RawRedis raw = server.raw()) {
        raw.config("cluster-require-full-coverage", "no");
      }
    }
    cluster.servers().get(3).kill();
    RedisLock lock = leasesOnAllBut(0, RedisServer::pause);
    long start = System.nanoTime();
    lock.close(null);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    for (int master = 1; master < 3; master++) {
      RedisServer server = cluster.servers().get(master);
      try (RawRedis raw = server.raw()) {
        assertThat(raw.exists(keyOn(server, 0))).isFalse();
        assertThat(raw.exists(keyOn(server, 1))).isFalse();
      }
    }
    cluster.servers().get(0).resume();
  }

  private interface Fault {
    void strike(RedisServer server);
  }

  private RedisLock leasesOnAllBut(int sick, Fault fault) throws Exception {
    RedisLock lock = components.lock();
    RedisServer sickServer = cluster.servers().get(sick);
    for (int i = 0; i < 5; i++) {
      lock.tryLease(null, keyOn(sickServer, i), TTL).orElseThrow().keepAlive();
    }
    LockLease one = lock.tryLease(null, keyOn(cluster.servers().get(1), 0), TTL).orElseThrow();
    LockLease two = lock.tryLease(null, keyOn(cluster.servers().get(2), 0), TTL).orElseThrow();
    one.keepAlive();
    two.keepAlive();
    fault.strike(sickServer);
    await()
        .during(TTL.multipliedBy(Scale.times(2, 3)))
        .atMost(TTL.multipliedBy(5))
        .until(() -> one.isHeld() && two.isHeld());
    return lock;
  }

  /** A key in a slot of the node that a new cluster gives to this server. */
  private String keyOn(RedisServer server, int number) {
    int master = cluster.servers().indexOf(server);
    int found = 0;
    for (int i = 0; ; i++) {
      String key = "sick-" + i;
      if (ClusterTopology.slotOf(key) * 3 / 16_384 == master && found++ == number) {
        return key;
      }
    }
  }
}
