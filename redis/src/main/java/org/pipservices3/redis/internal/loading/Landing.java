package org.pipservices3.redis.internal.loading;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.internal.lookup.Miss;

/**
 * How a {@link Flight} ended, for those who had joined it. Immutable.
 *
 * <p>Times are those of {@link Flights#tick}, which order calls and loads of this process.
 *
 * @param unasked whether Redis was out, so that it was not asked whether anything was removed
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, nor compared
record Landing(
    Kind kind,
    byte @Nullable [] json,
    @Nullable Throwable failure,
    long loadStart,
    long confirmStart,
    boolean unasked) {

  enum Kind {
    /** With a value. */
    VALUE,
    /** With a failure of the loader, or of Redis before it. */
    FAILURE,
    /** With neither: who had joined begins anew. */
    ABANDONED,
    /** By the end of the cache. */
    CLOSED
  }

  /** What a load of many keys brings for one that its loader left out; known by its identity. */
  private static final byte[] ABSENT = {'n', 'u', 'l', 'l'};

  static final Landing ABANDONED = without(Kind.ABANDONED);
  static final Landing CLOSED = without(Kind.CLOSED);

  private static Landing without(Kind kind) {
    return new Landing(kind, /* json= */ null, /* failure= */ null, 0, 0, /* unasked= */ false);
  }

  /** With a value that was found in Redis by a request after this time. */
  static Landing found(byte[] json, long confirmStart) {
    return new Landing(
        Kind.VALUE, json, /* failure= */ null, /* loadStart= */ 0, confirmStart, false);
  }

  /**
   * With a value that was loaded.
   *
   * @param loadStart a time before the loader was called
   * @param confirmStart a time before Redis was asked whether the lease was still there, which it
   *     was; 0 if it was not, or if that is not known
   */
  static Landing loaded(byte[] json, long loadStart, long confirmStart) {
    return new Landing(
        Kind.VALUE, json, /* failure= */ null, loadStart, confirmStart, /* unasked= */ false);
  }

  /** With a value that was loaded while Redis was out, as {@link #loaded} or {@link #absent}. */
  Landing withoutRedis() {
    return new Landing(kind, json, failure, loadStart, /* confirmStart= */ 0, /* unasked= */ true);
  }

  /** Without a value, since the loader of many keys has left it out; times as for others. */
  static Landing absent(long loadStart, long confirmStart) {
    return loaded(ABSENT, loadStart, confirmStart);
  }

  /** Whether a loader of many keys has left it out; for one key that is null. */
  boolean isAbsent() {
    return json == ABSENT;
  }

  /**
   * With a failure.
   *
   * @param confirmStart as of a loaded value
   */
  static Landing failed(Throwable failure, long confirmStart) {
    return new Landing(
        Kind.FAILURE, /* json= */ null, failure, /* loadStart= */ 0, confirmStart, false);
  }

  /** The JSON of the value. */
  byte[] value() {
    return Objects.requireNonNull(json);
  }

  /** Whether no removal is known to have come during the load. */
  boolean isConfirmed() {
    return confirmStart > 0;
  }

  /**
   * Whether its value may be given to a call that was under way at this time: the value is not
   * older than the call. It was loaded later, or no removal had ended it later. Or Redis was out
   * for both, so that neither could know.
   */
  boolean serves(long joined, Miss miss) {
    return joined < loadStart || joined < confirmStart || (unasked && miss == Miss.OUT);
  }
}
