package org.pipservices3.redis.lock;

import java.util.Comparator;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;

/**
 * Tokens that may stand in Redis although nobody wants them, given back in the background.
 *
 * <p>They come from commands whose reply was lost: an acquisition of which the caller was told that
 * it failed, a release that perhaps did not happen. Left alone, each could block its key for a
 * whole ttl. While Redis cannot be reached they are tried again. That Redis does not have a token
 * is no proof either: a server that was stopped may find the lost command only later, behind ours.
 * So it is looked for {@value #LOOKS} times, at doubling intervals, unless its ttl is over before.
 * At most {@value #MOST} tokens wait; others are left to their ttl.
 *
 * <p>Safe for any number of threads. Only one sweep is under way at any time, on the keeper's I/O
 * thread, and gives way to other work there after each token.
 */
final class GiveBacks {
  private static final int MOST = 10_000;
  private static final int LOOKS = 6;
  private static final long FIRST_INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

  private record Debt(
      @Nullable String correlationId, String key, String token, long until, long due, int looks) {

    Debt later(long due, int looks) {
      return new Debt(correlationId, key, token, until, due, looks);
    }

    /** Does not tell the token. */
    @Override
    public String toString() {
      return key;
    }
  }

  private final LockStore store;
  private final LeaseKeeper keeper;
  private final LongSupplier clock;
  private final Consumer<String> onFreed;
  private final PriorityBlockingQueue<Debt> debts =
      new PriorityBlockingQueue<>(11, Comparator.comparingLong(Debt::due));
  private final Alarm next;
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * Creates an empty collection.
   *
   * @param onFreed told of every key that a token was removed from
   */
  GiveBacks(LockStore store, LeaseKeeper keeper, LongSupplier clock, Consumer<String> onFreed) {
    this.store = store;
    this.keeper = keeper;
    this.clock = clock;
    this.onFreed = onFreed;
    this.next = new Alarm(keeper, () -> keeper.io(this::sweep));
  }

  /** Takes a token that stays in Redis no longer than these nanoseconds. */
  void add(@Nullable String correlationId, String key, String token, long ttl) {
    long now = clock.getAsLong();
    if (debts.size() < MOST) {
      debts.add(new Debt(correlationId, key, token, now + ttl, now, /* looks= */ 0));
    }
    if (closed) {
      settleAll();
    } else {
      start();
    }
  }

  /** Tries what is left for the last time, on the calling thread, unless Redis is gone. */
  void close() {
    closed = true;
    settleAll();
  }

  private void settleAll() {
    for (Debt debt = debts.poll(); debt != null; debt = debts.poll()) {
      try {
        store.release(debt.correlationId, debt.key, debt.token);
      } catch (RedisException e) {
        debts.clear();
      }
    }
  }

  private void start() {
    if (!debts.isEmpty() && sweeping.compareAndSet(false, true)) {
      keeper.io(this::sweep);
    }
  }

  private void sweep() {
    Debt debt = debts.poll();
    long pause = 0;
    if (debt != null) {
      pause = debt.due - clock.getAsLong();
      if (pause > 0) {
        debts.add(debt);
      } else {
        pause = settle(debt);
      }
    }
    if (debts.isEmpty()) {
      sweeping.set(false);
      start();
    } else if (pause > 0) {
      next.set(Math.min(pause, LONGEST_PAUSE));
    } else {
      keeper.io(this::sweep);
    }
  }

  /** Tries once; how long to leave Redis alone after that, in nanoseconds. */
  private long settle(Debt debt) {
    long now = clock.getAsLong();
    if (now - debt.until >= 0) {
      return 0;
    }
    try {
      if (store.release(debt.correlationId, debt.key, debt.token)) {
        onFreed.accept(debt.key);
      } else if (debt.looks + 1 < LOOKS) {
        debts.add(debt.later(now + (FIRST_INTERVAL << debt.looks), debt.looks + 1));
      }
      return 0;
    } catch (RuntimeException e) {
      if (!(e instanceof RedisException && e.getCause() instanceof ConnectionException)) {
        return 0;
      }
      debts.add(debt);
      return ThreadLocalRandom.current().nextLong(FIRST_INTERVAL, LONGEST_PAUSE);
    }
  }
}
