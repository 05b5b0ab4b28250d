package org.pipservices3.redis.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Threads;

/** A value is loaded anew in the background before it ends, once, and nobody waits for it. */
@ParameterizedClass(name = "{0}")
@MethodSource("org.pipservices3.redis.fixture.Targets#nearCaches")
class RefreshAheadContractIT extends OnLoads {
  /** So early that a value of some seconds, which took a moment to load, is mostly due at once. */
  private static final LoadOptions EARLY =
      LoadOptions.defaults().timeout(Duration.ofSeconds(20)).refreshAhead(1_000);

  private final Refreshing loader = new Refreshing();

  /** Takes a moment for the first value; the loads after it are parked. */
  private static final class Refreshing implements CacheLoader<String, IOException> {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicBoolean broken = new AtomicBoolean();
    final AtomicBoolean brokenLikeRedis = new AtomicBoolean();
    final AtomicReference<@Nullable Callable<String>> recursing = new AtomicReference<>();
    final AtomicReference<@Nullable String> recursed = new AtomicReference<>();
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    public @Nullable String load(@Nullable String correlationId, String key) throws IOException {
      int call = calls.incrementAndGet();
      if (call == 1) {
        long end = System.nanoTime() + Duration.ofMillis(100).toNanos();
        while (System.nanoTime() - end < 0) { // a permit that is left ends it early
          LockSupport.parkNanos(end - System.nanoTime());
        }
      } else {
        if (!Threads.awaitUninterruptibly(released, Duration.ofSeconds(15))) {
          throw new AssertionError("The loader was never released");
        }
        if (broken.get()) {
          throw new IOException("database is down");
        }
        if (brokenLikeRedis.get()) {
          throw new RedisException(new ConnectionException(null, "NO_CONNECTION", "another Redis"));
        }
        recurse();
      }
      return "v" + call;
    }

    private void recurse() {
      Callable<String> again = recursing.get();
      if (again != null) {
        try {
          again.call();
        } catch (RedisException e) {
          recursed.set(e.code());
          throw e;
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  @BeforeEach
  void loadTheFirst() throws IOException {
    assertThat(read(cache)).isEqualTo("v1");
  }

  @AfterEach
  void release() {
    loader.released.countDown();
  }

  @Test
  void retrieveOrLoad_towardsItsEnd_isRefreshedOnceAndNobodyWaits() throws Exception {
    awaitRefresh();
    List<Background<Boolean>> readers =
        onBoth(
            16,
            by -> {
              for (int i = 0; i < 50; i++) {
                assertThat(read(by)).isEqualTo("v1");
              }
              return true;
            });
    for (Background<Boolean> each : readers) {
      assertThat(each.result()).isTrue();
    }
    assertThat(loader.calls).as("loads in both components").hasValue(2);
    loader.released.countDown();
    await().until(() -> !"v1".equals(other.retrieve(null, key))); // soon refreshed again, perhaps
    assertThat(raw.pttl(key)).isBetween(1L, 20_000L);
    await().until(() -> count("refreshes") > 0);
  }

  @Test
  void remove_duringARefresh_wins() throws Exception {
    awaitRefresh();
    other.remove(null, key);
    endRefresh("load_superseded");
    assertNothingStored();
  }

  @Test
  void foreignDel_duringARefresh_wins() throws Exception {
    awaitRefresh();
    raw.del(key);
    endRefresh("load_superseded");
    assertNothingStored();
  }

  @Test
  void foreignSet_duringARefresh_wins() throws Exception {
    awaitRefresh();
    raw.call("SET", key, "\"foreign\"", "PX", 30_000);
    endRefresh("load_superseded");
    assertStored("\"foreign\"");
  }

  @ParameterizedTest
  @ValueSource(longs = {-100, 200, 60_000})
  void foreignSet_ofTheSameValueDuringARefresh_wins(long longer) throws Exception {
    awaitRefresh();
    raw.call("SET", key, "\"v1\"", "PX", raw.pttl(key) + longer);
    endRefresh("load_superseded");
    assertThat(raw.text(key)).isNotEqualTo("\"v2\"");
  }

  @Test
  void foreignSet_ofTheSameValueForEverDuringARefresh_wins() throws Exception {
    awaitRefresh();
    raw.call("SET", key, "\"v1\"");
    endRefresh("load_superseded");
    assertStored("\"v1\"");
    raw.del(key);
  }

  @Test
  void retrieveOrLoad_valueWithoutEnd_isAskedForItOnce() throws Exception {
    String endless = key + "endless";
    raw.call("SET", endless, "\"v0\"");
    long before = raw.callsOf("pttl");
    for (int i = 0; i < 100; i++) {
      assertThat(cache.retrieveOrLoad(null, endless, String.class, EARLY, loader)).isEqualTo("v0");
    }
    assertThat(raw.callsOf("pttl") - before).isLessThan(10);
    raw.del(endless);
  }

  @Test
  void retrieveOrLoad_refreshFails_valueStaysAndNobodyIsTold() throws Exception {
    loader.broken.set(true);
    awaitRefresh();
    endRefresh("load_failures");
    assertThat(read(cache)).isEqualTo("v1");
    assertThat(read(other)).isEqualTo("v1");
    assertStored("\"v1\"");
  }

  /** A failure of the loader's own Redis says nothing about the cache's. */
  @Test
  void retrieveOrLoad_refreshFailsLikeRedis_isNoFailureOfTheCache() throws Exception {
    loader.brokenLikeRedis.set(true);
    awaitRefresh();
    endRefresh("load_failures");
    assertThat(read(cache)).isEqualTo("v1");
    assertThat(count("errors")).isZero();
  }

  @Test
  void retrieveOrLoad_refreshAsksForItsOwnKey_isRecursive() throws Exception {
    loader.recursing.set(
        () -> {
          cache.remove(null, key);
          return read(cache);
        });
    awaitRefresh();
    endRefresh("load_failures");
    assertThat(loader.recursed.get()).isEqualTo("RECURSIVE_LOAD");
  }

  @Test
  void close_duringARefresh_leavesNothing() throws Exception {
    awaitRefresh();
    cache.close(null);
    other.close(null);
    loader.released.countDown();
    await().until(() -> Threads.named("redis-cache-load").isEmpty());
    raw.del(lease()); // a closed component may leave it to its end
  }

  private void awaitRefresh() {
    await()
        .until(
            () -> {
              assertThat(read(cache)).isEqualTo("v1");
              return loader.calls.get() == 2;
            });
  }

  /** Lets the refresh end and waits until it is counted as one that this became of. */
  private void endRefresh(String outcome) {
    loader.released.countDown();
    await().until(() -> count(outcome) == 1);
  }

  private @Nullable String read(RedisCache by) throws IOException {
    return by.retrieveOrLoad(null, key, String.class, EARLY, loader);
  }
}
