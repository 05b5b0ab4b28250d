package org.pipservices3.redis.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Heap;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.RedisServer;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.lock.RedisLock;

/**
 * Half an hour of work leaves nothing behind: {@code mvn verify -Psoak}, which runs only this. For
 * {@code -Dsoak.minutes=N} of another length.
 *
 * <p>Two caches with near caches and two locks work over links that are cut every ten seconds, some
 * for a whole second. The heap, threads, clients and structures are sampled sixty times and must be
 * level; at the end every structure is as it was before the load, and after closing there is
 * nothing at all. The result is written to {@code docs/soak.md}.
 */
@Timeout(value = 12, unit = TimeUnit.HOURS)
class SoakRun {
  private static final int MINUTES = Integer.getInteger("soak.minutes", 30);
  private static final int SAMPLES = 60;
  private static final int MAX_SIZE = 1_000;
  private static final int MAX_CONNECTIONS = 4;
  private static final Duration BETWEEN_CUTS = Duration.ofSeconds(10);
  private static final Duration OUTAGE = Duration.ofSeconds(1);

  /** The only structure that depends on the past: links are opened when they are needed. */
  private static final String SOCKETS = "OpenSockets.sockets";

  private final RedisServer server = RedisServer.start();
  private final TcpProxy proxy = TcpProxy.to(server.port());
  private final RawRedis raw = server.raw();
  private final List<RedisCache> caches = List.of(new RedisCache(), new RedisCache());
  private final List<RedisLock> locks = List.of(new RedisLock(), new RedisLock());
  private final List<IOpenable> components =
      Stream.of(caches, locks).<IOpenable>flatMap(Collection::stream).toList();
  private final SoakLoad load = new SoakLoad(caches, locks);
  private final List<Sample> samples = new ArrayList<>();
  private final long start = System.nanoTime();
  private int cuts;

  @Test
  void load_halfAnHour_leavesNothingBehind() throws Exception {
    assertThat(raw.clients()).isEmpty();
    Set<Thread> threadsBefore = Threads.now();
    open();
    Map<String, Integer> idle = Structures.of(components);
    load.start();
    sampleUntilTheEnd();
    load.end();
    awaitNoLocksAndNoLeases();
    Map<String, Integer> after = awaitIdle(idle);
    for (IOpenable component : components) {
      component.close(null);
    }
    eventually()
        .untilAsserted(
            () -> {
              assertThat(raw.clients()).isEmpty();
              assertThat(Threads.startedSince(threadsBefore)).isEmpty();
              assertThat(Structures.of(components))
                  .allSatisfy((place, size) -> assertThat(size).as(place).isZero());
            });
    new SoakReport(MINUTES, server.version(), cuts, load, samples, after).write();
    assertLevel();
    close();
  }

  private void open() throws Exception {
    ConfigParams config =
        Target.of(proxy, server)
            .config(
                "options.near_cache",
                true,
                "options.max_size",
                MAX_SIZE,
                "options.max_connections",
                MAX_CONNECTIONS);
    caches.forEach(cache -> cache.configure(config));
    locks.forEach(lock -> lock.configure(config));
    for (IOpenable component : components) {
      component.open(null);
    }
    eventually().until(() -> raw.trackers().size() == components.size());
  }

  private void sampleUntilTheEnd() throws Exception {
    long interval = TimeUnit.MINUTES.toNanos(MINUTES) / SAMPLES;
    long cut = start + BETWEEN_CUTS.toNanos();
    for (int i = 1; i <= SAMPLES; i++) {
      while (System.nanoTime() - start < i * interval) {
        assertThat(load.isRunning()).as("every thread is at work").isTrue();
        if (System.nanoTime() - cut > 0) {
          cut();
          cut += BETWEEN_CUTS.toNanos();
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
      samples.add(sample());
    }
  }

  /** Ends all links; every third time there is no new one for a second. */
  private void cut() {
    cuts++;
    if (cuts % 3 == 0) {
      proxy.refuse();
    }
    proxy.cut();
    if (cuts % 3 == 0) {
      LockSupport.parkNanos(OUTAGE.toNanos());
      proxy.heal();
    }
  }

  private Sample sample() throws Exception {
    Heap heap = Heap.now();
    return new Sample(
        (System.nanoTime() - start) / 60e9,
        load.calls.sum(),
        load.failures.sum(),
        heap.bytes(),
        heap.ofOurs(),
        threads(),
        raw.clients().size(),
        raw.usedMemory(),
        Structures.of(components));
  }

  private void assertLevel() {
    assertThat(load.calls.sum()).as("calls").isGreaterThan(MINUTES * 10_000L);
    assertThat(load.failures.sum()).as("calls that failed").isPositive();
    assertThat(growth(Sample::heap)).as("growth of the heap in bytes").isLessThan(1_500_000);
    assertThat(growth(Sample::objects)).as("growth in objects of this module").isLessThan(200);
    assertThat(growth(Sample::threads)).as("growth in threads").isLessThan(6);
    assertThat(growth(Sample::clients)).as("growth in clients").isLessThan(3);
    assertThat(growth(Sample::entries)).as("growth in entries").isLessThan(100);
    assertThat(most(Sample::clients))
        .as("clients")
        .isLessThanOrEqualTo(components.size() * (MAX_CONNECTIONS + 1));
    assertThat(most(Sample::nearEntries))
        .as("near-cache entries")
        .isBetween(1, caches.size() * MAX_SIZE + SoakLoad.THREADS);
  }

  /** Waits until every structure is as full as before the load, with no key left in Redis. */
  private Map<String, Integer> awaitIdle(Map<String, Integer> idle) {
    raw.call("FLUSHALL");
    eventually()
        .untilAsserted(
            () -> {
              Map<String, Integer> now = new HashMap<>(Structures.of(components));
              assertThat(now.remove(SOCKETS))
                  .isBetween(0, components.size() * (MAX_CONNECTIONS + 1));
              Map<String, Integer> expected = new HashMap<>(idle);
              expected.remove(SOCKETS);
              assertThat(now).containsExactlyInAnyOrderEntriesOf(expected);
            });
    return Structures.of(components);
  }

  private void awaitNoLocksAndNoLeases() {
    for (String pattern : List.of("lock-*", "load:*")) {
      eventually().untilAsserted(() -> assertThat((List<?>) raw.call("KEYS", pattern)).isEmpty());
    }
  }

  private int most(ToIntFunction<Sample> value) {
    return samples.stream().mapToInt(value).max().orElseThrow();
  }

  private double growth(ToDoubleFunction<Sample> value) {
    return Sample.growth(samples, value);
  }

  /** Those of this JVM but the proxy's, which has two for every link. */
  private static int threads() {
    return (int)
        Threads.now().stream().filter(thread -> !thread.getName().startsWith("proxy-")).count();
  }

  private void close() {
    raw.close();
    proxy.close();
    server.close();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
  }
}
