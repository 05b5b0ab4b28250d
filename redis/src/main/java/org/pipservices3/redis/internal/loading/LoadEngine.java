package org.pipservices3.redis.internal.loading;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.lookup.BulkReads;
import org.pipservices3.redis.internal.lookup.Miss;
import org.pipservices3.redis.internal.lookup.Reads;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/**
 * All loads of a cache: of one key and of many, ahead of the end, and what ends them.
 *
 * <p>Names are whole keys, prefix included. Safe for any number of threads; all but refreshes and
 * loads that may answer with stale values runs on the callers'.
 */
public final class LoadEngine {
  private final LeaseKeys leases;
  private final BulkReads bulkReads;
  private final LoadParts parts;
  private final Loads loads;
  private final Refreshes refreshes;
  private volatile long longestTimeout;

  public LoadEngine(
      RedisCommands commands, RedisOptions options, KeyTracking tracking, Reads reads) {
    if (options.loads().stale() > 0) {
      boolean unused = reads.stale().enable();
    }
    this.longestTimeout = options.loads().timeout();
    this.leases = new LeaseKeys(options.keyPrefix());
    this.bulkReads = reads.many();
    this.parts =
        new LoadParts(
            reads.json(),
            reads.one(),
            new Flights(),
            new RedisLoadStore(commands, leases),
            new LeaseWatch(tracking, options.retryTimeout()),
            new LoadHistory(options.maxSize(), System::nanoTime, Math::random),
            new StaleAnswers(reads.stale(), reads.json(), reads.metrics()),
            new BackgroundLoads(),
            reads.failures(),
            reads.metrics());
    this.loads = new Loads(parts);
    this.refreshes = new Refreshes(commands, loads, parts);
  }

  /** The keys of the leases, which writes end. */
  public LeaseKeys leases() {
    return leases;
  }

  /** Looks a value up; a {@link Miss} if it must be loaded. */
  public @Nullable Object find(@Nullable String correlationId, String name, Type type) {
    return loads.find(correlationId, name, type);
  }

  /** Loads a value that was not found, or waits for one who does. */
  public <X extends Exception> @Nullable Object load(LoadCall<X> call, Miss miss) throws X {
    noteTimeout(call.settings());
    return loads.load(call, miss);
  }

  /** Loads a value that was found again in the background, if it is time. */
  public void hit(LoadCall<?> call) {
    noteTimeout(call.settings());
    refreshes.hit(call);
  }

  /**
   * Reads the values of distinct keys, or loads them.
   *
   * @param names the keys with the cache's prefix
   * @return the values by key, in this order, without those that the loader has left out
   */
  public <X extends Exception> Map<String, @Nullable Object> retrieveAll(
      BulkCall<X> call, List<String> keys, List<String> names) throws X {
    @Nullable Object[] values = bulkReads.find(call.correlationId(), names, call.type());
    List<BulkPart> missing = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof Miss miss) {
        String name = names.get(i);
        missing.add(new BulkPart(i, keys.get(i), name, leases.of(name), miss));
      }
    }
    if (!missing.isEmpty()) {
      noteTimeout(call.settings());
      new BulkLoad<>(call, loads, parts, bulkReads).run(missing);
      missing.forEach(part -> values[part.place()] = part.isAbsent() ? Miss.NONE : part.value());
    }
    return BulkReads.found(keys, values);
  }

  /** Whether a load that this cache may have begun could outlast a value with this lifetime. */
  public boolean mayOutlast(long timeout) {
    return timeout < longestTimeout;
  }

  private void noteTimeout(LoadSettings settings) {
    if (settings.loadTimeout() > longestTimeout) {
      longestTimeout = settings.loadTimeout(); // of two at the same time the next call adds one
    }
  }

  /** Lets nobody join the load of a key that is under way: before an own write. */
  public void changing(String name) {
    loads.forget(name);
  }

  /** The same after an own write. */
  public void changed(String name) {
    loads.forget(name);
    parts.history().forget(name);
  }

  /** The same for all keys that begin like this, before and after a removal of them. */
  public void allChanged(String prefix) {
    loads.forgetAll(name -> name.startsWith(prefix));
    parts.history().forgetAll(prefix);
  }

  /** Ends all waiting with NOT_OPENED, and the leases: what is still loaded is not stored. */
  public void close() {
    loads.close();
  }
}
