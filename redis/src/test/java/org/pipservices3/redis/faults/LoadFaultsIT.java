package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/** Faults of the server while many threads lock, lease, read and write. */
@Timeout(120)
class LoadFaultsIT extends OnOwnServer {

  private static final int THREADS = 6;

  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicInteger sections = new AtomicInteger();

  @Test
  void lock_scriptsFlushedUnderLoad_noErrorAndNoUpdateLost() throws Exception {
    RedisLock[] locks = {components.lock(), components.lock()};
    raw.set(key + ":counter", 0);
    try (RawRedis counter = server.raw()) {
      List<Background<Boolean>> workers =
          start(
              worker -> {
                RedisLock lock = locks[worker % 2];
                if (worker < THREADS / 2) {
                  lock.acquireLock(null, key, MINUTE, MINUTE);
                  addOne(counter);
                  lock.releaseLock(null, key);
                } else {
                  try (LockLease lease =
                      lock.lease(null, key, Duration.ofMinutes(1), Duration.ofMinutes(1))) {
                    addOne(counter);
                    assertThat(lease.extend(Duration.ofMinutes(1))).isTrue();
                  }
                }
              });
      for (int i = 0; i < 200 || sections.get() < 10 * THREADS; i++) {
        raw.call("SCRIPT", "FLUSH");
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
      end(workers);
      assertThat(counter.text(key + ":counter")).isEqualTo(sections.toString());
      assertThat(counter.exists(key)).isFalse();
      assertThat(components.counters().counts()).doesNotContainKey("redis.lock.errors");
    }
  }

  @Test
  void anyCall_serverRestartedUnderLoad_failsClearlyOrWorksAndThenWorksAgain() throws Exception {
    RedisLock lock = components.lock();
    RedisCache cache = components.cache("options.near_cache", true);
    AtomicInteger failures = new AtomicInteger();
    List<Background<Boolean>> workers =
        start(
            worker -> {
              try {
                lock.acquireLock(null, key + worker % 2, 1_000, MINUTE);
                cache.store(null, key, worker, MINUTE);
                assertThat(cache.retrieve(null, key)).isIn(null, 0, 1, 2, 3, 4, 5);
                lock.releaseLock(null, key + worker % 2);
                sections.incrementAndGet();
              } catch (RedisException e) {
                assertThat(e.getCause()).isInstanceOf(ConnectionException.class);
                failures.incrementAndGet();
              }
            });
    for (int i = 0; i < 5; i++) {
      int before = sections.get();
      eventually().until(() -> sections.get() >= before + THREADS);
      if (i % 2 == 0) {
        server.kill();
      }
      server.restart();
    }
    int before = sections.get();
    eventually().until(() -> sections.get() >= before + 2 * THREADS);
    end(workers);
    try (RawRedis again = server.raw()) {
      awaitTwoTrackers(again);
      again.set(key, "foreign");
      promptly().until(() -> "foreign".equals(cache.retrieve(null, key)));
      eventually().until(() -> !again.exists(key + 0) && !again.exists(key + 1));
    }
  }

  @Test
  void lock_clientsKilledUnderLoad_noUpdateIsLost() throws Exception {
    RedisLock[] locks = {
      components.lock("options.retries", 20), components.lock("options.retries", 20)
    };
    raw.set(key + ":counter", 0);
    List<String> ours = raw.clients().stream().map(LoadFaultsIT::id).toList();
    try (RawRedis counter = server.raw()) {
      List<String> mine = raw.clients().stream().map(LoadFaultsIT::id).toList();
      List<Background<Boolean>> workers =
          start(
              worker -> {
                RedisLock lock = locks[worker % 2];
                lock.acquireLock(null, key, MINUTE, MINUTE);
                addOne(counter);
                lock.releaseLock(null, key);
              });
      for (int i = 0; i < 40; i++) {
        raw.clients().stream()
            .map(LoadFaultsIT::id)
            .filter(id -> ours.contains(id) || !mine.contains(id))
            .forEach(id -> kill(id));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(25));
      }
      end(workers);
      assertThat(counter.text(key + ":counter")).isEqualTo(sections.toString());
      eventually().until(() -> !counter.exists(key));
    }
  }

  private static String id(String client) {
    return client.substring("id=".length(), client.indexOf(' '));
  }

  private void kill(String id) {
    raw.call("CLIENT", "KILL", "ID", id);
  }

  private static void awaitTwoTrackers(RawRedis raw) {
    eventually().until(() -> raw.trackers().size() == 2);
  }

  /** Not atomic: only right under the lock. */
  private void addOne(RawRedis counter) {
    int before = Integer.parseInt(String.valueOf(counter.text(key + ":counter")));
    counter.set(key + ":counter", before + 1);
    sections.incrementAndGet();
  }

  private List<Background<Boolean>> start(Step step) {
    List<Background<Boolean>> workers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int worker = i;
      workers.add(
          Background.run(
              () -> {
                while (!done.get()) {
                  step.run(worker);
                }
              }));
    }
    return workers;
  }

  private void end(List<Background<Boolean>> workers) throws Exception {
    done.set(true);
    for (Background<Boolean> worker : workers) {
      assertThat(worker.result()).isTrue();
    }
  }

  private interface Step {
    void run(int worker) throws Exception;
  }
}
