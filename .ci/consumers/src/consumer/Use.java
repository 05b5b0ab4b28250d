package consumer;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.count.CachedCounters;
import org.pipservices3.components.count.Counter;
import org.pipservices3.components.count.CounterType;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;
import org.pipservices3.redis.state.RedisStateStore;

/** Uses a cache, a lock and a state store on one Redis, each once; throws if one does not work. */
final class Use {
  private static final int TTL = 60_000;
  private static final long PATIENCE = Duration.ofSeconds(10).toNanos();

  private Use() {}

  static void all(String uri) throws Exception {
    cache(uri);
    lock(uri);
    states(uri);
  }

  static RedisCache cacheAt(String uri) throws Exception {
    RedisCache cache = new RedisCache();
    cache.configure(ConfigParams.fromTuples("connection.uri", uri, "options.near_cache", true));
    return cache;
  }

  private static void cache(String uri) throws Exception {
    Counters counters = new Counters();
    try (RedisCache cache = cacheAt(uri);
        RedisCache other = cacheAt(uri)) {
      cache.setReferences(References.fromTuples(Counters.DESCRIPTOR, counters));
      cache.open("consumer");
      other.open("consumer");

      ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS);
      cache.store("consumer", "consumer:date", now, TTL);
      check(
          now.isEqual(cache.retrieveAs("consumer", "consumer:date", ZonedDateTime.class)), "date");

      cache.store("consumer", "consumer:value", Map.of("count", 1), TTL);
      check(Map.of("count", 1).equals(cache.retrieve("consumer", "consumer:value")), "value");
      until(
          () -> {
            cache.retrieve("consumer", "consumer:value");
            return counters.count("redis.cache.near_hits") > 0;
          },
          "hit of the near cache");
      other.store("consumer", "consumer:value", "changed", TTL);
      until(() -> "changed".equals(cache.retrieve("consumer", "consumer:value")), "invalidation");

      cache.storeAll("consumer", Map.of("consumer:a", 1, "consumer:b", 2), TTL);
      check(
          Map.of("consumer:a", 1, "consumer:b", 2)
              .equals(cache.retrieveAll("consumer", List.of("consumer:a", "consumer:b"))),
          "many values");
      cache.remove("consumer", "consumer:loaded");
      check(
          "loaded"
              .equals(
                  cache.retrieveOrLoad(
                      "consumer", "consumer:loaded", String.class, TTL, (id, key) -> "loaded")),
          "loaded value");
    }
  }

  private static void lock(String uri) throws Exception {
    try (RedisLock lock = new RedisLock();
        RedisLock rival = new RedisLock()) {
      for (RedisLock each : List.of(lock, rival)) {
        each.configure(ConfigParams.fromTuples("connection.uri", uri));
        each.open("consumer");
      }
      lock.acquireLock("consumer", "consumer:lock", TTL, 1000);
      check(!rival.tryAcquireLock("consumer", "consumer:lock", TTL), "exclusion");
      lock.releaseLock("consumer", "consumer:lock");
      try (LockLease lease =
          rival.lease("consumer", "consumer:lock", Duration.ofSeconds(10), Duration.ofSeconds(1))) {
        check(!lock.tryAcquireLock("consumer", "consumer:lock", TTL), "exclusion by a lease");
      }
      check(lock.tryAcquireLock("consumer", "consumer:lock", TTL), "released lease");
      lock.releaseLock("consumer", "consumer:lock");
    }
  }

  private static void states(String uri) throws Exception {
    try (RedisStateStore states = new RedisStateStore()) {
      states.configure(ConfigParams.fromTuples("connection.uri", uri));
      states.open("consumer");
      states.save("consumer", "consumer:state", 17);
      check(Integer.valueOf(17).equals(states.load("consumer", "consumer:state")), "state");
      states.delete("consumer", "consumer:state");
    }
  }

  static void check(boolean works, String what) {
    if (!works) {
      throw new IllegalStateException("Wrong: " + what);
    }
  }

  private static void until(BooleanSupplier works, String what) {
    long end = System.nanoTime() + PATIENCE;
    while (!works.getAsBoolean()) {
      check(System.nanoTime() < end, what);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static final class Counters extends CachedCounters {
    static final Descriptor DESCRIPTOR =
        new Descriptor("pip-services", "counters", "consumer", "default", "1.0");

    int count(String name) {
      Integer count = get(name, CounterType.Increment).getCount();
      return count == null ? 0 : count;
    }

    @Override
    protected void save(List<Counter> counters) {}
  }
}
