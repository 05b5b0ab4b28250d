package org.pipservices3.redis.examples;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.cache.RedisCache;

/**
 * NearHits shows what {@code options.near_cache} is for: a value that was read before is found in
 * this process, and a change by another client ends that at once.
 */
final class NearHits implements Step {
  private static final String TRACE = "near-hits";
  private static final long MINUTE = 60_000;
  private static final int FAR_READS = 5_000;
  private static final int NEAR_READS = 200_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private RedisCache plain = new RedisCache();
  private RedisCache near = new RedisCache();

  @Override
  public void setReferences(IReferences references) throws ReferenceException {
    plain = references.getOneRequired(RedisCache.class, Descriptors.CACHE);
    near = references.getOneRequired(RedisCache.class, Descriptors.NEAR_CACHE);
  }

  @Override
  public void run(StepPrinter printer, TutorialKeys keys, TutorialServer server) {
    printer.title(
        "A near cache answers without a round trip, until any client changes the value.", this);
    String key = keys.key("country");
    plain.store(TRACE, key, "Norway", MINUTE);

    double fromRedis = microseconds(plain, key, FAR_READS);
    double fromHere = microseconds(near, key, NEAR_READS);
    printer.step("one read from Redis", "%.1f µs".formatted(fromRedis));
    printer.step("one read with the near cache", "%.2f µs".formatted(fromHere));
    printer.require(fromHere < fromRedis, "The near cache should have been faster than Redis");

    plain.store(TRACE, key, "Norge", MINUTE);
    Duration stale = untilSeen(key, "Norge");
    printer.step("another client changes it: near cache", "Norge", near.retrieve(TRACE, key));
    printer.step(
        "the old value was seen after that for", "%d µs".formatted(stale.toNanos() / 1000));
  }

  /** The mean time of a read, after as many that only warm up. */
  private static double microseconds(RedisCache cache, String key, int reads) {
    read(cache, key, reads);
    long start = System.nanoTime();
    read(cache, key, reads);
    return (System.nanoTime() - start) / 1000.0 / reads;
  }

  private static void read(RedisCache cache, String key, int times) {
    for (int i = 0; i < times; i++) {
      cache.retrieve(TRACE, key);
    }
  }

  private Duration untilSeen(String key, String value) {
    long start = System.nanoTime();
    Duration waited = Duration.ZERO;
    while (!value.equals(near.retrieve(TRACE, key)) && waited.compareTo(PATIENCE) < 0) {
      LockSupport.parkNanos(10_000); // leaves the processor to the thread that is told
      waited = Duration.ofNanos(System.nanoTime() - start);
    }
    return waited;
  }
}
