package org.pipservices3.redis.lock;

import java.util.function.Function;
import java.util.function.LongSupplier;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.fixture.FakeClock;
import org.pipservices3.redis.fixture.RecordingCounters;
import org.pipservices3.redis.fixture.RecordingLogger;
import org.pipservices3.redis.internal.component.Connector;
import org.pipservices3.redis.internal.waiting.KeyWatch;
import org.pipservices3.redis.internal.waiting.WaitQueues;
import org.pipservices3.redis.internal.waiting.Waiter;

/** A lock engine on a fake store, with all that it needs. */
final class Engine implements AutoCloseable {
  final RecordingLogger logger = new RecordingLogger();
  final RecordingCounters counters = new RecordingCounters();
  final FakeStore store;
  final HeldLocks heldLocks;
  final LockMetrics metrics;
  final LockEngine lockEngine;
  WaitQueues queues; // set when the engine starts

  Engine(LongSupplier clock, long retryTimeout) {
    this(new FakeStore(clock), clock, retryTimeout);
  }

  /** A lock engine on a store that it shares with others. */
  Engine(FakeStore store, LongSupplier clock, long retryTimeout) {
    this(store, clock, retryTimeout, LeaseKeeper::new);
  }

  /** A lock engine whose timers run as the test moves the clock: see {@link VirtualKeeper}. */
  static Engine virtual(FakeClock clock) {
    return new Engine(
        new FakeStore(clock),
        clock,
        /* retryTimeout= */ 10,
        metrics -> new VirtualKeeper(metrics, clock));
  }

  private Engine(
      FakeStore store,
      LongSupplier clock,
      long retryTimeout,
      Function<LockMetrics, LeaseKeeper> keeper) {
    References references = new References();
    references.put(new Descriptor("pip-services", "logger", "test", "default", "1.0"), logger);
    references.put(new Descriptor("pip-services", "counters", "test", "default", "1.0"), counters);
    Connector<Object> connector =
        new Connector<>(
            "lock", RedisConnection::new, /* failsOpen= */ false, session -> this, engine -> {});
    connector.setReferences(references);
    this.store = store;
    this.heldLocks = new HeldLocks(clock);
    this.metrics =
        new LockMetrics(connector.logger(), connector.counters(), connector.tracer(), "orders:");
    this.lockEngine =
        new LockEngine(
            store,
            polling(retryTimeout),
            new Tokens(),
            heldLocks,
            metrics,
            keeper.apply(metrics),
            clock);
  }

  /** Whether nobody is left in the queue for a key; waking fails if an empty queue is. */
  boolean isQueueEmpty(String key) {
    queues.wake(key);
    Waiter waiter = queues.enter(key);
    queues.leave(waiter);
    return waiter.isFirst();
  }

  /** The timers of a {@link #virtual} engine. */
  VirtualKeeper timers() {
    return (VirtualKeeper) lockEngine.keeper;
  }

  @Override
  public void close() {
    lockEngine.close();
  }

  private KeyWatch polling(long retryTimeout) {
    KeyWatch polling = KeyWatch.polling(retryTimeout);
    return new KeyWatch() {
      @Override
      public void start(WaitQueues queues) {
        Engine.this.queues = queues;
      }

      @Override
      public void await(Waiter waiter, long nanos) throws InterruptedException {
        polling.await(waiter, nanos);
      }
    };
  }
}
