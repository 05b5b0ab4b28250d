package org.pipservices3.redis.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.run.IOpenable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.Scale;
import org.pipservices3.redis.fixture.TcpProxy;
import org.pipservices3.redis.fixture.Threads;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * Interrupts, closes, timeouts and a bad network strike at random, at whatever a caller's thread
 * waits for: a connection, a reply, its turn in a crowd, a lock, a lease, a near-cache entry, an
 * opening.
 *
 * <p>Every call has to end within its own time plus {@link #BOUND}, with a result or an error that
 * fits; an interrupt shows as {@code InterruptedException} or stays set, and is never swallowed or
 * invented; nothing stays behind, in Redis or here; and what is opened again works. A failure names
 * the seed, which {@code -Ddisturb.seed=N} repeats as far as threads allow.
 */
@Timeout(600)
class DisturbedIT extends OnOwnServer {
  private static final long SEED = Long.getLong("disturb.seed", System.nanoTime());
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);
  private static final long LASTS = TimeUnit.MILLISECONDS.toNanos(Scale.times(700, 700));
  private static final int THREADS = 20;
  private static final int TTL = 2_000;
  private static final int TIMEOUT = 300;

  /**
   * What a call may take beyond its own time: each of its two commands is sent twice at the most,
   * and may each time wait {@code connect_timeout} and {@code command_timeout} for its turn, and
   * once more for its reply. That is 4.8 s; the rest is for a busy machine.
   */
  private static final Duration BOUND = Duration.ofSeconds(8);

  private final Random seeds = new Random(SEED);
  private final AtomicBoolean done = new AtomicBoolean();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger interruptions = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger timeouts = new AtomicInteger();
  private final AtomicLong longest = new AtomicLong();
  private final List<Caller> callers = new ArrayList<>();
  private Set<Thread> threadsBefore;
  private RedisLock lock;
  private RedisCache cache;

  @BeforeEach
  void open() throws ApplicationException {
    threadsBefore = Threads.now();
    Object[] quick = {
      "options.command_timeout", TIMEOUT, "options.connect_timeout", TIMEOUT, "options.retries", 1
    };
    lock = proxied.prepare(new RedisLock(), quick);
    cache = proxied.prepare(new RedisCache(), nearAnd(quick));
    untilOpen(lock);
    untilOpen(cache);
  }

  @AfterEach
  void close() {
    lock.close(null);
    cache.close(null);
  }

  @Test
  void anyWait_interruptedAtRandom_endsInTimeAndKeepsTheFlag() throws Exception {
    disturb(random -> callers.get(random.nextInt(THREADS)).interrupt(), 300, interruptions);
    assertThat(interruptions).as("interrupts that were seen").hasPositiveValue();
  }

  @Test
  void anyWait_componentsClosedAtRandom_endsInTimeAndWorksAgain() throws Exception {
    disturb(random -> reopen(random.nextBoolean() ? lock : cache), 5_000, failures);
    assertThat(failures).as("calls that were closed").hasPositiveValue();
  }

  @Test
  void anyWait_networkBadAtRandom_endsInTimeAndWorksAgain() throws Exception {
    disturb(this::spoilNetwork, 20_000, failures);
    assertThat(failures).as("calls that failed").hasPositiveValue();
  }

  @Test
  void anyWait_allAtOnce_endsInTimeAndWorksAgain() throws Exception {
    disturb(
        random -> {
          switch (random.nextInt(8)) {
            case 0 -> spoilNetwork(random);
            case 1 -> reopen(lock);
            case 2 -> reopen(cache);
            default -> callers.get(random.nextInt(THREADS)).interrupt();
          }
        },
        2_000,
        failures);
    assertThat(interruptions).as("interrupts that were seen").hasPositiveValue();
    assertThat(failures).as("calls that failed").hasPositiveValue();
  }

  /** Disturbs the callers for a while, and until that was seen. */
  private void disturb(Disturbance disturbance, int micros, AtomicInteger seen) throws Exception {
    System.out.printf("%s: -Ddisturb.seed=%d%n", getClass().getSimpleName(), SEED);
    for (int i = 0; i < THREADS; i++) {
      callers.add(new Caller(new Random(seeds.nextLong())));
    }
    callers.forEach(Caller::start);
    Random random = new Random(seeds.nextLong());
    long end = System.nanoTime() + LASTS;
    long latest = end + PATIENCE;
    while (System.nanoTime() - end < 0 || (seen.get() == 0 && System.nanoTime() - latest < 0)) {
      disturbance.strike(random);
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(2 * micros)));
    }
    proxy.heal();
    done.set(true);
    for (Caller caller : callers) {
      caller.end();
    }
    assertThat(calls).as("calls with seed %d", SEED).hasValueGreaterThan(THREADS);
    assertThat(Duration.ofNanos(longest.get()))
        .as("longest excess over a call's own time, with seed %d", SEED)
        .isLessThan(BOUND);
    assertWorksAgain();
  }

  private void assertWorksAgain() throws Exception {
    untilOpen(lock);
    untilOpen(cache);
    eventually().ignoreExceptions().until(() -> cache.store(null, key + "value", "again", MINUTE));
    assertThat(cache.retrieve(null, key + "value")).isEqualTo("again");
    for (int i = 0; i < 3; i++) {
      lock.acquireLock(null, key + "lock" + i, TTL, 10 * TTL);
      lock.releaseLock(null, key + "lock" + i);
    }
    eventually()
        .untilAsserted(() -> assertThat((List<?>) raw.call("KEYS", key + "lock*")).isEmpty());
    lock.close(null);
    cache.close(null);
    eventually()
        .untilAsserted(
            () -> {
              assertThat(raw.clients()).isEmpty();
              assertThat(Threads.startedSince(threadsBefore))
                  .noneMatch(thread -> thread.getName().startsWith("redis-"))
                  .noneMatch(thread -> thread.getName().startsWith("test-"));
            });
  }

  private void spoilNetwork(Random random) {
    switch (random.nextInt(4)) {
      case 0 -> proxy.cut();
      case 1 -> proxy.delay(Duration.ofMillis(random.nextInt(30)));
      case 2 ->
          proxy.swallow(
              random.nextBoolean() ? TcpProxy.Direction.TO_SERVER : TcpProxy.Direction.TO_CLIENT);
      default -> proxy.heal();
    }
  }

  /** Tries to open it once; a caller will do it if the network is too bad. */
  private void reopen(IOpenable component) {
    try {
      component.close(null);
      component.open(null);
    } catch (ApplicationException e) {
      failures.incrementAndGet();
    }
  }

  private static void untilOpen(IOpenable component) {
    eventually()
        .ignoreExceptions()
        .until(
            () -> {
              component.open(null);
              return component.isOpen();
            });
  }

  private static Object[] nearAnd(Object[] tuples) {
    List<Object> all = new ArrayList<>(List.of(tuples));
    all.addAll(List.of("options.near_cache", true, "options.max_connections", 1));
    return all.toArray();
  }

  private interface Disturbance {
    void strike(Random random);
  }

  /** One thread that calls this and that; interrupts come only through {@link #interrupt}. */
  private final class Caller {
    private final Random random;
    private Background<Boolean> background;
    private volatile int sent; // written by the disturbing thread
    private volatile int seen; // written by the caller's thread

    Caller(Random random) {
      this.random = random;
    }

    void start() {
      background = Background.run(this::work);
    }

    /** Unless the last one was not yet seen, since two may look like one. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by this thread only
    void interrupt() {
      if (sent == seen) {
        sent++;
        background.interrupt();
      }
    }

    void end() throws Exception {
      assertThat(background.result()).isTrue();
      assertThat(seen).as("interrupts seen with seed %d", SEED).isEqualTo(sent);
    }

    private void work() throws Exception {
      while (!done.get()) {
        long patience = random.nextInt(40);
        long start = System.nanoTime();
        try {
          call(patience);
        } catch (InterruptedException e) {
          assertThat(Thread.interrupted()).as("flag beside InterruptedException").isFalse();
          sawInterrupt();
        } catch (ConflictException e) {
          assertThat(e.getCode()).isEqualTo("LOCK_TIMEOUT");
          timeouts.incrementAndGet();
        } catch (RedisException e) {
          assertThat(e.code()).as(e.getMessage()).isIn("NOT_OPENED", "NO_CONNECTION", "TIMEOUT");
          failures.incrementAndGet();
        } catch (ConnectionException e) {
          assertThat(e.getCode()).isEqualTo("CANNOT_CONNECT");
          failures.incrementAndGet();
        }
        long excess = System.nanoTime() - start - TimeUnit.MILLISECONDS.toNanos(patience);
        longest.accumulateAndGet(excess, Math::max);
        calls.incrementAndGet();
        if (Thread.interrupted()) {
          sawInterrupt();
        }
      }
    }

    private void call(long patience) throws Exception {
      String name = key + "lock" + random.nextInt(3);
      switch (random.nextInt(8)) {
        case 0 -> {
          lock.acquireLock(null, name, TTL, patience);
          lock.releaseLock(null, name);
        }
        case 1 -> {
          try (LockLease lease =
              lock.lease(null, name, Duration.ofMillis(TTL), Duration.ofMillis(patience))) {
            lease.keepAlive();
          }
        }
        case 2 -> cache.store(null, key + "value", "x".repeat(random.nextInt(5_000)), MINUTE);
        case 3 -> cache.remove(null, key + "value");
        case 4 -> (random.nextBoolean() ? lock : cache).open(null);
        default -> {
          Object value = cache.retrieve(null, key + "value");
          assertThat(value == null || ((String) value).matches("x*|again")).isTrue();
        }
      }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by this thread only
    private void sawInterrupt() {
      seen++;
      assertThat(seen).as("interrupts seen with seed %d", SEED).isLessThanOrEqualTo(sent);
      interruptions.incrementAndGet();
    }
  }
}
