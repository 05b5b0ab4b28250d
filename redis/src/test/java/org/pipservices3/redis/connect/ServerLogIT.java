package org.pipservices3.redis.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RecordingLogger;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.RedisLock;

/** The log says when a server is lost, and when it is back: it used to say neither. */
@Timeout(120)
class ServerLogIT {
  private static final int MINUTE = 60_000;

  private final String key = Keys.unique("log");

  @Test
  void redisKilledAndRestarted_isOneWarningAndOneLineOfEachComponent() throws Exception {
    try (RedisServer server = RedisServer.start()) {
      Components components = new Components(Target.of(server));
      RedisCache cache = components.cache("options.retries", 0);
      RedisLock lock = components.lock("options.retries", 0);
      server.kill();
      for (int i = 0; i < 20; i++) {
        fails(() -> cache.retrieve(null, key));
        fails(() -> lock.tryAcquireLock(null, key, MINUTE));
      }
      server.restart();
      await().until(() -> works(() -> cache.retrieve(null, key)));
      await().until(() -> works(() -> lock.tryAcquireLock(null, key, MINUTE)));
      List<String> told = told(components);
      String redis = "Redis at localhost:" + server.port();
      assertThat(told)
          .filteredOn(line -> line.contains("Cannot connect to " + redis))
          .satisfiesExactlyInAnyOrder(
              line -> assertThat(line).startsWith("redis.cache: "),
              line -> assertThat(line).startsWith("redis.lock: "));
      assertThat(told)
          .filteredOn(line -> line.contains(redis + " is back"))
          .satisfiesExactlyInAnyOrder(
              line -> assertThat(line).startsWith("redis.cache: "),
              line -> assertThat(line).startsWith("redis.lock: "));
      components.close();
    }
  }

  @Test
  void connectionsKilled_openedAgain_isOneLine() throws Exception {
    try (RedisServer server = RedisServer.start();
        RawRedis raw = server.raw()) {
      Components components = new Components(Target.of(server));
      RedisCache cache = components.cache();
      await()
          .until(
              () -> {
                cache.retrieve(null, key);
                raw.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                cache.retrieve(null, key);
                return !told(components).isEmpty();
              });
      assertThat(told(components))
          .singleElement()
          .asString()
          .contains("localhost:" + server.port() + " is back, connected again after");
      components.close();
    }
  }

  @Test
  void open_redisDown_isAnExceptionAndNoWarning() throws Exception {
    RedisServer server = RedisServer.start();
    server.close();
    Components components = new Components(Target.of(server));
    assertThatThrownBy(components::cache).isInstanceOf(ApplicationException.class);
    assertThat(told(components)).isEmpty();
  }

  @Test
  void close_whileCallsAreUnderWay_isNoLoss() throws Exception {
    try (RedisServer server = RedisServer.start()) {
      Components components = new Components(Target.of(server));
      components.cache();
      components.close();
      assertThat(told(components)).isEmpty();
    }
  }

  @Test
  void trackingConnectionKilled_openedAgain_isToldOnceEach() throws Exception {
    try (RedisServer server = RedisServer.start();
        RawRedis raw = server.raw()) {
      Components components = new Components(Target.of(server));
      components.cache("options.near_cache", true);
      await().until(() -> raw.trackers().size() == 1);
      raw.call("CLIENT", "KILL", "ID", raw.trackers().get(0));
      await()
          .until(
              () ->
                  components
                      .logger()
                      .text()
                      .contains(
                          "The key tracking connection to localhost:"
                              + server.port()
                              + " is back"));
      assertThat(components.logger().text())
          .containsOnlyOnce("Lost the key tracking connection")
          .containsOnlyOnce("The key tracking connection");
      components.close();
    }
  }

  @Test
  void sentinelsMasterKilled_successorIsTold() throws Exception {
    try (SentinelTopology topology = SentinelTopology.start()) {
      Components components = new Components(topology.target());
      RedisCache cache = components.cache();
      RedisServer old = topology.master();
      old.kill();
      fails(() -> cache.delete(null, key));
      topology.awaitSuccessorOf(old);
      await().until(() -> works(() -> cache.delete(null, key)));
      assertThat(told(components))
          .last()
          .asString()
          .contains("127.0.0.1:" + topology.master().port() + " is back");
      components.close();
    }
  }

  @Test
  void clusterMasterKilled_replacedByItsReplica_isTold() throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start()) {
      Components components = new Components(cluster.target(0, 1, 2));
      RedisCache cache = components.cache();
      RedisServer master = cluster.masterOf(key);
      master.kill();
      await().until(() -> works(() -> cache.delete(null, key)));
      await()
          .until(
              () ->
                  told(components).stream()
                      .anyMatch(
                          line ->
                              line.contains("127.0.0.1:" + master.port() + " was lost for")
                                  || line.contains(master.port() + " is back")));
      components.close();
    }
  }

  private static List<String> told(Components components) {
    return components.logger().entries(LogLevel.Info).stream()
        .map(RecordingLogger.Entry::message)
        .toList();
  }

  private static void fails(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(RedisException.class);
  }

  private static boolean works(Runnable call) {
    try {
      call.run();
      return true;
    } catch (RedisException e) {
      return false;
    }
  }
}
