package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.UnauthorizedException;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.RedisLock;

/**
 * A cache with fail_open opens while Redis is down, and works when it is there: it used to stop the
 * start of a service that could do without it.
 */
@Timeout(120)
class FailOpenOpeningIT {
  private static final int MINUTE = 60_000;
  private static final Duration PROMPT = Duration.ofSeconds(2);
  private static final Object[] QUICK = {
    "options.connect_timeout", 300,
    "options.command_timeout", 300,
    "options.failover_timeout", 500,
    "options.retries", 1
  };

  private final String key = Keys.unique("opening");
  private Components components = new Components(Target.of(RedisServer.shared()));

  @AfterEach
  void close() throws ApplicationException {
    components.close();
  }

  @Test
  void open_ownServerDown_succeedsAndWorksLater() throws ApplicationException {
    try (RedisServer server = RedisServer.start()) {
      server.kill();
      components = new Components(Target.of(server).with(QUICK));
      assertMissesUntil(components.cache("options.fail_open", true), server::restart);
    }
  }

  @Test
  void open_ownServerHung_succeedsAndWorksLater() throws ApplicationException {
    try (RedisServer server = RedisServer.start()) {
      server.pause();
      components = new Components(Target.of(server).with(QUICK));
      assertMissesUntil(
          components.cache("options.fail_open", true, "options.near_cache", true), server::resume);
    }
  }

  @Test
  void open_sharedConnectionOpenedByTheCache_succeedsAndALockStillFailsUntilRedisIsThere()
      throws ApplicationException {
    try (RedisServer server = RedisServer.start()) {
      server.kill();
      components = new Components(Target.of(server).with(QUICK));
      RedisConnection shared = components.prepare(new RedisConnection());
      components.share(shared);
      RedisCache cache = components.cache("options.fail_open", true);
      RedisLock lock = components.prepare(new RedisLock(), "options.fail_open", true);
      assertCannotConnect(() -> lock.open(TRACE));
      assertCannotConnect(() -> shared.open(TRACE));
      RedisCache strict = components.prepare(new RedisCache());
      assertCannotConnect(() -> strict.open(TRACE));
      assertMissesUntil(cache, server::restart);
      components.open(lock);
      assertThat(lock.tryAcquireLock(null, key + "lock", MINUTE)).isTrue();
    }
  }

  @Test
  void open_sharedConnectionWithFailOpen_succeedsForTheCacheAndFailsForTheLock()
      throws ApplicationException {
    try (RedisServer server = RedisServer.start()) {
      server.kill();
      components = new Components(Target.of(server).with(QUICK));
      components.share(components.connection("options.fail_open", true));
      RedisLock lock = components.prepare(new RedisLock());
      assertCannotConnect(() -> lock.open(TRACE));
      assertMissesUntil(components.cache(), server::restart);
    }
  }

  @Test
  void open_clusterDown_succeedsAndWorksLater() throws ApplicationException {
    try (ClusterTopology cluster = ClusterTopology.start()) {
      List<RedisServer> servers = cluster.servers();
      servers.forEach(RedisServer::pause);
      components = new Components(cluster.target(0, 1).with(QUICK));
      assertMissesUntil(
          components.cache("options.fail_open", true), () -> servers.forEach(RedisServer::resume));
    }
  }

  @Test
  void open_sentinelsAndMasterDown_succeedsAndWorksLater() throws ApplicationException {
    try (SentinelTopology topology = SentinelTopology.start()) {
      List<RedisServer> sentinels = topology.sentinels();
      RedisServer master = topology.master();
      sentinels.forEach(RedisServer::pause);
      master.pause();
      components = new Components(topology.target().with(QUICK));
      assertMissesUntil(
          components.cache("options.fail_open", true),
          () -> {
            master.resume();
            sentinels.forEach(RedisServer::resume);
          });
    }
  }

  @Test
  void open_configurationOrCredentialsWrong_stillFails() throws ApplicationException {
    RedisCache unparsable =
        components.prepare(new RedisCache(), "options.fail_open", true, "options.retries", "many");
    assertFailsChecked(() -> unparsable.open(TRACE), ConfigException.class);
    RedisCache stranger =
        components.prepare(
            new RedisCache(),
            "options.fail_open",
            true,
            "credential.username",
            "nobody",
            "credential.password",
            "wrong");
    assertFailsChecked(() -> stranger.open(TRACE), UnauthorizedException.class);
  }

  private void assertMissesUntil(RedisCache cache, Runnable recovery) {
    assertThat(cache.isOpen()).isTrue();
    assertThat(components.logger().entries(LogLevel.Warn))
        .anySatisfy(entry -> assertThat(entry.message()).contains("fail_open"));
    assertThat(cache.retrieve(null, key)).isNull();
    assertThat(cache.store(null, key, 1, MINUTE)).isFalse();
    recovery.run();
    await().atMost(PROMPT).until(() -> cache.store(null, key, 1, MINUTE));
    assertThat(cache.retrieve(null, key)).isEqualTo(1);
  }

  private static void assertCannotConnect(ThrowingCallable open) {
    assertThatThrownBy(open)
        .isInstanceOf(ConnectionException.class)
        .extracting(e -> ((ApplicationException) e).getCode())
        .isEqualTo("CANNOT_CONNECT");
  }
}
