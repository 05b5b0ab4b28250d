package org.pipservices3.redis.benchmarks.contender;

import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/** Redissons makes Redisson clients, with Redisson's defaults. */
final class Redissons {
  private Redissons() {}

  static RedissonClient connect(Address redis) {
    Config config = new Config();
    config.useSingleServer().setAddress(redis.uri());
    return Redisson.create(config);
  }

  static RedissonClient connectCluster(Address node) {
    Config config = new Config();
    config.useClusterServers().addNodeAddress(node.uri());
    return Redisson.create(config);
  }

  /** Without the grace period of its default. */
  static void close(RedissonClient client) {
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
