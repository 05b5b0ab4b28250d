package org.pipservices3.redis.examples;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.redis.lock.RedisLock;

/**
 * WokenByProcess shows how a lock is waited for: another process holds it, and its release wakes
 * the waiter here by Redis's key tracking. Nothing is polled.
 */
final class WokenByProcess implements Step {
  private static final String TRACE = "woken";
  private static final int TTL = 10_000;
  private static final long PATIENCE = 10_000;
  private static final int TURNS = 15;
  private static final Duration LOOK = Duration.ofMillis(30);

  private RedisLock lock = new RedisLock();

  @Override
  public void setReferences(IReferences references) throws ReferenceException {
    lock = references.getOneRequired(RedisLock.class, Descriptors.FIRST_LOCK);
  }

  @Override
  public void run(StepPrinter printer, TutorialKeys keys, TutorialServer server) throws Exception {
    printer.title("A release in one process wakes the waiter in another.", this);
    String key = keys.key("printer");
    ExecutorService waiter = Executors.newSingleThreadExecutor();
    try (OtherProcess other = OtherProcess.start(key, server.uri())) {
      other.lock();
      printer.note("process %d locks".formatted(other.id()));
      printer.step("this process tries to lock", false, lock.tryAcquireLock(TRACE, key, TTL));

      long[] micros = new long[TURNS];
      for (int turn = 0; turn < TURNS; turn++) {
        Future<Long> locked = waiter.submit(() -> lockedAt(key));
        printer.require(stillWaits(locked), "The lock should not be had before its release");
        long released = other.release();
        micros[turn] = locked.get() - released;
        other.lock();
      }
      String call = "process %d releases: locked here after".formatted(other.id());
      printer.step(call, "%d µs, the median of %d".formatted(median(micros), TURNS));
      other.release();
    } finally {
      waiter.shutdownNow();
    }
  }

  /** Waits for the lock; returns when it was there, in microseconds of the wall clock. */
  private long lockedAt(String key) throws Exception {
    lock.acquireLock(TRACE, key, TTL, PATIENCE);
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    lock.releaseLock(TRACE, key);
    return now;
  }

  private static boolean stillWaits(Future<Long> locked) throws Exception {
    try {
      locked.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      return false;
    } catch (TimeoutException e) {
      return true;
    }
  }

  private static long median(long... micros) {
    return LongStream.of(micros).sorted().toArray()[micros.length / 2];
  }
}
