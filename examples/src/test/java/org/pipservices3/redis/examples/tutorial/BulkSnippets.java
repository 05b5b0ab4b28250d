package org.pipservices3.redis.examples.tutorial;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.pipservices3.redis.cache.ClearOptions;
import org.pipservices3.redis.cache.LoadOptions;
import org.pipservices3.redis.cache.RedisCache;

/** The code of docs/bulk.md. */
final class BulkSnippets {
  private BulkSnippets() {}

  static Map<String, Integer> readAndWrite(RedisCache cache) {
    // bulk:read-and-write
    int stored = cache.storeAll("123", Map.of("tea", 150, "milk", 90), 60_000); // 2
    Map<String, Integer> prices =
        cache.retrieveAll("123", List.of("tea", "milk", "rum"), Integer.class); // without rum
    // end
    return stored == 2 ? prices : Map.of();
  }

  static Map<String, Integer> load(
      RedisCache cache, Function<Collection<String>, Map<String, Integer>> database) {
    // bulk:load
    Map<String, Integer> prices =
        cache.retrieveAllOrLoad(
            "123",
            List.of("tea", "milk", "rum"),
            Integer.class,
            LoadOptions.defaults().timeout(Duration.ofMinutes(5)),
            (correlationId, missing) -> database.apply(missing)); // one query
    // end
    return prices;
  }

  static long[] clear(RedisCache cache, LongConsumer progress) {
    // bulk:clear
    long removed = cache.clear("123"); // everything under options.key_prefix
    long more =
        cache.clear(
            "123",
            "price:", // only what begins with this behind the prefix
            ClearOptions.defaults()
                .keysPerSecond(20_000)
                .deadline(Duration.ofMinutes(1))
                .onProgress(progress));
    // end
    return new long[] {removed, more};
  }
}
