package org.pipservices3.redis.internal.loading;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.loading.LoadStore.Claim;
import org.pipservices3.redis.internal.loading.LoadStore.Expected;
import org.pipservices3.redis.internal.loading.LoadStore.Filled;
import org.pipservices3.redis.internal.lookup.Miss;

/**
 * One load's claim to a key: how it gets the lease, or must do without, and how it ends it.
 *
 * <p>While somebody else holds the lease it waits, for {@code load_timeout} at most. After that the
 * load goes on without the lease and stores nothing; so it does where Redis is out, and that is
 * hidden, or refuses the write: a read would have succeeded.
 *
 * <p>The two ends of a lease return a time of {@link Flights#tick} before they asked Redis, if the
 * lease was still there: no removal had come by then. Else they return 0. Only a failure of the
 * loader while Redis is out has such a time, too: a stale value may then be returned for it.
 *
 * <p>Longer than others, since what a lease allows at its end depends on how it was claimed.
 *
 * <p>Belongs to the calling thread.
 */
final class LoadLease {
  /** After so many values in a row that do not fit, nothing is waited for any more. */
  private static final int MOST_MISFITS = 3;

  /** What may be done with a loaded value. */
  private enum Right {
    /** Store it, while the lease is ours. */
    STORE,
    /** Only return it: somebody else has been loading for too long, or the cache is closed. */
    LATE,
    /** Only return it: Redis refuses what must be written. */
    REFUSED,
    /** Only return it: Redis is out. */
    OUT
  }

  private final LoadCall<?> call;
  private final Flight flight;
  private final LoadParts parts;
  private final String lease;
  private Right right = Right.OUT;
  private Expected expected = Expected.NOTHING;
  private String token = "";
  private @Nullable Landing found;

  LoadLease(LoadCall<?> call, Flight flight, LoadParts parts) {
    this.call = call;
    this.flight = flight;
    this.parts = parts;
    this.lease = parts.store().leaseOf(call.name());
  }

  /**
   * Claims it, and waits for others if need be.
   *
   * @return a {@link Miss} if the value is to be loaded, else a value that has come meanwhile
   */
  @Nullable Object claim(Miss miss) {
    long start = System.nanoTime();
    Waiting waiting = new Waiting(miss);
    try {
      while (waiting.miss != Miss.OUT && !isOut()) {
        long confirmStart = parts.flights().tick();
        Claim claim = tryClaim(new Expected(waiting.miss.sha1(), /* rest= */ -1));
        if (claim == null || claim.expected() != null) {
          return Miss.NONE;
        }
        Object value = claim.value() == null ? Miss.NONE : decode(claim.value(), waiting);
        if (!(value instanceof Miss)) {
          found = Landing.found(claim.value(), confirmStart);
          return value;
        }
        if (!waiting.goesOn()) {
          right = Right.LATE;
          return Miss.NONE;
        }
        if (claim.value() == null) {
          await(waiting, claim.left());
          waiting.nanos = System.nanoTime() - start;
        }
      }
      return Miss.NONE;
    } finally {
      if (waiting.nanos > 0) {
        parts.metrics().loadWaited(waiting.nanos);
      }
    }
  }

  /** How the flight ends with the value that {@link #claim} has found. */
  @Nullable Landing found() {
    return found;
  }

  /** Claims it for a value that is to be replaced, if that is still there and nobody has it. */
  boolean claimToReplace(Expected wanted) {
    Claim claim = parts.store().claim(call, lease, wanted);
    if (claim.value() != null) {
      parts.history().forget(call.name());
    }
    if (claim.expected() == null) {
      return false;
    }
    own(claim.token(), claim.expected());
    if (claim.expected().sha1().isEmpty()) {
      release();
      return false;
    }
    return true;
  }

  /**
   * Ends it with a loaded value. Failures of Redis are counted and logged.
   *
   * @param lifetime in milliseconds; 0 if the value is not to be stored
   * @param late whether the load has taken longer than it may
   */
  Settled settle(byte[] json, long lifetime, boolean late) {
    if (right == Right.OUT) {
      return Settled.UNASKED;
    }
    if (right == Right.REFUSED) {
      return Settled.UNKNOWN;
    }
    if (right == Right.LATE || parts.flights().isClosed()) {
      parts.metrics().loadLate();
      return Settled.UNKNOWN;
    }
    long confirmStart = parts.flights().tick();
    try {
      Filled filled =
          lifetime > 0
              ? parts.store().fill(call, lease, token, expected, json, lifetime)
              : parts.store().release(call, lease, token);
      if (filled == Filled.SUPERSEDED && late) {
        parts.metrics().loadLate();
      } else if (filled != Filled.DONE && lifetime > 0) {
        parts.metrics().loadSuperseded();
      }
      boolean stored = filled == Filled.DONE && lifetime > 0;
      return new Settled(filled == Filled.SUPERSEDED ? 0 : confirmStart, stored, false);
    } catch (RedisException e) {
      parts.failures().notStored(call.correlationId(), call.name(), e);
      if (LoadErrors.isOutOfMemory(e)) { // the script had found the lease, and ended it
        return new Settled(confirmStart, /* stored= */ false, /* unasked= */ false);
      }
      parts.store().abandon(Map.of(lease, token));
      return Settled.UNKNOWN;
    }
  }

  /**
   * What became of a loaded value.
   *
   * @param confirmStart when it was still known not to be outdated; 0 if that is not known
   * @param unasked whether Redis was out, so that it was not asked
   */
  record Settled(long confirmStart, boolean stored, boolean unasked) {
    private static final Settled UNKNOWN =
        new Settled(0, /* stored= */ false, /* unasked= */ false);
    private static final Settled UNASKED = new Settled(0, /* stored= */ false, /* unasked= */ true);
  }

  /** Ends it without a value; returns when no removal had come yet, or 0. */
  long release() {
    long confirmStart = parts.flights().tick();
    if (right != Right.STORE) {
      return right == Right.OUT ? confirmStart : 0;
    }
    right = Right.LATE;
    try {
      Filled released = parts.store().release(call, lease, token);
      return released == Filled.DONE ? confirmStart : 0;
    } catch (RedisException e) {
      parts.failures().notStored(call.correlationId(), call.name(), e);
      return 0;
    }
  }

  private boolean isOut() {
    return parts.failures().isOut(call.correlationId(), call.name(), /* write= */ true);
  }

  /** Claims it if nobody has it; null if Redis cannot be written. */
  private @Nullable Claim tryClaim(Expected wanted) {
    try {
      Claim claim = parts.store().claim(call, lease, wanted);
      if (claim.expected() != null) {
        own(claim.token(), claim.expected());
      }
      return claim;
    } catch (RedisException e) {
      if (LoadErrors.isRefusedWrite(e)) {
        right = Right.REFUSED;
        parts.failures().notStored(call.correlationId(), call.name(), e);
      } else {
        parts.failures().failed(call.correlationId(), call.name(), e);
      }
      return null;
    }
  }

  private void own(String ownToken, Expected found) {
    token = ownToken;
    expected = found;
    right = Right.STORE;
    flight.claimed(lease, token);
    if (parts.flights().isClosed()) {
      release();
    }
  }

  private @Nullable Object decode(byte[] json, Waiting waiting) {
    try {
      return parts.decode(call, json);
    } catch (RedisException e) {
      parts.metrics().unfit(call.correlationId(), e);
      waiting.miss = Miss.unfit(json);
      waiting.misfits++;
      return waiting.miss;
    }
  }

  private void await(Waiting waiting, long leaseLeft) {
    try {
      boolean replaces = waiting.miss != Miss.NONE;
      parts.watch().await(call.name(), lease, replaces, leaseLeft, waiting.left());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LoadErrors.interrupted(call.correlationId(), call.name());
    }
    if (parts.flights().isClosed()) {
      throw Errors.notOpened(call.correlationId(), "cache");
    }
  }

  /** How long a claim has waited, and for what. */
  private final class Waiting {
    private Miss miss;
    private int misfits;
    private long nanos;

    private Waiting(Miss miss) {
      this.miss = miss;
    }

    private long left() {
      return TimeUnit.MILLISECONDS.toNanos(call.settings().loadTimeout()) - nanos;
    }

    private boolean goesOn() {
      return left() > 0 && misfits <= MOST_MISFITS;
    }
  }
}
