package org.pipservices3.redis.benchmarks.contender;

import java.util.List;

/** Contender is a named client, and how to open it. */
public record Contender<C>(String name, Opener<C> opener) {
  public static final String OURS = "this module";
  public static final String JEDIS = "Jedis pool";
  public static final String LETTUCE = "Lettuce";
  public static final String REDISSON = "Redisson";
  public static final String REDISSON_MAP = "Redisson RMapCache";
  public static final String SPRING_CACHE = "Spring Data Redis";
  public static final String SPRING_LOCK = "Spring Integration";
  public static final String SIBLING = "siblings' way";
  public static final String JEDIS_CACHE = "Jedis client-side cache";
  public static final String CAFFEINE = "Caffeine";
  public static final String GLIDE = "Valkey GLIDE";
  public static final String JETCACHE = "JetCache";

  /** The contenders of the slower workloads. */
  public static final List<String> MAIN = List.of(OURS, JEDIS, LETTUCE, REDISSON);

  /** Opens a client at an address. */
  @FunctionalInterface
  public interface Opener<C> {
    C open(Address redis) throws Exception;
  }

  public C open(Address redis) throws Exception {
    return opener.open(redis);
  }
}
