package org.pipservices3.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.Keys;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.Targets;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.lock.RedisLock;

/**
 * Ten thousand virtual threads share the links, and none of them keeps its carrier while waiting.
 */
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "Virtual threads came with Java 21")
@Timeout(180)
class VirtualThreadsIT {
  private static final int THREADS = 10_000;
  private static final int READS = 10;
  private static final long MINUTE = 60_000;

  /** Connect and answer together: a call may wait for a second. */
  private static final Object[] IMPATIENT = {
    "options.connect_timeout", 500, "options.command_timeout", 500, "options.retries", 0
  };

  @TempDir private Path folder;

  private final String key = Keys.unique("virtual");

  @Test
  void retrieve_tenThousandVirtualThreads_allAreServedAndNonePinned() throws Exception {
    try (Components components = new Components(Targets.plain());
        Recording recording = new Recording()) {
      RedisCache cache = components.cache();
      cache.store(null, key, "value", MINUTE);
      onVirtualThreads(100, () -> assertThat(cache.retrieve(null, key)).isEqualTo("value"));
      recording
          .enable("jdk.VirtualThreadPinned")
          .withThreshold(Duration.ofMillis(1))
          .withStackTrace();
      recording.start();
      onVirtualThreads(
          THREADS,
          () -> {
            for (int i = 0; i < READS; i++) {
              assertThat(cache.retrieve(null, key)).isEqualTo("value");
            }
          });
      recording.stop();
      Path file = folder.resolve("pinned.jfr");
      recording.dump(file);
      assertThat(RecordingFile.readAllEvents(file))
          .filteredOn(VirtualThreadsIT::isInThisModule)
          .isEmpty();
    }
  }

  @Test
  void retrieveOrLoad_tenThousandVirtualThreadsOfTwoComponents_loadOnce() throws Exception {
    try (Components components = new Components(Targets.plain())) {
      List<RedisCache> caches = List.of(components.cache(), components.cache());
      AtomicInteger turn = new AtomicInteger();
      AtomicInteger loads = new AtomicInteger();
      onVirtualThreads(
          THREADS,
          () -> {
            RedisCache cache = caches.get(turn.getAndIncrement() % 2);
            String value =
                cache.retrieveOrLoad(
                    null,
                    key,
                    String.class,
                    MINUTE,
                    (id, asked) -> {
                      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                      return "load " + loads.incrementAndGet();
                    });
            assertThat(value).isEqualTo("load 1");
          });
      assertThat(loads).hasValue(1);
    }
  }

  @Test
  void acquireLock_manyVirtualThreads_excludeEachOther() throws Exception {
    try (Components components = new Components(Targets.plain())) {
      RedisLock lock = components.lock();
      AtomicInteger counter = new AtomicInteger();
      int[] unguarded = {0};
      onVirtualThreads(
          1_000,
          () -> {
            lock.acquireLock(null, key, (int) MINUTE, MINUTE);
            unguarded[0]++;
            lock.releaseLock(null, key);
            counter.incrementAndGet();
          });
      assertThat(counter).hasValue(1_000);
      assertThat(unguarded[0]).isEqualTo(1_000);
    }
  }

  @Test
  void retrieve_serverSilent_everyWaitEndsInTimeAndNoThreadIsLeft() throws Exception {
    Set<Thread> before = Threads.now();
    LongAccumulator usual = new LongAccumulator(Long::max, 0);
    LongAccumulator longest = new LongAccumulator(Long::max, 0);
    try (RedisServer server = RedisServer.start();
        Components components = new Components(Target.of(server).with(IMPATIENT))) {
      RedisCache cache = components.cache();
      cache.store(null, key, "value", MINUTE);
      accumulateReads(cache, usual);
      server.pause();
      onVirtualThreads(
          THREADS,
          () -> {
            long start = System.nanoTime();
            assertFails(() -> cache.retrieve(TRACE, key), ConnectionException.class, "TIMEOUT");
            longest.accumulate(System.nanoTime() - start);
          });
      server.resume();
      assertThat(cache.retrieve(null, key)).isEqualTo("value");
      accumulateReads(cache, usual); // the machine may have become busier
    }
    assertThat(Duration.ofNanos(longest.get()))
        .as("beside %d ms for such a crowd on a server that answers", usual.get() / 1_000_000)
        .isLessThan(Duration.ofSeconds(2).plusNanos(4 * usual.get()));
    assertThat(Threads.startedSince(before))
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("redis-"));
  }

  private void accumulateReads(RedisCache cache, LongAccumulator longest) throws Exception {
    onVirtualThreads(
        THREADS,
        () -> {
          long start = System.nanoTime();
          cache.retrieve(TRACE, key);
          longest.accumulate(System.nanoTime() - start);
        });
  }

  /** An interrupt closes the socket in which a virtual thread reads. */
  @Test
  void retrieve_interruptedVirtualThreadsMiss_keepsTheTrackingLink() throws Exception {
    try (RedisServer server = RedisServer.start();
        RawRedis raw = server.raw();
        Components components = new Components(Target.of(server))) {
      RedisCache cache = components.cache("options.near_cache", true);
      await().until(() -> raw.trackers().size() == 1);
      List<String> trackers = raw.trackers();
      AtomicInteger misses = new AtomicInteger();
      onVirtualThreads(
          1_000,
          () -> {
            assertThat(cache.retrieve(null, key + misses.incrementAndGet())).isNull();
            Thread.currentThread().interrupt();
            try {
              cache.retrieve(null, key + misses.incrementAndGet());
            } catch (RedisException e) {
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
            }
          });
      assertThat(raw.trackers()).isEqualTo(trackers);
    }
  }

  /** A cancelled virtual thread used to close the connection that it read for others. */
  @Test
  void retrieveAndDelete_othersAreCancelled_nobodyElseNoticesIt() throws Exception {
    try (RedisServer server = RedisServer.start();
        RawRedis raw = server.raw();
        Components components = new Components(Target.of(server).with("options.retries", 0))) {
      RedisCache cache = components.cache();
      assertNobodyNoticesCancellations(
          raw,
          () -> assertThat(cache.retrieve(null, key)).isEqualTo("value"),
          () -> cache.delete(null, key + Thread.currentThread().hashCode()),
          cache);
    }
  }

  @Test
  void retrieve_othersAreCancelledInANearCache_nobodyElseNoticesIt() throws Exception {
    try (RedisServer server = RedisServer.start();
        RawRedis raw = server.raw();
        Components components = new Components(Target.of(server).with("options.retries", 0))) {
      RedisCache cache = components.cache("options.near_cache", true);
      AtomicInteger misses = new AtomicInteger();
      await().until(() -> raw.trackers().size() == 1);
      List<String> trackers = raw.trackers();
      assertNobodyNoticesCancellations(
          raw,
          () -> assertThat(cache.retrieve(null, key + misses.incrementAndGet())).isNull(),
          () -> assertThat(cache.retrieve(null, key)).isEqualTo("value"),
          cache);
      assertThat(raw.trackers()).isEqualTo(trackers);
    }
  }

  @Test
  void acquireLock_othersAreCancelled_nobodyElseNoticesIt() throws Exception {
    try (RedisServer server = RedisServer.start();
        RawRedis raw = server.raw();
        Components components = new Components(Target.of(server).with("options.retries", 0))) {
      RedisLock lock = components.lock();
      AtomicInteger keys = new AtomicInteger();
      assertNobodyNoticesCancellations(
          raw,
          () -> {
            String own = key + keys.incrementAndGet();
            assertThat(lock.tryAcquireLock(null, own, (int) MINUTE)).isTrue();
            lock.releaseLock(null, own);
          },
          () -> lock.tryAcquireLock(null, key, (int) MINUTE),
          components.cache());
    }
  }

  /** Has virtual threads work while others that do the same are cancelled again and again. */
  private void assertNobodyNoticesCancellations(
      RawRedis raw, Background.Action first, Background.Action second, RedisCache cache)
      throws Exception {
    cache.store(null, key, "value", MINUTE);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    AtomicBoolean end = new AtomicBoolean();
    Background.Action both =
        () -> {
          first.run();
          second.run();
        };
    ExecutorService virtual = virtualThreads();
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        workers.add(virtual.submit(() -> repeat(both, end::get, failure)));
      }
      onVirtualThreads(200, both);
      long connections = raw.connectionsReceived();
      for (int i = 0; i < 2_000; i++) {
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<@Nullable Throwable> ignored = new AtomicReference<>();
        Background.Action counted =
            () -> {
              started.countDown();
              both.run();
            };
        Future<?> victim = virtual.submit(() -> repeat(counted, () -> false, ignored));
        assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
        victim.cancel(true);
      }
      end.set(true);
      for (Future<?> worker : workers) {
        worker.get(20, TimeUnit.SECONDS);
      }
      assertThat(failure.get()).isNull();
      assertThat(raw.connectionsReceived() - connections).as("connections opened").isZero();
    } finally {
      end.set(true);
      virtual.shutdownNow();
    }
  }

  private static void repeat(
      Background.Action work, BooleanSupplier end, AtomicReference<@Nullable Throwable> failure) {
    try {
      while (!end.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
        work.run();
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  private static boolean isInThisModule(RecordedEvent event) {
    return event.getEventType().getName().equals("jdk.VirtualThreadPinned")
        && event.getStackTrace() != null
        && event.getStackTrace().getFrames().stream()
            .map(RecordedFrame::getMethod)
            .anyMatch(method -> method.getType().getName().startsWith("org.pipservices3.redis."));
  }

  /** Runs the work on each of so many virtual threads; this source knows of Java 17 only. */
  private static void onVirtualThreads(int number, Background.Action work) throws Exception {
    Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
    CountDownLatch done = new CountDownLatch(number);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Runnable task =
        () -> {
          try {
            work.run();
          } catch (Throwable e) {
            failure.compareAndSet(null, e);
          } finally {
            done.countDown();
          }
        };
    for (int i = 0; i < number; i++) {
      start.invoke(null, task);
    }
    assertThat(done.await(120, TimeUnit.SECONDS)).as("all threads end").isTrue();
    assertThat(failure.get()).isNull();
  }
}
