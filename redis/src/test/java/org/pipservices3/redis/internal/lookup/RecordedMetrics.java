package org.pipservices3.redis.internal.lookup;

import java.util.concurrent.atomic.AtomicLong;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.References;
import org.pipservices3.redis.connect.RedisConnection;
import org.pipservices3.redis.fixture.RecordingCounters;
import org.pipservices3.redis.fixture.RecordingLogger;
import org.pipservices3.redis.internal.component.Connector;

/** The metrics of a cache that is not there, what they recorded, and their clock. */
public final class RecordedMetrics {
  public final RecordingLogger logger = new RecordingLogger();
  public final RecordingCounters counters = new RecordingCounters();
  public final AtomicLong clock = new AtomicLong();
  public final CacheMetrics metrics;

  public RecordedMetrics() {
    Connector<Object> connector =
        new Connector<>(
            "cache", RedisConnection::new, /* failsOpen= */ false, session -> this, engine -> {});
    References references = new References();
    references.put(new Descriptor("pip-services", "logger", "test", "default", "1.0"), logger);
    references.put(new Descriptor("pip-services", "counters", "test", "default", "1.0"), counters);
    connector.setReferences(references);
    metrics = new CacheMetrics(connector, clock::get);
  }
}
