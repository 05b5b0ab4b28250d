package org.pipservices3.redis.lock;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The service's actions on the loss of one lease. Each runs once, on a thread of {@link Callbacks}.
 *
 * <p>Safe for any number of threads.
 */
final class LossActions {
  private final @Nullable String correlationId;
  private final String key;
  private final Callbacks callbacks;
  private final LockMetrics metrics;
  private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();

  LossActions(
      @Nullable String correlationId, String key, Callbacks callbacks, LockMetrics metrics) {
    this.correlationId = correlationId;
    this.key = key;
    this.callbacks = callbacks;
    this.metrics = metrics;
  }

  void add(Runnable action) {
    actions.add(Objects.requireNonNull(action, "action"));
  }

  /** Starts the actions that were added since. Never blocks or throws. */
  void start() {
    for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
      Runnable polled = action;
      callbacks.run(() -> runGuarded(polled));
    }
  }

  /** Logs the loss and starts the actions, without running code of the service on this thread. */
  void logAndStart(String why) {
    callbacks.run(() -> metrics.lost(correlationId, /* lease= */ true, key, why), this::start);
  }

  private void runGuarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      metrics.actionFailed(correlationId, key, e);
    }
  }
}
