package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.InvalidStateException;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.lock.RedisLock;

/** Closing in the middle of everything, again and again. */
@Timeout(600)
class OpenCloseIT extends OnOwnServer {

  private static final int TIMES = Scale.times(40, 200);

  @Test
  void close_manyTimesWhileWaitingRenewingAndReading_endsAllAndLeavesNothing() throws Exception {
    RedisLock lock = components.prepare(new RedisLock());
    RedisCache cache = components.prepare(new RedisCache(), "options.near_cache", true);
    AtomicInteger losses = new AtomicInteger();
    raw.set(key, 1);
    raw.setIfAbsent(key + "held", FOREIGN, 10 * MINUTE);
    raw.clients(); // the proxy and the fixture have theirs by now
    Set<Thread> threadsBefore = Threads.now();
    for (int i = 0; i < TIMES; i++) {
      lock.open(null);
      cache.open(null);
      lock.tryLease(null, key + "leased", Duration.ofMillis(300))
          .orElseThrow()
          .onLost(losses::incrementAndGet)
          .keepAlive();
      Background<Boolean> waiter =
          Background.run(() -> lock.acquireLock(TRACE, key + "held", MINUTE, MINUTE));
      Background<Boolean> reader = Background.run(() -> readUntilClosed(cache));
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(10_000_000));
      List<IOpenable> order = i % 2 == 0 ? List.of(lock, cache) : List.of(cache, lock);
      for (IOpenable each : order) {
        each.close(null);
      }
      assertFails(waiter::result, InvalidStateException.class, "NOT_OPENED");
      assertThat(reader.result()).isTrue();
      assertThat(raw.exists(key + "leased")).as("a lease after close").isFalse();
    }
    eventually().until(() -> losses.get() == TIMES);
    assertThat(raw.text(key + "held")).isEqualTo(FOREIGN);
    eventually()
        .untilAsserted(
            () -> {
              assertThat(raw.clients()).isEmpty();
              assertThat(Threads.startedSince(threadsBefore)).isEmpty();
            });
  }

  private void readUntilClosed(RedisCache cache) {
    try {
      while (true) {
        assertThat(cache.retrieve(null, key)).isEqualTo(1);
      }
    } catch (RedisException e) {
      assertThat(e.code()).isEqualTo("NOT_OPENED");
    }
  }
}
