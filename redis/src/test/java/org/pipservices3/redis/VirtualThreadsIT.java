package org.pipservices3.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pipservices3.redis.fixture.Failures.TRACE;
import static org.pipservices3.redis.fixture.Failures.assertFails;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
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
    LongAccumulator longest = new LongAccumulator(Long::max, 0);
    try (RedisServer server = RedisServer.start();
        Components components = new Components(Target.of(server).with(IMPATIENT))) {
      RedisCache cache = components.cache();
      cache.store(null, key, "value", MINUTE);
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
    }
    assertThat(Duration.ofNanos(longest.get())).isLessThan(Duration.ofMillis(2_500));
    assertThat(Threads.startedSince(before))
        .extracting(Thread::getName)
        .doesNotContain("redis-deadlines");
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
