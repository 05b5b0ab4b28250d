package org.pipservices3.redis.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Background;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.lock.LockLease;
import org.pipservices3.redis.lock.RedisLock;

/**
 * What a other JVM of a test runs: it says on its output what has happened to it, one line each,
 * and ends with its input.
 */
final class WorkerMain {

  private static final int MINUTE = 60_000;

  private WorkerMain() {}

  /** Arguments: port, role, key, number. */
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    RedisLock lock = new RedisLock();
    lock.configure(
        ConfigParams.fromTuples("connection.host", "localhost", "connection.port", port));
    lock.open(null);
    int number = Integer.parseInt(args[3]);
    switch (args[1]) {
      case "hold" -> hold(lock, args[2], Duration.ofMillis(number));
      case "read" -> read(port, args[2], Duration.ofMillis(number));
      case "count" -> count(lock, port, args[2], number);
      default -> throw new IllegalArgumentException(args[1]);
    }
  }

  /** Keeps a lease alive, and tells how it is whenever it is asked. */
  private static void hold(RedisLock lock, String key, Duration ttl) throws Exception {
    LockLease lease = lock.lease(null, key, ttl, Duration.ofSeconds(20));
    lease.onLost(() -> say("lost")).keepAlive();
    say("held " + lease.fencingToken());
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    while (in.readLine() != null) {
      boolean held = lease.isHeld();
      say("status " + held + " " + lease.remaining().toMillis() + " " + lease.extend(ttl));
    }
  }

  /** Reads near-cache entries all the time, and tells what it reads first after a gap. */
  private static void read(int port, String key, Duration gap) throws Exception {
    RedisCache cache = new RedisCache();
    cache.configure(
        ConfigParams.fromTuples(
            "connection.host", "localhost", "connection.port", port, "options.near_cache", true));
    cache.open(null);
    Object first = cache.retrieve(null, key);
    long last = System.nanoTime();
    say("reading " + first);
    while (true) {
      long asked = System.nanoTime();
      Object value = cache.retrieve(null, key);
      if (asked - last > gap.toNanos()) {
        say("read " + value);
      }
      last = asked;
    }
  }

  /** Adds one to the counter beside the key, on each of so many threads, under the lock. */
  private static void count(RedisLock lock, int port, String key, int threads) throws Exception {
    try (RawRedis raw = RawRedis.connect("localhost", port)) {
      List<Background<Boolean>> counters = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        counters.add(
            Background.run(
                () -> {
                  lock.acquireLock(null, key, MINUTE, MINUTE);
                  int before = Integer.parseInt(String.valueOf(raw.text(key + ":counter")));
                  raw.set(key + ":counter", before + 1);
                  lock.releaseLock(null, key);
                }));
      }
      for (Background<Boolean> counter : counters) {
        counter.awaitSleep();
      }
      say("waiting");
      for (Background<Boolean> counter : counters) {
        counter.result();
      }
      say("done");
    }
    lock.close(null);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
