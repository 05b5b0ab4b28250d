package org.pipservices3.redis.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.BulkCommands;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.loading.LeaseKeys;
import org.pipservices3.redis.internal.lookup.BulkFailures;
import org.pipservices3.redis.internal.lookup.CacheMetrics;
import org.pipservices3.redis.internal.lookup.Failures;
import org.pipservices3.redis.internal.lookup.Reads;

/**
 * Writes of many keys. All values are encoded before the first is sent: so one that cannot be
 * written leaves Redis as it was.
 *
 * <p>Safe for any number of threads; everything runs on the callers'.
 */
final class BulkWrites {
  private final JsonCodec json;
  private final BulkCommands commands;
  private final LeaseKeys leases;
  private final CacheMetrics metrics;
  private final Failures failures;

  BulkWrites(BulkCommands commands, LeaseKeys leases, Reads reads) {
    this.json = reads.json();
    this.commands = commands;
    this.leases = leases;
    this.metrics = reads.metrics();
    this.failures = reads.failures();
  }

  /**
   * Stores values and returns how many Redis has confirmed.
   *
   * @param names their keys, prefix included
   * @param timeout the lifetime in milliseconds, above zero
   * @param endLoads whether loads of the keys may outlast the values, and so must not store theirs
   */
  int store(
      @Nullable String correlationId,
      List<String> names,
      List<? extends @Nullable Object> values,
      long timeout,
      boolean endLoads) {
    List<byte[]> encoded = new ArrayList<>(names.size());
    try {
      for (int i = 0; i < names.size(); i++) {
        encoded.add(json.encode(correlationId, names.get(i), values.get(i)));
      }
    } catch (RedisException e) {
      failures.failedAmongMany(correlationId, e);
      return 0;
    }
    List<Integer> all = IntStream.range(0, names.size()).boxed().toList();
    List<Integer> places = failures.admitted(correlationId, names, all, /* write= */ true);
    return set(correlationId, at(places, names), at(places, encoded), timeout, endLoads);
  }

  private int set(
      @Nullable String correlationId,
      List<String> names,
      List<byte[]> values,
      long timeout,
      boolean endLoads) {
    BulkFailures failed = new BulkFailures(correlationId, failures);
    BulkCommands.Replies replies =
        endLoads
            ? commands.setEndingLoads(
                correlationId, names, values, timeout, names.stream().map(leases::of).toList())
            : commands.set(correlationId, names, values, timeout);
    for (int i = 0; i < names.size(); i++) {
      RedisException failure = replies.failure(i);
      if (failure != null) {
        failed.add(names.get(i), failure);
      }
    }
    int stored = names.size() - failed.count();
    metrics.stored(stored);
    failed.end(stored, names.size());
    return stored;
  }

  private static <T> List<T> at(List<Integer> places, List<T> all) {
    return places.size() == all.size() ? all : places.stream().map(all::get).toList();
  }
}
