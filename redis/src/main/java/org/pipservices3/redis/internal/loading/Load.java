package org.pipservices3.redis.internal.loading;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.trace.TraceTiming;
import org.pipservices3.redis.internal.loading.LoadLease.Settled;
import org.pipservices3.redis.internal.loading.LoadStore.Expected;
import org.pipservices3.redis.internal.lookup.Miss;

/**
 * One load by its owner: claims the key's {@link LoadLease}, calls the loader and stores what it
 * returns.
 *
 * <p>The caller gets what the value's JSON reads as, as every later caller will. What cannot be
 * read as the type is not stored either. Once the loader has returned, no failure of Redis is
 * thrown. Whatever is thrown, the lease is ended.
 *
 * <p>Belongs to the calling thread.
 */
final class Load<X extends Exception> {
  private final LoadCall<X> call;
  private final Flight flight;
  private final LoadParts parts;
  private final LoadLease lease;
  private Landing landing = Landing.ABANDONED;
  private long failureConfirmed;
  private boolean asked;
  private boolean stored;

  Load(LoadCall<X> call, Flight flight, LoadParts parts) {
    this.call = call;
    this.flight = flight;
    this.parts = parts;
    this.lease = new LoadLease(call, flight, parts);
  }

  /** How it ended, for those who have joined. */
  Landing landing() {
    return landing;
  }

  /** Whether the loader was called: what failed after that is no failure of Redis. */
  boolean hasAsked() {
    return asked;
  }

  /** Whether the value was stored. */
  boolean isStored() {
    return stored;
  }

  /** Loads the value, unless somebody has stored it meanwhile; null for none. */
  @Nullable Object run(Miss miss) throws X {
    try {
      Object found = lease.claim(miss);
      if (found instanceof Miss) {
        return load();
      }
      landing = Objects.requireNonNull(lease.found());
      return found;
    } catch (Throwable e) {
      land(e);
      throw e;
    }
  }

  /** Loads a value anew if it still is the expected one and nobody else is loading it. */
  void refresh(Expected wanted) throws X {
    try {
      if (lease.claimToReplace(wanted)) {
        Object unused = load();
        parts.metrics().refreshed();
      }
    } catch (Throwable e) {
      land(e);
      throw e;
    }
  }

  private void land(Throwable failure) {
    landing =
        LoadErrors.isInterruption(failure)
            ? Landing.ABANDONED
            : Landing.failed(failure, failureConfirmed);
  }

  private @Nullable Object load() throws X {
    long loadStart = parts.flights().tick();
    long start = System.nanoTime();
    flight.startLoading(start);
    asked = true;
    TraceTiming span = parts.metrics().loading(call.correlationId());
    byte[] json;
    Object result;
    long lifetime;
    try {
      Object value = call.load();
      json = parts.json().encode(call.correlationId(), call.name(), value);
      result = parts.decode(call, json);
      lifetime = call.settings().lifetime(call.correlationId(), value);
    } catch (Throwable e) {
      parts.metrics().loadFailed();
      failureConfirmed = lease.release();
      span.endFailure(e instanceof Exception failure ? failure : new ExecutionException(e));
      throw e;
    }
    span.endTrace();
    long loadNanos = System.nanoTime() - start;
    Settled settled = settle(json, lifetime, start + loadNanos, loadNanos);
    Landing loaded = Landing.loaded(json, loadStart, settled.confirmStart());
    landing = settled.unasked() ? loaded.withoutRedis() : loaded;
    return result;
  }

  private Settled settle(byte[] json, long lifetime, long now, long loadNanos) {
    long end = parts.history().now() + TimeUnit.MILLISECONDS.toNanos(lifetime);
    Settled settled = lease.settle(json, lifetime, /* late= */ flight.isOverdue(now));
    stored = settled.stored();
    if (stored && call.settings().refreshAhead() > 0) {
      parts.history().loaded(call.name(), end, loadNanos);
    }
    return settled;
  }
}
