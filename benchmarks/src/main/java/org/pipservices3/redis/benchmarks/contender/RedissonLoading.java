package org.pipservices3.redis.benchmarks.contender;

import java.util.List;
import java.util.function.UnaryOperator;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.MapLoader;
import org.redisson.api.options.MapOptions;
import org.redisson.client.codec.StringCodec;

/** RedissonLoading is Redisson's map with a MapLoader; its entries do not expire one by one. */
final class RedissonLoading implements LoadingClient {
  private final RedissonClient client;
  private final RMap<String, String> map;

  RedissonLoading(Address redis, UnaryOperator<String> source) {
    client = Redissons.connect(redis);
    map =
        client.getMap(
            MapOptions.<String, String>name("benchmark:loaded")
                .codec(StringCodec.INSTANCE)
                .loader(new Source(source)));
  }

  private record Source(UnaryOperator<String> source) implements MapLoader<String, String> {
    @Override
    public String load(String key) {
      return source.apply(key);
    }

    @Override
    public Iterable<String> loadAllKeys() {
      return List.of();
    }
  }

  @Override
  public String get(String key) {
    return map.get(key);
  }

  @Override
  public void close() {
    map.delete();
    Redissons.close(client);
  }
}
