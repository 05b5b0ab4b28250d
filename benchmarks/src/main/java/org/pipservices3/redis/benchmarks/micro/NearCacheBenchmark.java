package org.pipservices3.redis.benchmarks.micro;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.redis.benchmarks.server.RedisProcess;
import org.pipservices3.redis.cache.RedisCache;

/**
 * NearCacheBenchmark measures near-cache hits: of text and of a record, which are shared, and of a
 * map, which is not.
 */
@State(Scope.Benchmark)
public class NearCacheBenchmark {
  /** A value that nobody can change. */
  public record Order(String id, String customer, int count, double price) {}

  private static final long LIFETIME = 600_000;

  private final RedisCache cache = new RedisCache();
  private @Nullable RedisProcess redis;

  /** Starts a server and fills the near cache. */
  @Setup
  public void open() throws IOException, ApplicationException {
    RedisProcess started = RedisProcess.start();
    redis = started;
    cache.configure(
        ConfigParams.fromTuples(
            "connection.host",
            started.address().host(),
            "connection.port",
            started.address().port(),
            "options.near_cache",
            true));
    cache.open(null);
    cache.store(null, "text", "abcdefghij".repeat(10), LIFETIME);
    cache.store(null, "map", Map.of("a", "b", "c", 1), LIFETIME);
    cache.store(null, "record", new Order("o-17", "c-4711", 3, 12.5), LIFETIME);
    text();
    map();
    record();
  }

  @TearDown
  public void close() {
    cache.close(null);
    if (redis != null) {
      redis.close();
    }
  }

  @Benchmark
  public @Nullable Object text() {
    return cache.retrieve(null, "text");
  }

  @Benchmark
  public @Nullable Object map() {
    return cache.retrieve(null, "map");
  }

  @Benchmark
  public @Nullable Object record() {
    return cache.retrieveAs(null, "record", Order.class);
  }

  /** A write drops the entry, and the read creates another: a whole invalidation. */
  @Benchmark
  public @Nullable Object storeAndRetrieve() {
    cache.store(null, "changing", "abcdefghij", LIFETIME);
    return cache.retrieve(null, "changing");
  }
}
