package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RedisServer;

/** A ping of a cluster reaches every master. */
@Timeout(120)
class PingClusterIT {

  @Test
  void ping_oneOfThreeMastersHangs_fails() throws Exception {
    try (ClusterTopology cluster = ClusterTopology.start();
        Components components = new Components(cluster.target())) {
      RedisConnection connection =
          components.connection(
              "options.command_timeout", 300, "options.retries", 0, "options.failover_timeout", 0);
      assertThat(connection.ping(null)).isLessThan(Duration.ofSeconds(1));
      for (RedisServer master : cluster.servers().subList(0, 3)) {
        master.pause();
        assertFails(() -> connection.ping(TRACE), ConnectionException.class);
        master.resume();
        await().ignoreException(RedisException.class).until(() -> connection.ping(null) != null);
      }
    }
  }
}
