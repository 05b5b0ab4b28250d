package org.pipservices3.redis.examples;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.cache.RedisCache;

/**
 * Outage shows what {@code options.fail_open} is for: while Redis is down, a read is a miss and a
 * service goes on with its database. The first call waits for its retries, the others do not.
 */
final class Outage implements Step {
  private static final String TRACE = "outage";
  private static final long MINUTE = 60_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private RedisCache cache = new RedisCache();

  @Override
  public void setReferences(IReferences references) throws ReferenceException {
    cache = references.getOneRequired(RedisCache.class, Descriptors.FAIL_OPEN_CACHE);
  }

  @Override
  public void run(StepPrinter printer, TutorialKeys keys, TutorialServer server) throws Exception {
    printer.title("With fail_open a cache that has lost its server is empty, not broken.", this);
    String key = keys.key("weather");
    printer.step("store weather", true, cache.store(TRACE, key, "sunny", MINUTE));
    if (server.isShared()) {
      printer.note("others may use this Redis server: it is not stopped");
      return;
    }
    server.stop();
    printer.note("the Redis server has stopped; the warnings are the service's log");
    timed(printer, "retrieve weather, first call", key);
    timed(printer, "retrieve weather, next call", key);
    printer.step("store weather", false, cache.store(TRACE, key, "rainy", MINUTE));

    server.startAgain();
    printer.note("the Redis server has started again, without its data");
    long start = System.nanoTime();
    printer.step("store weather until it works", true, storeUntilItWorks(key));
    printer.step("that took", Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
    printer.step("retrieve weather", "rainy", cache.retrieve(TRACE, key));
  }

  private void timed(StepPrinter printer, String call, String key) {
    long start = System.nanoTime();
    @Nullable Object value = cache.retrieve(TRACE, key);
    Duration time = Duration.ofNanos(System.nanoTime() - start);
    printer.require(value == null, call + " should be a miss while Redis is down");
    printer.step(call, "null after %.3f ms".formatted(time.toNanos() / 1e6));
  }

  private boolean storeUntilItWorks(String key) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < PATIENCE.toNanos()) {
      if (Objects.equals(true, cache.store(TRACE, key, "rainy", MINUTE))) {
        return true;
      }
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    return false;
  }
}
