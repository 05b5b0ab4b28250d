package org.pipservices3.redis.proof;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConflictException;
import org.pipservices3.redis.cache.LoadOptions;
import org.pipservices3.redis.cache.RedisCache;
import org.pipservices3.redis.proof.Recorder.Recorded;
import org.pipservices3.redis.proof.Recorder.Result;
import org.pipservices3.redis.proof.history.Operation.Kind;

/** One thread of a {@link Hammer}: its number, its dice, and the values that only it stores. */
final class Hand {
  private static final int LIVES = 600_000;
  private static final Duration LOAD_TIMEOUT = Duration.ofSeconds(2);
  private static final LoadOptions LOADS =
      LoadOptions.defaults().timeout(Duration.ofSeconds(1)).loadTimeout(LOAD_TIMEOUT);

  final Random random;
  private final int process;
  private final int number;
  private final Recorder recorder;
  private int values;

  Hand(int process, int number, long seed, Recorder recorder) {
    this.process = process;
    this.number = number;
    this.random = new Random(seed * 100 + number);
    this.recorder = recorder;
  }

  Recorded recorded(Kind kind, String key, Object argument, long patience, Recorder.Action action) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(patience);
    return recorder.run(number, kind, key, argument.toString(), nanos, action);
  }

  String anyValue() {
    String[] names = {"value-", "cold-", "burst-"};
    return names[random.nextInt(names.length)] + random.nextInt(4);
  }

  void store(RedisCache into, String key) {
    String value = process + "-" + number + "-" + ++values;
    recorded(Kind.STORE, key, value, 0, () -> Result.okIf(into.store(null, key, value, LIVES), ""));
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

  /** Loads a value that only this load has, for a short life; the loader fails now and then. */
  void load(RedisCache by, Kind kind, String key) {
    recorded(
        kind,
        key,
        "",
        3 * LOAD_TIMEOUT.toMillis(),
        () -> {
          String value = by.retrieveOrLoad(null, key, String.class, LOADS, this::load);
          return Result.ok(value == null ? "" : value);
        });
  }

  private @Nullable String load(@Nullable String correlationId, String key)
      throws ConflictException {
    String value = process + "-" + number + "-" + ++values;
    boolean fails = random.nextInt(10) == 0;
    recorded(
        Kind.LOADING,
        key,
        "",
        1_000,
        () -> {
          pause(30);
          return fails ? Result.okIf(false, "") : Result.ok(value);
        });
    if (fails) {
      throw new ConflictException(correlationId, "NO_VALUE", "The loader has none");
    }
    return value;
  }

  /** Up to so many milliseconds. */
  void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(millis * 1_000)));
  }

  /** Also if it is interrupted meanwhile. */
  void pauseAtLeast(int millis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    boolean interrupted = false;
    while (System.nanoTime() - until < 0) {
      LockSupport.parkNanos(until - System.nanoTime());
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
