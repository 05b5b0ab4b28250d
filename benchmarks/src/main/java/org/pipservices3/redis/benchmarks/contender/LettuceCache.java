package org.pipservices3.redis.benchmarks.contender;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** LettuceCache is Lettuce's synchronous API over the one connection that it recommends. */
final class LettuceCache implements CacheClient {
  private final AbstractRedisClient client;
  private final RedisClusterCommands<String, String> commands;

  LettuceCache(Address redis) {
    RedisClient single = RedisClient.create(redis.uri());
    client = single;
    commands = single.connect().sync();
  }

  private LettuceCache(RedisClusterClient cluster) {
    client = cluster;
    commands = cluster.connect().sync();
  }

  /** The same for a cluster: one connection to each node. */
  static LettuceCache cluster(Address node) {
    return new LettuceCache(RedisClusterClient.create(node.uri()));
  }

  @Override
  public @Nullable String get(String key) {
    return commands.get(key);
  }

  @Override
  public void set(String key, String value) {
    commands.set(key, value, SetArgs.Builder.px(LIFETIME_MILLIS));
  }

  @Override
  public void delete(String key) {
    commands.del(key);
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
  }
}
