package org.pipservices3.redis.internal.lookup;

import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.json.JsonCodec;

/** What reads a cache, one key or many, and what goes with that. Immutable. */
public record Reads(
    JsonCodec json,
    Lookup one,
    BulkReads many,
    StaleValues stale,
    Failures failures,
    CacheMetrics metrics) {

  /**
   * Makes what reads a cache.
   *
   * @param near null for none
   * @param failOpen whether failures of Redis are hidden
   */
  public static Reads of(
      RedisCommands commands,
      JsonCodec json,
      @Nullable NearCache near,
      boolean failOpen,
      CacheMetrics metrics) {
    Failures failures =
        new Failures(metrics, failOpen ? new CircuitBreaker(commands, metrics) : null);
    Lookup one = new Lookup(json, commands::get, near, metrics, failures);
    BulkReads many = new BulkReads(commands.bulk(), one, near, metrics, failures);
    StaleValues stale = near == null ? StaleValues.none() : near.stale();
    return new Reads(json, one, many, stale, failures, metrics);
  }
}
