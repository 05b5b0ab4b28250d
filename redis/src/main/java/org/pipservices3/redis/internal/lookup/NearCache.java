package org.pipservices3.redis.internal.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.json.JsonCodec;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/**
 * Entries for recently read values in this process, dropped as soon as Redis reports that any
 * client has changed them.
 *
 * <p>The hard part is a change while an entry is being made. The reply that is to become an entry
 * and the invalidation that outdates it are read in the server's order, but by any thread: the one
 * that fills may be slower. So every key belongs to a stripe with a version. An invalidation first
 * raises the version and then removes the entry; a fill notes the version before it reads, and puts
 * the entry only if it is still the same, in one step with respect to removals of that key. So an
 * entry read before the change is either not put, or put before and removed after: no caller sees
 * it after the invalidation. Own writes raise the version when Redis has confirmed them: so a
 * thread reads what it wrote. Several keys share a stripe, which at worst costs an entry that could
 * have stayed.
 *
 * <p>Number and bytes are both bounded, by one weight: an entry weighs its bytes, but at least the
 * bytes that each has if there are as many as may be. So neither bound is exceeded, though few
 * small entries fit beside large ones.
 *
 * <p>An entry ends when Redis would end it, counted from before the request was sent: never later,
 * and after a minute in any case. It is not used while invalidations may be lost, that is while
 * tracking is not live: then the cache reads from Redis.
 *
 * <p>Longer than others by its entries and fills, which share its versions.
 *
 * <p>Safe for any number of threads. Invalidations come on the tracking thread, or on one that
 * fills.
 */
public final class NearCache implements KeyTracking.Listener {
  private static final int STRIPES = 1 << 12;

  /** The longest lifetime of an entry, for changes that Redis does not report: {@code SWAPDB}. */
  static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** How many times an entry must fit into the bound by bytes. */
  private static final int LARGEST_SHARE = 8;

  /** A value that is being read from Redis; belongs to one thread. */
  public final class Fill {
    private final String key;
    private final long version;
    private final long start;
    private KeyTracking.@Nullable Reading reading;

    private Fill(String key) {
      this.key = key;
      this.version = versions.get(stripe(key));
      this.start = nanoClock.getAsLong();
    }

    /** Whether the value could be read here; if not, it must be read without an entry. */
    boolean isTracked() {
      return reading != null;
    }

    /** The value, or null if there is none. */
    byte @Nullable [] value() {
      return reading == null ? null : reading.value();
    }

    /**
     * Keeps an entry, unless the key has changed since it was read, or the value is very large.
     *
     * @param decoded the value as {@link JsonCodec} reads it without a type, or null
     * @return false if the key has changed
     */
    public boolean keep(@Nullable Object decoded) {
      byte[] json = value();
      if (reading == null || json == null) {
        return true;
      }
      long size = size(json, decoded) + key.length() + NearEntry.OVERHEAD;
      if (size > maxBytes / LARGEST_SHARE) {
        return true;
      }
      long life =
          reading.ttl() < 0
              ? MAX_NANOS
              : Math.min(MAX_NANOS, TimeUnit.MILLISECONDS.toNanos(reading.ttl()));
      NearEntry entry = NearEntry.of(json, decoded, (int) size, start + life, reading.source());
      return entry
          == entries.asMap().compute(key, (same, old) -> isUnchanged() ? keepStale(entry) : old);
    }

    private boolean isUnchanged() {
      return versions.get(stripe(key)) == version;
    }

    private NearEntry keepStale(NearEntry entry) {
      byte[] json = value();
      if (reading != null && json != null && reading.ttl() >= 0) {
        long end = start + TimeUnit.MILLISECONDS.toNanos(reading.ttl());
        stale.keep(key, json, end, reading.source());
      }
      return entry;
    }
  }

  /** The bytes in memory, two for each character of text that is not Latin-1. */
  private static long size(byte[] json, @Nullable Object decoded) {
    boolean isWide = decoded instanceof String text && json.length > text.length() + 2;
    return isWide ? Math.max(json.length, 2L * ((String) decoded).length()) : json.length;
  }

  private final Cache<String, NearEntry> entries;
  private final long maxBytes;
  private final StaleValues stale;
  private final AtomicLongArray versions;
  private final KeyTracking tracking;
  private final Runnable onInvalidation;
  private final LongSupplier nanoClock;

  /**
   * Creates an empty near cache and listens to the tracking until {@link #close}.
   *
   * @param maxBytes how many bytes entries may hold, keys and overhead included
   * @param onInvalidation called for every invalidation that removed an entry
   */
  public NearCache(
      KeyTracking tracking,
      long maxSize,
      long maxBytes,
      Runnable onInvalidation,
      LongSupplier nanoClock) {
    this(tracking, maxSize, maxBytes, STRIPES, onInvalidation, nanoClock);
  }

  public NearCache(
      KeyTracking tracking,
      long maxSize,
      long maxBytes,
      int stripes,
      Runnable onInvalidation,
      LongSupplier nanoClock) {
    this.versions = new AtomicLongArray(stripes);
    this.tracking = tracking;
    this.onInvalidation = onInvalidation;
    this.nanoClock = nanoClock;
    this.maxBytes = maxBytes;
    this.stale = new StaleValues(maxSize, maxBytes, nanoClock);
    int least = (int) Math.min(Integer.MAX_VALUE, Math.max(1, maxBytes / maxSize));
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(least * Math.min(maxSize, maxBytes))
            .weigher((String key, NearEntry entry) -> Math.max(least, entry.size()))
            .executor(Runnable::run)
            .build();
    tracking.subscribe(this);
  }

  /** The entry of a key, or null if there is none that may be used. */
  public @Nullable NearEntry get(String key) {
    NearEntry entry = entries.getIfPresent(key);
    if (entry == null) {
      return null;
    }
    long now = nanoClock.getAsLong();
    if (now - entry.end() >= 0) {
      entries.asMap().remove(key, entry);
      return null;
    }
    return entry.source().isLive(now) ? entry : null;
  }

  /** Adds to an entry what its bytes were decoded to, if that can be shared. */
  void decoded(String key, NearEntry entry, @Nullable Object value) {
    replace(key, entry, entry.withDecoded(value));
  }

  /**
   * Adds to an entry its value as a type, if callers may share that. The first type that is asked
   * for stays.
   */
  void share(String key, NearEntry entry, Type type, @Nullable Object value) {
    replace(key, entry, entry.withView(key, type, value));
  }

  private void replace(String key, NearEntry entry, @Nullable NearEntry better) {
    if (better != null && better.size() <= maxBytes / LARGEST_SHARE) {
      entries.asMap().replace(key, entry, better);
    }
  }

  /** Reads a value from Redis so that it can be kept. */
  public Fill fill(String key) {
    Fill fill = new Fill(key);
    fill.reading = tracking.read(key);
    return fill;
  }

  /** Reads many values together so that they can be kept, in the order of the keys. */
  List<Fill> fillAll(List<String> keys) {
    List<Fill> fills = new ArrayList<>(keys.size());
    keys.forEach(key -> fills.add(new Fill(key)));
    KeyTracking.@Nullable Reading[] readings = tracking.readAll(keys);
    for (int i = 0; i < readings.length; i++) {
      fills.get(i).reading = readings[i];
    }
    return fills;
  }

  /** Drops the entry after an own write; the next read sees what was written. */
  public void drop(String key) {
    versions.incrementAndGet(stripe(key));
    entries.invalidate(key);
    stale.drop(key);
  }

  /** Drops the entries of all keys that begin like this. */
  public void dropAll(String prefix) {
    raiseAllVersions();
    entries.asMap().keySet().removeIf(key -> key.startsWith(prefix));
    stale.dropAll(prefix);
  }

  @Override
  public void changed(String key) {
    versions.incrementAndGet(stripe(key));
    if (entries.asMap().remove(key) != null) {
      onInvalidation.run();
    }
    stale.changed(key);
  }

  @Override
  public void everythingChanged() {
    raiseAllVersions();
    entries.invalidateAll();
    stale.clear();
  }

  private void raiseAllVersions() {
    for (int stripe = 0; stripe < versions.length(); stripe++) {
      versions.incrementAndGet(stripe);
    }
  }

  /** Holds values beyond their end from now on; those that are here already are read anew. */
  public void holdStale() {
    if (stale.enable()) {
      entries.invalidateAll();
    }
  }

  /** The values beyond their end. */
  StaleValues stale() {
    return stale;
  }

  /** Stops listening and drops everything. */
  public void close() {
    tracking.unsubscribe(this);
    everythingChanged();
  }

  private int stripe(String key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (versions.length() - 1);
  }
}
