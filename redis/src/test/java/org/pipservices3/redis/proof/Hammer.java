package org.pipservices3.redis.proof;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;
import org.pipservices3.redis.proof.Recorder.Recorded;
import org.pipservices3.redis.proof.Recorder.Result;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/**
 * A process that hammers caches, near copies, locks and leases, and records all that it does.
 *
 * <p>It obeys the lines of its input: after {@code calm} it interrupts nobody any more, at {@code
 * stop} it ends its threads, closes its components and says {@code done}. It ends with its input.
 */
final class Hammer {
  private static final int LIVES = 600_000;
  private static final int LOCK_TTL = 1_000;
  private static final int LONG_TTL = 60_000;
  private static final int LEASE_TTL = 1_500;
  private static final long PATIENCE = 3_000;

  private final int process;
  private final long seed;
  private final Recorder recorder;
  private final Components components;
  private final RedisCache cache;
  private final RedisCache near;
  private final RedisLock lock;
  private final RawRedis guard;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean calm;
  private volatile boolean stopping;

  /** One pass of a thread's work. */
  private interface Step {
    void run(Doer doer) throws Exception;
  }

  private Hammer(int process, long seed, Recorder recorder, ConfigParams config, int guardPort)
      throws Exception {
    this.process = process;
    this.seed = seed;
    this.recorder = recorder;
    this.components =
        new Components(
            new Target("proof", config, false, () -> RawRedis.connect("localhost", guardPort)));
    this.cache = components.cache();
    this.near = components.cache("options.near_cache", true);
    this.lock = components.lock();
    this.guard = RawRedis.connect("localhost", guardPort);
  }

  /** Arguments: file for the history, number of the process, seed, guard's port, configuration. */
  public static void main(String[] args) throws Exception {
    int process = Integer.parseInt(args[1]);
    Recorder recorder = new Recorder(Path.of(args[0]), process);
    ConfigParams config = ConfigParams.fromString(args[4]);
    Hammer hammer =
        new Hammer(
            process,
            Long.parseLong(args[2]) + process,
            recorder,
            config,
            Integer.parseInt(args[3]));
    hammer.start();
    System.out.println("hammering");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("calm")) {
        hammer.calm = true;
      } else if (line.equals("stop")) {
        hammer.stop();
        System.out.println("done");
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private void start() {
    add(this::write);
    add(this::read);
    add(this::readNear);
    add(this::lock);
    add(this::lock);
    add(this::tryLong);
    add(this::lease);
    add(this::lease);
    Thread interrupter = new Thread(this::interruptAtRandom, "interrupter");
    interrupter.setDaemon(true);
    interrupter.start();
  }

  private void add(Step step) {
    int number = threads.size();
    Doer doer = new Doer(number, new Random(seed * 100 + number));
    Thread thread = new Thread(() -> doer.repeat(step), "hammer-" + number);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
    Doer last = new Doer(threads.size(), new Random(seed));
    last.recorded(Kind.NEAR_HIT, "", "", PATIENCE, this::nearHits);
    last.recorded(Kind.CLOSE, "", "", PATIENCE, this::close);
  }

  /** Whether near copies serve reads; a single one may just have been dropped. */
  private Result nearHits() {
    long before = components.counters().count("redis.cache.near_hits");
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE);
    while (System.nanoTime() - until < 0) {
      near.retrieve(null, "cold-0");
      if (components.counters().count("redis.cache.near_hits") > before) {
        return Result.ok("");
      }
    }
    return new Result(Outcome.REFUSED, "");
  }

  private Result close() throws Exception {
    components.close();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE);
    while (libraryThreads() > 0 && System.nanoTime() - until < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    return Result.ok(libraryThreads());
  }

  private static long libraryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("redis-"))
        .count();
  }

  private void interruptAtRandom() {
    Random random = new Random(seed - 1);
    while (!calm && !stopping) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(400)));
      threads.get(3 + random.nextInt(2)).interrupt();
    }
  }

  private void write(Doer doer) {
    int number = doer.random.nextInt(900);
    if (number == 0) {
      doer.store(cache, "cold-" + doer.random.nextInt(4));
    } else if (number < 10) {
      String key = "burst-" + doer.random.nextInt(4);
      for (int i = 0; i < 6; i++) {
        doer.store(cache, key);
      }
    } else if (number < 50) {
      String key = "value-" + doer.random.nextInt(4);
      doer.recorded(
          Kind.REMOVE,
          key,
          "",
          0,
          () -> {
            cache.remove(null, key);
            return Result.ok("");
          });
    } else {
      doer.store(cache, "value-" + doer.random.nextInt(4));
    }
    doer.pause(10);
  }

  private void read(Doer doer) {
    doer.retrieve(cache, Kind.READ, doer.anyValue());
    doer.pause(8);
  }

  private void readNear(Doer doer) {
    if (doer.random.nextInt(200) == 0) {
      doer.store(near, doer.anyValue());
    }
    for (int i = 0; i < 4; i++) {
      doer.retrieve(near, Kind.NEAR_READ, doer.anyValue());
    }
    doer.pause(6);
  }

  private void lock(Doer doer) {
    String key = "lock-" + doer.random.nextInt(2);
    Recorded grant =
        doer.random.nextBoolean()
            ? doer.recorded(
                Kind.TRY_LOCK,
                key,
                LOCK_TTL,
                0,
                () -> Result.okIf(lock.tryAcquireLock(null, key, LOCK_TTL), ""))
            : doer.recorded(
                Kind.ACQUIRE,
                key,
                LOCK_TTL,
                PATIENCE,
                () -> {
                  lock.acquireLock(null, key, LOCK_TTL, PATIENCE);
                  return Result.ok("");
                });
    if (grant.isOk()) {
      doer.pause(doer.random.nextInt(200) == 0 ? 2 * LOCK_TTL : 8);
      doer.releaseLock(key, grant);
    }
    doer.pause(20);
  }

  private void tryLong(Doer doer) {
    String key = "long-" + doer.random.nextInt(4);
    Recorded grant =
        doer.recorded(
            Kind.TRY_LOCK,
            key,
            LONG_TTL,
            0,
            () -> Result.okIf(lock.tryAcquireLock(null, key, LONG_TTL), ""));
    if (grant.isOk()) {
      doer.pause(4);
      doer.releaseLock(key, grant);
    }
    doer.pause(10);
  }

  private void lease(Doer doer) {
    String key = "lease-" + doer.random.nextInt(2);
    Duration ttl = Duration.ofMillis(LEASE_TTL);
    LockLease[] leases = new LockLease[1];
    Recorded grant =
        doer.random.nextBoolean()
            ? doer.recorded(
                Kind.TRY_LEASE,
                key,
                LEASE_TTL,
                0,
                () -> {
                  leases[0] = lock.tryLease(null, key, ttl).orElse(null);
                  return granted(leases[0]);
                })
            : doer.recorded(
                Kind.LEASE,
                key,
                LEASE_TTL,
                PATIENCE,
                () -> {
                  leases[0] = lock.lease(null, key, ttl, Duration.ofMillis(PATIENCE));
                  return granted(leases[0]);
                });
    if (grant.isOk()) {
      hold(doer, key, grant.id(), leases[0]);
    }
    doer.pause(20);
  }

  private static Result granted(@Nullable LockLease lease) {
    return lease == null ? new Result(Outcome.REFUSED, "") : Result.ok(lease.fencingToken());
  }

  private void hold(Doer doer, String key, String id, LockLease lease) {
    lease.onLost(() -> doer.recorded(Kind.LOST, key, id, 0, () -> Result.ok("")));
    if (doer.random.nextInt(4) > 0) {
      lease.keepAlive();
    }
    boolean isLong = doer.random.nextInt(12) == 0;
    long until =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(doer.random.nextInt(isLong ? 4_000 : 60));
    while (doer.check(key, id, lease) && System.nanoTime() - until < 0) {
      doer.recorded(Kind.GUARDED, key, id, 0, () -> guarded(key, lease.fencingToken()));
      doer.check(key, id, lease);
      doer.pause(isLong ? 40 : 10);
    }
    doer.recorded(Kind.RELEASE_LEASE, key, id, 0, () -> Result.okIf(lease.release(), ""));
  }

  /** Writes to the resource, which knows the greatest token and numbers what it accepts. */
  private Result guarded(String key, long token) {
    Object number =
        guard.call(
            "EVAL",
            """
            local last = redis.call('hget', KEYS[1], 'token')
            if last and tonumber(last) > tonumber(ARGV[1]) then return 0 end
            redis.call('hset', KEYS[1], 'token', ARGV[1])
            return redis.call('hincrby', KEYS[1], 'writes', 1)
            """,
            1,
            key,
            token);
    return Result.okIf(!Long.valueOf(0).equals(number), String.valueOf(number));
  }

  /** One thread's hand: its number and its dice. */
  private final class Doer {
    private final int number;
    private final Random random;
    private int values;

    Doer(int number, Random random) {
      this.number = number;
      this.random = random;
    }

    void repeat(Step step) {
      while (!stopping) {
        try {
          step.run(this);
        } catch (Exception e) {
          recorded(Kind.CHECK, "", "", 0, () -> new Result(Outcome.BROKEN, String.valueOf(e)));
        }
      }
    }

    Recorded recorded(
        Kind kind, String key, Object argument, long patience, Recorder.Action action) {
      long nanos = TimeUnit.MILLISECONDS.toNanos(patience);
      return recorder.run(number, kind, key, argument.toString(), nanos, action);
    }

    String anyValue() {
      String[] names = {"value-", "cold-", "burst-"};
      return names[random.nextInt(names.length)] + random.nextInt(4);
    }

    void store(RedisCache into, String key) {
      String value = process + "-" + number + "-" + ++values;
      recorded(
          Kind.STORE, key, value, 0, () -> Result.okIf(into.store(null, key, value, LIVES), ""));
    }

    void retrieve(RedisCache from, Kind kind, String key) {
      recorded(
          kind,
          key,
          "",
          0,
          () -> {
            Object value = from.retrieve(null, key);
            return Result.ok(value == null ? "" : value);
          });
    }

    void releaseLock(String key, Recorded grant) {
      recorded(
          Kind.RELEASE,
          key,
          grant.id(),
          0,
          () -> {
            lock.releaseLock(null, key);
            return Result.ok("");
          });
    }

    boolean check(String key, String id, LockLease lease) {
      Recorder.Action action = () -> Result.ok(lease.remaining().toNanos());
      return !recorded(Kind.CHECK, key, id, 0, action).result().text().equals("0");
    }

    void pause(int millis) {
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(millis * 1_000)));
    }
  }
}
