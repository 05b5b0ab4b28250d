package org.pipservices3.redis.proof;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.fixture.Components;
import org.pipservices3.redis.fixture.RawRedis;
import org.pipservices3.redis.fixture.Target;
import org.pipservices3.redis.proof.Recorder.Result;
import org.pipservices3.redis.proof.history.Operation.Kind;
import org.pipservices3.redis.proof.history.Operation.Outcome;

/**
 * A process that hammers caches, near caches, locks and leases, and records all that it does.
 *
 * <p>It says {@code ready} and then obeys the lines of its input: at {@code hammer} it begins,
 * after {@code calm} it interrupts nobody any more, at {@code stop} it ends its threads, closes its
 * components and says {@code done}. It ends with its input.
 */
final class Hammer {
  private static final long PATIENCE = 3_000;

  private final int process;
  private final long seed;
  private final Recorder recorder;
  private final Components components;
  private final RedisCache near;
  private final Chores chores;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean calm;
  private volatile boolean stopping;

  /** One pass of a thread's work. */
  private interface Step {
    void run(Hand hand) throws Exception;
  }

  private Hammer(int process, long seed, Recorder recorder, ConfigParams config, int guardPort)
      throws Exception {
    this.process = process;
    this.seed = seed;
    this.recorder = recorder;
    this.components =
        new Components(
            new Target("proof", config, false, () -> RawRedis.connect("localhost", guardPort)));
    this.near = components.cache("options.near_cache", true);
    this.chores =
        new Chores(
            components.cache(), near, components.lock(), RawRedis.connect("localhost", guardPort));
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
    hammer.chores.warmUp("warm-" + process);
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("hammer")) {
        hammer.start();
      } else if (line.equals("calm")) {
        hammer.calm = true;
      } else if (line.equals("stop")) {
        hammer.stop();
        System.out.println("done");
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private void start() {
    add(chores::write);
    add(chores::read);
    add(chores::readNear);
    add(chores::lock);
    add(chores::lock);
    add(chores::tryLong);
    add(chores::lease);
    add(chores::lease);
    add(chores::load);
    add(chores::load);
    Thread interrupter = new Thread(this::interruptAtRandom, "interrupter");
    interrupter.setDaemon(true);
    interrupter.start();
  }

  private void add(Step step) {
    int number = threads.size();
    Hand hand = new Hand(process, number, seed, recorder);
    Thread thread = new Thread(() -> repeat(hand, step), "hammer-" + number);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void stop() throws InterruptedException {
    stopping = true;
    for (Thread thread : threads) {
      thread.join();
    }
    Hand last = new Hand(process, threads.size(), seed, recorder);
    last.recorded(Kind.NEAR_HIT, "", "", PATIENCE, this::nearHits);
    last.recorded(Kind.CLOSE, "", "", PATIENCE, this::close);
  }

  /**
   * Whether the near cache serves reads, of a key of its own: a disaster may have removed all
   * others. A single entry may just have been dropped.
   */
  private Result nearHits() {
    String key = "calm-" + process;
    near.store(null, key, "anything", 10 * PATIENCE);
    long before = components.counters().count("redis.cache.near_hits");
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE);
    while (System.nanoTime() - until < 0) {
      near.retrieve(null, key);
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

  private void repeat(Hand hand, Step step) {
    while (!stopping) {
      try {
        step.run(hand);
      } catch (Exception e) {
        Result broken = new Result(Outcome.BROKEN, String.valueOf(e));
        hand.recorded(Kind.CHECK, "", "", 0, () -> broken);
      }
    }
  }
}
