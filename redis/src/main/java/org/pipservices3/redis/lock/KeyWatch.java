package org.pipservices3.redis.lock;

import java.util.concurrent.TimeUnit;

/** Tells the first waiter for a key that others hold when to ask Redis again. */
interface KeyWatch {
  /**
   * Waits until the waiter's key may have changed, the waiter is woken, or the time is over.
   *
   * @param nanos the longest time to wait
   */
  void await(Waiter waiter, long nanos) throws InterruptedException;

  /**
   * Waits until somebody takes a key that was free a moment ago.
   *
   * @param nanos the longest time to wait
   * @return false if nobody came, or if that cannot be watched
   */
  default boolean awaitTaken(Waiter waiter, long nanos) throws InterruptedException {
    return false;
  }

  /** Tells whom to wake. Called once, before anything else. */
  default void start(WaitingLines lines) {}

  /** Ends the watching; who still waits is woken by others. */
  default void close() {}

  /** Does not watch at all but asks again after every interval. */
  static KeyWatch polling(long intervalMillis) {
    long interval = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
    return (waiter, nanos) -> waiter.await(Math.min(nanos, interval));
  }
}
