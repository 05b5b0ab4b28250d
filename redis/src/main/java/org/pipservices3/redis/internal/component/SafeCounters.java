package org.pipservices3.redis.internal.component;

import org.pipservices3.components.count.CompositeCounters;

/**
 * The service's counters, whose exceptions are caught: they must not fail a call. Overrides what
 * the module calls.
 *
 * <p>Safe for any number of threads, as far as the counters are.
 */
final class SafeCounters extends CompositeCounters {

  @Override
  public void increment(String name, int value) {
    try {
      super.increment(name, value);
    } catch (RuntimeException | Error e) {
      // Nowhere left to log it; so below.
    }
  }

  @Override
  public void endTiming(String name, float elapsed) {
    try {
      super.endTiming(name, elapsed);
    } catch (RuntimeException | Error e) {
      // As above.
    }
  }
}
