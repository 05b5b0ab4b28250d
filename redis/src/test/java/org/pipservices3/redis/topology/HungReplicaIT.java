package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** What a crowd of locks with {@code min_replicas} costs where the replica does not confirm. */
@Timeout(120)
class HungReplicaIT {
  private static final int MINUTE = 60_000;
  private static final int CROWD = 40;
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(2);

  /** For the release and a busy machine. */
  private static final Duration SLACK = Duration.ofSeconds(1);

  private final String key = Keys.unique("hung");
  private RedisServer master;
  private RedisServer replica;
  private RawRedis raw;
  private Components components;
  private RedisLock lock;

  @BeforeEach
  void start() throws ApplicationException {
    master = RedisServer.start();
    replica = RedisServer.start("replicaof 127.0.0.1 " + master.port());
    raw = master.raw();
    components = new Components(Target.of(master));
    lock = components.lock("options.min_replicas", 1);
    eventually().until(() -> lock.tryAcquireLock(null, key + "first", 100));
  }

  @AfterEach
  void stop() throws ApplicationException {
    components.close();
    raw.close();
    replica.close();
    master.close();
  }

  @Test
  void tryAcquireLock_crowdAndTheReplicaHangs_endsWithinTheCommandTimeoutAndLeavesNothing()
      throws Exception {
    replica.pause();
    long waitLoop = raw.callsOf("wait");
    assertThat(slowest(lock, key, MINUTE, false)).isLessThan(COMMAND_TIMEOUT.plus(SLACK));
    assertThat(raw.callsOf("wait") - waitLoop).as("one WAIT for a whole batch").isLessThan(8);
    assertNothingLeft();
    replica.resume();
    assertThat(slowest(lock, key, MINUTE, true)).isLessThan(COMMAND_TIMEOUT);
  }

  @Test
  void tryAcquireLock_crowdAndTheReplicaIsKilled_endsWithinTheCommandTimeoutAndLeavesNothing()
      throws Exception {
    replica.kill();
    assertThat(slowest(lock, key, MINUTE, false)).isLessThan(COMMAND_TIMEOUT.plus(SLACK));
    assertNothingLeft();
  }

  @Test
  void tryAcquireLock_crowdAgainAndAgainWhileTheReplicaHangs_eachEndsWithinTheCommandTimeout()
      throws Exception {
    replica.pause();
    List<Background<Boolean>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      int number = i;
      crowd.add(
          Background.run(
              () -> {
                for (int round = 0; round < 3; round++) {
                  long start = System.nanoTime();
                  assertThat(lock.tryAcquireLock(null, key + number, MINUTE)).isFalse();
                  assertThat(since(start)).isLessThan(COMMAND_TIMEOUT.plus(SLACK));
                }
              }));
    }
    for (Background<Boolean> each : crowd) {
      assertThat(each.result()).isTrue();
    }
    assertNothingLeft();
  }

  @Test
  void tryAcquireLock_shortTtlBesidePatientOnes_isAnsweredWithinItsTtl() throws Exception {
    replica.pause();
    Background<Duration> patient = Background.call(() -> slowest(lock, key, MINUTE, false));
    eventually().until(() -> raw.exists(key + 0));
    for (int ttl : new int[] {1_400, 900, 1_800}) {
      long start = System.nanoTime();
      assertThat(lock.tryAcquireLock(null, key + "short", ttl)).isFalse();
      assertThat(since(start)).isLessThan(Duration.ofMillis(ttl));
    }
    assertThat(patient.result()).isLessThan(COMMAND_TIMEOUT.plus(SLACK));
    assertNothingLeft();
  }

  @Test
  void tryAcquireLock_patientBesideShortTtls_hasItsWholeTime() throws Exception {
    replica.pause();
    Background<Boolean> patient =
        Background.call(() -> lock.tryAcquireLock(null, key + "patient", MINUTE));
    eventually().until(() -> raw.exists(key + "patient"));
    assertThat(lock.tryAcquireLock(null, key + "short", 60)).isFalse();
    replica.resume();
    assertThat(patient.result()).isTrue();
  }

  @Test
  void tryLease_crowdAndTheReplicaHangs_endsWithinTheCommandTimeoutAndLeavesNothing()
      throws Exception {
    replica.pause();
    raw.call("SCRIPT", "FLUSH");
    List<Background<Duration>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      String name = key + i;
      crowd.add(
          Background.call(
              () -> {
                long start = System.nanoTime();
                assertThat(lock.tryLease(null, name, Duration.ofMinutes(1))).isEmpty();
                return since(start);
              }));
    }
    for (Background<Duration> each : crowd) {
      assertThat(each.result()).isLessThan(COMMAND_TIMEOUT.plus(SLACK));
    }
    assertNothingLeft();
  }

  @Test
  void tryAcquireLock_oneInterruptedInACrowd_failsNobodyElse() throws Exception {
    List<Background<Boolean>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      String name = key + i;
      boolean interrupted = i % 4 == 0;
      crowd.add(
          Background.call(
              () -> {
                if (interrupted) {
                  Thread.currentThread().interrupt();
                }
                boolean taken = lock.tryAcquireLock(null, name, MINUTE);
                assertThat(Thread.interrupted()).isEqualTo(interrupted);
                return taken;
              }));
    }
    for (Background<Boolean> each : crowd) {
      assertThat(each.result()).isTrue();
    }
  }

  @Test
  void anyAcquisition_oneOfTwoMastersHasAHungReplica_theOtherIsAsQuickAsEver() throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start();
        Components clustered = new Components(cluster.target())) {
      RedisLock shared = clustered.lock("options.min_replicas", 1);
      RedisServer sick = cluster.masterOf(key);
      String healthy = keyNotOn(cluster, sick);
      eventually().until(() -> shared.tryAcquireLock(null, healthy, 300));
      cluster.servers().stream()
          .filter(each -> !cluster.masters().contains(each))
          .filter(each -> isReplicaOf(each, sick))
          .forEach(RedisServer::pause);
      Background<Duration> crowd =
          Background.call(() -> slowest(shared, "{" + key + "}", MINUTE, false));
      try (RawRedis direct = sick.raw()) {
        eventually().until(() -> direct.exists("{" + key + "}0"));
      }
      for (int i = 0; i < 10; i++) {
        long start = System.nanoTime();
        assertThat(shared.tryAcquireLock(null, "{" + healthy + "}" + i, MINUTE)).isTrue();
        assertThat(since(start)).isLessThan(Duration.ofMillis(700));
      }
      assertThat(crowd.result()).isLessThan(COMMAND_TIMEOUT.plus(SLACK));
      try (RawRedis direct = sick.raw()) {
        for (int i = 0; i < CROWD; i++) {
          assertThat(direct.exists("{" + key + "}" + i)).isFalse();
        }
      }
    }
  }

  @Test
  void extend_notConfirmed_doesNotMoveTheDeadline() throws Exception {
    LockLease lease = lock.tryLease(TRACE, key, Duration.ofSeconds(10)).orElseThrow();
    replica.pause();
    long unconfirmed = components.counters().count("redis.lock.unconfirmed");
    Duration before = lease.remaining();
    assertFails(
        () -> lease.extend(Duration.ofMinutes(1)), ConnectionException.class, "UNCONFIRMED");
    assertThat(lease.remaining()).isLessThanOrEqualTo(before);
    assertThat(lease.isHeld()).isTrue();
    assertThat(components.counters().count("redis.lock.unconfirmed")).isEqualTo(unconfirmed + 1);
    assertThat(components.logger().text()).contains(key).contains("options.min_replicas");
    replica.resume();
    assertThat(lease.extend(Duration.ofMinutes(1))).isTrue();
    assertThat(lease.remaining()).isGreaterThan(Duration.ofSeconds(30));
    assertThat(lease.release()).isTrue();
  }

  @Test
  void keepAlive_replicaHangs_isLostAtTheOldDeadline() throws Exception {
    AtomicInteger lost = new AtomicInteger();
    LockLease lease =
        lock.tryLease(null, key, Duration.ofSeconds(3))
            .orElseThrow()
            .onLost(lost::incrementAndGet)
            .keepAlive();
    long unconfirmed = components.counters().count("redis.lock.unconfirmed");
    replica.pause();
    long paused = System.nanoTime();
    eventually().until(() -> lost.get() == 1);
    assertThat(since(paused)).isLessThan(Duration.ofSeconds(5));
    assertThat(lease.isHeld()).isFalse();
    assertThat(components.counters().count("redis.lock.unconfirmed")).isGreaterThan(unconfirmed);
  }

  @Test
  void keepAlive_replicaHangsForLessThanTheLease_isKept() throws Exception {
    LockLease lease = lock.tryLease(null, key, Duration.ofSeconds(6)).orElseThrow().keepAlive();
    long unconfirmed = components.counters().count("redis.lock.unconfirmed");
    replica.pause();
    eventually().until(() -> components.counters().count("redis.lock.unconfirmed") > unconfirmed);
    replica.resume();
    await()
        .during(Duration.ofSeconds(7))
        .atMost(Duration.ofSeconds(30))
        .until(() -> lease.isHeld() && raw.exists(key));
    assertThat(lease.release()).isTrue();
  }

  /** Has a crowd try other keys at once, and returns how long the slowest took. */
  private static Duration slowest(RedisLock lock, String start, int ttl, boolean granted)
      throws Exception {
    CyclicBarrier together = new CyclicBarrier(CROWD);
    List<Background<Duration>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      String name = start + i;
      crowd.add(
          Background.call(
              () -> {
                together.await();
                long began = System.nanoTime();
                assertThat(lock.tryAcquireLock(TRACE, name, ttl)).isEqualTo(granted);
                return since(began);
              }));
    }
    Duration slowest = Duration.ZERO;
    for (Background<Duration> each : crowd) {
      Duration took = each.result();
      slowest = took.compareTo(slowest) > 0 ? took : slowest;
    }
    return slowest;
  }

  private void assertNothingLeft() {
    for (int i = 0; i < CROWD; i++) {
      assertThat(raw.exists(key + i)).as(key + i).isFalse();
    }
  }

  private static String keyNotOn(ClusterTopology cluster, RedisServer server) {
    String other = Keys.unique("healthy");
    while (cluster.masterOf(other) == server) {
      other = Keys.unique("healthy");
    }
    return other;
  }

  private static boolean isReplicaOf(RedisServer server, RedisServer master) {
    try (RawRedis raw = server.raw()) {
      return raw.call("ROLE") instanceof List<?> role
          && role.size() > 2
          && Long.valueOf(master.port()).equals(role.get(2));
    }
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(5));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
