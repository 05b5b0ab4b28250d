package org.pipservices3.redis.lock;

import java.util.function.LongSupplier;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.count.CompositeCounters;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.fixture.RecordingCounters;
import org.pipservices3.redis.fixture.RecordingLogger;

/** A locker on a fake store, with all that it needs. */
final class Engine implements AutoCloseable {
  final RecordingLogger logger = new RecordingLogger();
  final RecordingCounters counters = new RecordingCounters();
  final FakeStore store;
  final Holdings holdings;
  final Locker locker;

  Engine(LongSupplier clock, long retryTimeout) {
    this(new FakeStore(clock), clock, retryTimeout);
  }

  /** A locker on a store that it shares with others. */
  Engine(FakeStore store, LongSupplier clock, long retryTimeout) {
    References references = new References();
    references.put(new Descriptor("pip-services", "logger", "test", "default", "1.0"), logger);
    references.put(new Descriptor("pip-services", "counters", "test", "default", "1.0"), counters);
    CompositeLogger loggers = new CompositeLogger();
    CompositeCounters allCounters = new CompositeCounters();
    try {
      loggers.setReferences(references);
      allCounters.setReferences(references);
    } catch (org.pipservices3.commons.refer.ReferenceException e) {
      throw new AssertionError(e);
    }
    this.store = store;
    this.holdings = new Holdings(clock);
    this.locker =
        new Locker(
            store,
            KeyWatch.polling(retryTimeout),
            new Tokens(),
            holdings,
            new Journal(loggers, allCounters),
            clock);
  }

  @Override
  public void close() {
    locker.close();
  }
}
