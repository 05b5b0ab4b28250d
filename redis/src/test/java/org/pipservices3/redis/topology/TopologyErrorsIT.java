package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFailsChecked;
import static org.pipservices3.redis.fixture.Failures.textOf;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.errors.UnauthorizedException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.Ports;
import org.pipservices3.redis.fixture.SentinelTopology;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.Targets;
import org.pipservices3.redis.fixture.Threads;

/** Why a component does not open under sentinels or in a cluster, and by way of whom it does. */
@Timeout(60)
class TopologyErrorsIT {
  private static final int MINUTE = 60_000;
  private static final String WRONG = "wr0ng-s3s4m3";

  @Test
  void open_masterNameUnknown_isConfigException() throws Exception {
    ApplicationException error =
        assertRefused(
            SentinelTopology.sharedSecured().target().with("options.master_name", "nobody"),
            ConfigException.class);
    assertThat(error.getMessage()).contains("options.master_name").contains("nobody");
  }

  @Test
  void open_wrongSentinelPassword_isUnauthorizedAndTellsNoPassword() throws Exception {
    ApplicationException error =
        assertRefused(
            SentinelTopology.sharedSecured().target().with("sentinel_credential.password", WRONG),
            UnauthorizedException.class);
    assertThat(textOf(error)).contains("sentinels").doesNotContain(WRONG);
  }

  @Test
  void open_wrongServerPassword_isUnauthorizedAndTellsNoPassword() throws Exception {
    for (Target target :
        Set.of(
            SentinelTopology.sharedSecured().target(), ClusterTopology.sharedSecured().target())) {
      ApplicationException error =
          assertRefused(target.with("credential.password", WRONG), UnauthorizedException.class);
      assertThat(textOf(error)).doesNotContain(WRONG);
    }
  }

  @Test
  void open_noSentinelThere_isCannotConnect() throws Exception {
    Target target =
        Targets.plain()
            .with(
                "connection.port",
                Ports.free(),
                "options.mode",
                "sentinel",
                "options.master_name",
                "main");
    ApplicationException error = assertRefused(target, ConnectionException.class);
    assertThat(error.getCode()).isEqualTo("CANNOT_CONNECT");
    assertThat(error.getMessage()).contains("sentinels");
  }

  @Test
  void open_clusterWithDatabase_isConfigException() throws Exception {
    Target target = ClusterTopology.shared().target().with("options.db_num", 1);
    assertThat(assertRefused(target, ConfigException.class).getMessage())
        .contains("connection.database")
        .contains("cluster");
  }

  @Test
  void open_clusterModeOnASingleServer_isConfigException() throws Exception {
    Target target = Targets.plain().with("options.mode", "cluster");
    assertThat(assertRefused(target, ConfigException.class).getMessage()).contains("options.mode");
  }

  @Test
  void open_replicaAndDeadPortAsSeeds_findsTheCluster() throws Exception {
    ClusterTopology cluster = ClusterTopology.shared();
    int replica =
        cluster
            .servers()
            .indexOf(
                cluster.servers().stream()
                    .filter(each -> !cluster.masters().contains(each))
                    .findFirst()
                    .orElseThrow());
    Target target = cluster.target(replica);
    String uri =
        "redis://localhost:"
            + Ports.free()
            + ",localhost:"
            + cluster.servers().get(replica).port()
            + "?mode=cluster";
    for (Target each :
        Set.of(target, Targets.plain().with("connection.uri", uri, "connection.port", ""))) {
      try (Components components = new Components(each)) {
        RedisCache cache = components.cache();
        for (int i = 0; i < 50; i++) {
          String key = Keys.unique("seed");
          assertThat(cache.store(null, key, i, MINUTE)).isTrue();
          assertThat(cache.retrieve(null, key)).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void open_sentinelsInOneUri_findsTheMaster() throws Exception {
    SentinelTopology topology = SentinelTopology.sharedSecured();
    Target secured = topology.target();
    String uri =
        "rediss://localhost:"
            + Ports.free()
            + ",localhost:"
            + secured.config().getAsString("connections.1.port")
            + "/0?mode=sentinel&master_name="
            + SentinelTopology.MASTER_NAME;
    Target target = secured.without("connections").without("options.m").with("connection.uri", uri);
    try (Components components = new Components(target)) {
      assertThat(components.cache().store(null, Keys.unique("uri"), 1, MINUTE)).isTrue();
    }
  }

  private static ApplicationException assertRefused(
      Target target, Class<? extends ApplicationException> type) throws Exception {
    Set<Thread> before = Threads.now();
    try (Components components = new Components(target)) {
      RedisConnection connection =
          components.prepare(new RedisConnection(), "options.failover_timeout", 100);
      ApplicationException error = assertFailsChecked(() -> connection.open(TRACE), type);
      assertThat(connection.isOpen()).isFalse();
      assertThat(Threads.startedSince(before))
          .extracting(Thread::getName)
          .noneMatch(name -> name.startsWith("redis-"));
      return error;
    }
  }
}
