package org.pipservices3.redis.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.ClusterTopology;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;

/**
 * Nodes that do not know a name for each other ({@code MOVED 1234 :7001}) mean the host that
 * answered. It was taken for the client's own machine.
 */
@Timeout(120)
class UnknownEndpointIT {
  private static final String HOST = "127.0.0.2";

  @Test
  void retrieve_movedToANodeWithoutAName_goesToTheHostThatAnswered() throws Exception {
    try (ClusterTopology topology = ClusterTopology.start().withoutFailover()) {
      assumeTrue(topology.servers().get(0).isAtLeast(7), "Redis 7 has unknown-endpoint");
      topology.servers().forEach(UnknownEndpointIT::hideNames);
      RedisCache cache = new RedisCache();
      cache.configure(config(topology.servers()));
      cache.open(null);
      try {
        for (int i = 0; i < 30; i++) {
          String key = Keys.unique("moved");
          cache.store(null, key, i, 60_000);
          RedisServer from = topology.masterOf(key);
          topology.move(ClusterTopology.slotOf(key), from, topology.otherThan(from));
          assertThat(cache.retrieve(null, key)).isEqualTo(i);
        }
        assertThat(connectionsOf(topology))
            .isNotEmpty()
            .allMatch(client -> client.contains(" laddr=" + HOST + ":"));
      } finally {
        cache.close(null);
      }
    }
  }

  private static void hideNames(RedisServer server) {
    try (RawRedis raw = server.raw()) {
      raw.config("bind", "127.0.0.1 " + HOST);
      raw.config("cluster-preferred-endpoint-type", "unknown-endpoint");
    }
  }

  private static ConfigParams config(List<RedisServer> servers) {
    ConfigParams config = ConfigParams.fromTuples("options.mode", "cluster");
    for (int i = 0; i < servers.size(); i++) {
      config.put("connections." + i + ".host", HOST);
      config.put("connections." + i + ".port", String.valueOf(servers.get(i).port()));
    }
    return config;
  }

  /** Those of the cache, which reads last. */
  private static List<String> connectionsOf(ClusterTopology topology) {
    List<String> connections = new ArrayList<>();
    for (RedisServer server : topology.servers()) {
      try (RawRedis raw = server.raw()) {
        raw.clients().stream()
            .filter(client -> client.contains(" flags=N ") && client.contains(" cmd=get "))
            .forEach(connections::add);
      }
    }
    return connections;
  }
}
