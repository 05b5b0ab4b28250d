package org.pipservices3.redis.cache;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.fixture.Threads;

/**
 * A loader that a test holds up: it tells when it is called, and returns its value when it is
 * released; later calls return at once.
 *
 * <p>Safe for any number of threads.
 *
 * @param <T> what it loads
 */
final class ParkedLoader<T> implements CacheLoader<T, RuntimeException> {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final @Nullable T value;
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger calls = new AtomicInteger();

  ParkedLoader(@Nullable T value) {
    this.value = value;
  }

  @Override
  public @Nullable T load(@Nullable String correlationId, String key) {
    calls.incrementAndGet();
    if (!Threads.awaitUninterruptibly(released, PATIENCE)) {
      throw new AssertionError("The loader was never released; was it called by the test itself?");
    }
    return value;
  }

  /** Waits until it has been called so often. */
  void awaitCalls(int count) {
    await().until(() -> calls.get() >= count);
  }

  void release() {
    released.countDown();
  }

  int calls() {
    return calls.get();
  }
}
