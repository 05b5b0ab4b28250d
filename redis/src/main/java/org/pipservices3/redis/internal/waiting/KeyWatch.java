package org.pipservices3.redis.internal.waiting;

import java.util.concurrent.TimeUnit;

/** Decides when the first waiter for a key that others hold asks Redis again. */
public interface KeyWatch {
  int RECHECK_SECONDS = 15;
  long RECHECK = TimeUnit.SECONDS.toNanos(RECHECK_SECONDS);

  /** Waits, at most this long, until the waiter's key may have changed or the waiter is woken. */
  void await(Waiter waiter, long nanos) throws InterruptedException;

  /**
   * The same for a key that this component holds, whose release wakes the waiter without polling.
   * Where keys are not watched, a foreign removal is found within {@value #RECHECK_SECONDS} s.
   */
  default void awaitHeld(Waiter waiter, long nanos) throws InterruptedException {
    waiter.await(Math.min(nanos, RECHECK));
  }

  /**
   * Waits, at most this long, until another component acquires a key that was just released.
   *
   * @return false if none did, or if the key cannot be watched
   */
  default boolean awaitOtherHolder(Waiter waiter, long nanos) throws InterruptedException {
    return false;
  }

  /** Sets the queues to wake. Called once, before anything else. */
  default void start(WaitQueues queues) {}

  /** Ends the watching. Does not wake waiters. */
  default void close() {}

  /** A watch that only asks again after every interval. */
  static KeyWatch polling(long intervalMillis) {
    long interval = TimeUnit.MILLISECONDS.toNanos(intervalMillis);
    return (waiter, nanos) -> waiter.await(Math.min(nanos, interval));
  }
}
