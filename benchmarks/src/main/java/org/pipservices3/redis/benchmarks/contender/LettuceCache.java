package org.pipservices3.redis.benchmarks.contender;

import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** LettuceCache is Lettuce's synchronous API over the one connection that it recommends. */
final class LettuceCache implements CacheClient {
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final RedisCommands<String, String> commands;

  LettuceCache(Address redis) {
    client = RedisClient.create(redis.uri());
    connection = client.connect();
    commands = connection.sync();
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
    connection.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
  }
}
