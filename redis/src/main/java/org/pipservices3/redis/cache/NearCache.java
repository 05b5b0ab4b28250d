package org.pipservices3.redis.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.connect.KeyTracking;

/**
 * Copies of recently read values in this process, dropped as soon as Redis tells that anybody has
 * changed them.
 *
 * <p>The hard part is a change that happens while a copy is being made. The reply that is to become
 * a copy and the report that outdates it are read in the server's order, but by any thread: the one
 * that fills may be slower. So every key belongs to a stripe with a version. A report first raises
 * the version and then removes the copy; a fill notes the version before it reads, and puts the
 * copy only if it is still the same, in one step with respect to removals of that key. So a copy
 * that was read before the change is either not put, or put before and removed after: once the
 * report is dealt with, nobody sees it, not even for a moment. Own writes raise the version when
 * Redis has confirmed them: so a thread reads what it wrote. A stripe is shared by several keys,
 * which at worst costs a copy that could have stayed.
 *
 * <p>A copy ends when Redis would end it, counted from before the request was sent: never later. It
 * is not used while reports may be lost, that is while the tracking is not live: then the cache
 * reads from Redis as if there were no copies.
 *
 * <p>Safe for any number of threads. Reports come on the tracking thread, or on one that fills.
 */
final class NearCache implements KeyTracking.Listener {
  private static final int STRIPES = 1 << 12;

  /** The longest life of a copy whose value has none: it still ends with the next change. */
  private static final long MAX_NANOS = TimeUnit.DAYS.toNanos(1);

  /** A copy of a value as it is in Redis. */
  static final class Copy {
    private final byte[] json;
    private final @Nullable Object decoded;
    private final boolean shareable;
    private final long end;
    private final KeyTracking.Source source;

    private Copy(byte[] json, @Nullable Object decoded, long end, KeyTracking.Source source) {
      this.source = source;
      this.shareable =
          decoded == null
              || decoded instanceof String
              || decoded instanceof Number
              || decoded instanceof Boolean;
      this.decoded = shareable ? decoded : null;
      this.json = json.clone();
      this.end = end;
    }

    /** The bytes as Redis holds them, for the caller to keep. */
    byte[] json() {
      return json.clone();
    }

    /** Whether {@link #decoded} may be given to everybody, since nobody can change it. */
    boolean isShareable() {
      return shareable;
    }

    @Nullable Object decoded() {
      return decoded;
    }
  }

  /** A value that is being read from Redis; belongs to one thread. */
  final class Fill {
    private final String key;
    private final long version;
    private final long start;
    private final KeyTracking.@Nullable Reading reading;

    private Fill(String key) {
      this.key = key;
      this.version = versions.get(stripe(key));
      this.start = nanoClock.getAsLong();
      this.reading = tracking.read(key);
    }

    /** Whether the value could be read here; if not, it must be read without a copy. */
    boolean isTracked() {
      return reading != null;
    }

    /** The value, or null if there is none. */
    byte @Nullable [] value() {
      return reading == null ? null : reading.value();
    }

    /** Keeps a copy, unless the key has changed since it was read. */
    void keep(@Nullable Object decoded) {
      byte[] json = value();
      if (reading == null || json == null) {
        return;
      }
      long life =
          reading.ttl() < 0
              ? MAX_NANOS
              : Math.min(MAX_NANOS, TimeUnit.MILLISECONDS.toNanos(reading.ttl()));
      Copy copy = new Copy(json, decoded, start + life, reading.source());
      copies
          .asMap()
          .compute(key, (same, old) -> versions.get(stripe(same)) == version ? copy : old);
    }
  }

  private final Cache<String, Copy> copies;
  private final AtomicLongArray versions;
  private final KeyTracking tracking;
  private final Runnable onInvalidation;
  private final LongSupplier nanoClock;

  /**
   * Creates an empty near cache and listens to the tracking until {@link #close}.
   *
   * @param maxSize how many copies are kept at the most
   * @param onInvalidation called for every report that removed a copy
   */
  NearCache(KeyTracking tracking, long maxSize, Runnable onInvalidation, LongSupplier nanoClock) {
    this(tracking, maxSize, STRIPES, onInvalidation, nanoClock);
  }

  NearCache(
      KeyTracking tracking,
      long maxSize,
      int stripes,
      Runnable onInvalidation,
      LongSupplier nanoClock) {
    this.versions = new AtomicLongArray(stripes);
    this.tracking = tracking;
    this.onInvalidation = onInvalidation;
    this.nanoClock = nanoClock;
    this.copies = Caffeine.newBuilder().maximumSize(maxSize).executor(Runnable::run).build();
    tracking.subscribe(this);
  }

  /** The copy of a key's value, or null if there is none that may be used. */
  @Nullable Copy get(String key) {
    Copy copy = copies.getIfPresent(key);
    if (copy == null) {
      return null;
    }
    long now = nanoClock.getAsLong();
    if (now - copy.end >= 0) {
      copies.asMap().remove(key, copy);
      return null;
    }
    return copy.source.isLive(now) ? copy : null;
  }

  /** Reads a value from Redis so that it can be kept. */
  Fill fill(String key) {
    return new Fill(key);
  }

  /** Drops the copy after an own write; the next read sees what was written. */
  void drop(String key) {
    versions.incrementAndGet(stripe(key));
    copies.invalidate(key);
  }

  @Override
  public void changed(String key) {
    versions.incrementAndGet(stripe(key));
    if (copies.asMap().remove(key) != null) {
      onInvalidation.run();
    }
  }

  @Override
  public void everythingChanged() {
    for (int stripe = 0; stripe < versions.length(); stripe++) {
      versions.incrementAndGet(stripe);
    }
    copies.invalidateAll();
  }

  /** Stops listening and drops everything. */
  void close() {
    tracking.unsubscribe(this);
    everythingChanged();
  }

  private int stripe(String key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (versions.length() - 1);
  }
}
