package org.pipservices3.redis.internal.lookup;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.BulkCommands;
import org.pipservices3.redis.internal.json.ValueErrors;

/**
 * Reads of many keys: from the near cache, then those that are not there together from the tracking
 * connections, then together from Redis what cannot be tracked.
 *
 * <p>Safe for any number of threads; everything runs on the callers'.
 */
public final class BulkReads {
  private final BulkCommands commands;
  private final Lookup lookup;
  private final @Nullable NearCache near;
  private final CacheMetrics metrics;
  private final Failures failures;

  BulkReads(
      BulkCommands commands,
      Lookup lookup,
      @Nullable NearCache near,
      CacheMetrics metrics,
      Failures failures) {
    this.commands = commands;
    this.lookup = lookup;
    this.near = near;
    this.metrics = metrics;
    this.failures = failures;
  }

  /**
   * Reads the values of distinct keys.
   *
   * @param names the keys with the cache's prefix
   * @param type what to read the values as; null for what they are
   * @return the values by key, in this order, without those that are missing
   */
  public Map<String, @Nullable Object> retrieve(
      @Nullable String correlationId, List<String> keys, List<String> names, @Nullable Type type) {
    return found(keys, new Reading(correlationId, names, type, /* forLoad= */ false).run());
  }

  /** The values that are no {@link Miss}, by key. */
  public static Map<String, @Nullable Object> found(List<String> keys, @Nullable Object[] values) {
    Map<String, @Nullable Object> found = new LinkedHashMap<>(2 * values.length);
    for (int i = 0; i < values.length; i++) {
      if (!(values[i] instanceof Miss)) {
        found.put(keys.get(i), values[i]);
      }
    }
    return found;
  }

  /**
   * Finds values before those that are missing are loaded. A value that does not fit is missing.
   *
   * @return the values in the order of the names, null for a stored null, or each a {@link Miss}
   */
  public @Nullable Object[] find(@Nullable String correlationId, List<String> names, Type type) {
    return new Reading(correlationId, names, type, /* forLoad= */ true).run();
  }

  /** One call; the places are the indices of its keys. */
  private final class Reading {
    private final @Nullable String correlationId;
    private final List<String> names;
    private final @Nullable Type type;
    private final boolean forLoad;
    private final @Nullable Object[] values;
    private final BulkFailures failed;
    private int hits;
    private int misses;

    Reading(
        @Nullable String correlationId, List<String> names, @Nullable Type type, boolean forLoad) {
      this.correlationId = correlationId;
      this.names = names;
      this.type = type;
      this.forLoad = forLoad;
      this.values = new @Nullable Object[names.size()];
      this.failed = new BulkFailures(correlationId, failures);
      Arrays.fill(values, Miss.OUT);
    }

    @Nullable Object[] run() {
      List<Integer> open =
          failures.admitted(correlationId, names, nearMisses(), /* write= */ false);
      if (near != null && !open.isEmpty()) {
        open = untracked(near, open);
      }
      if (!open.isEmpty()) {
        readUntracked(open);
      }
      metrics.hits(hits);
      metrics.misses(misses);
      failed.end(values.length - failed.count(), values.length);
      return values;
    }

    /** Takes what the near cache holds; returns the other places. */
    private List<Integer> nearMisses() {
      List<Integer> open = new ArrayList<>(values.length);
      for (int place = 0; place < values.length; place++) {
        NearEntry entry = near == null ? null : near.get(names.get(place));
        if (near == null || entry == null) {
          open.add(place);
        } else {
          take(place, entry);
        }
      }
      if (near != null) {
        metrics.nearHits(values.length - open.size());
        metrics.nearMisses(open.size());
      }
      return open;
    }

    /** Reads on the tracking connections; returns the places that cannot be read there. */
    private List<Integer> untracked(NearCache tracked, List<Integer> places) {
      List<NearCache.Fill> fills = tracked.fillAll(namesAt(places));
      List<Integer> open = new ArrayList<>();
      for (int i = 0; i < fills.size(); i++) {
        NearCache.Fill fill = fills.get(i);
        if (fill.isTracked()) {
          take(places.get(i), fill.value(), fill);
        } else {
          open.add(places.get(i));
        }
      }
      return open;
    }

    private void readUntracked(List<Integer> places) {
      BulkCommands.Replies replies = commands.get(correlationId, namesAt(places));
      for (int i = 0; i < places.size(); i++) {
        int place = places.get(i);
        RedisException failure = replies.failure(i);
        if (failure == null) {
          take(place, replies.value(i), /* fill= */ null);
        } else {
          String name = names.get(place);
          failed.add(name, ValueErrors.named(correlationId, name, failure));
        }
      }
    }

    private void take(int place, byte @Nullable [] json, NearCache.@Nullable Fill fill) {
      if (json == null) {
        misses++;
        values[place] = Miss.NONE;
        return;
      }
      hits++;
      try {
        values[place] = lookup.decoded(correlationId, names.get(place), json, type, fill);
      } catch (RedisException e) {
        unfit(place, json, e);
      }
    }

    private void take(int place, NearEntry entry) {
      try {
        values[place] = lookup.decoded(correlationId, names.get(place), entry, type);
      } catch (RedisException e) {
        unfit(place, entry.json(), e);
      }
    }

    private void unfit(int place, byte @Nullable [] json, RedisException misfit) {
      String name = names.get(place);
      if (!forLoad) {
        failed.add(name, misfit);
        return;
      }
      try {
        byte[] stored = json == null ? lookup.get(correlationId, name) : json;
        metrics.unfit(correlationId, misfit);
        values[place] = stored == null ? Miss.NONE : Miss.unfit(stored);
      } catch (RedisException e) {
        failed.add(name, e);
      }
    }

    private List<String> namesAt(List<Integer> places) {
      if (places.size() == names.size()) {
        return names;
      }
      return places.stream().map(names::get).toList();
    }
  }
}
