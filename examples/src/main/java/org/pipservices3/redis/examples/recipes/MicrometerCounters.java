package org.pipservices3.redis.examples.recipes;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.pipservices3.components.count.CounterTiming;
import org.pipservices3.components.count.ICounterTimingCallback;
import org.pipservices3.components.count.ICounters;

/**
 * The toolkit's counters as meters of a Micrometer registry: counts as counters, times as timers,
 * statistics as summaries, last values and times (in seconds since 1970) as gauges. Safe for any
 * number of threads.
 */
public final class MicrometerCounters implements ICounters, ICounterTimingCallback {
  private final MeterRegistry registry;
  private final Map<String, AtomicReference<Double>> gauges = new ConcurrentHashMap<>();

  public MicrometerCounters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void incrementOne(String name) {
    increment(name, 1);
  }

  @Override
  public void increment(String name, int value) {
    registry.counter(name).increment(value);
  }

  @Override
  public CounterTiming beginTiming(String name) {
    return new CounterTiming(name, this);
  }

  @Override
  public void endTiming(String name, float millis) {
    registry.timer(name).record(Duration.ofNanos((long) (millis * 1e6)));
  }

  @Override
  public void stats(String name, float value) {
    registry.summary(name).record(value);
  }

  @Override
  public void last(String name, float value) {
    gauge(name, value);
  }

  @Override
  public void timestampNow(String name) {
    timestamp(name, ZonedDateTime.now(ZoneOffset.UTC));
  }

  @Override
  public void timestamp(String name, ZonedDateTime value) {
    gauge(name, (double) value.toEpochSecond());
  }

  private void gauge(String name, double value) {
    gauges.computeIfAbsent(name, this::newGauge).set(value);
  }

  private AtomicReference<Double> newGauge(String name) {
    return Objects.requireNonNull(
        registry.gauge(name, new AtomicReference<>(0.0), AtomicReference::get));
  }
}
