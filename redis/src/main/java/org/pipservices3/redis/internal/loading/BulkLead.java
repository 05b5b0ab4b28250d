package org.pipservices3.redis.internal.loading;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.trace.TraceTiming;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.loading.BulkPart.Right;
import org.pipservices3.redis.internal.loading.LoadStore.Claim;
import org.pipservices3.redis.internal.loading.LoadStore.Filled;
import org.pipservices3.redis.internal.lookup.Miss;

/**
 * The keys of a {@link BulkLoad} whose flights its caller owns: claims their leases together, loads
 * what it got in one call, stores that together and lands the flights.
 *
 * <p>Nobody waits for the loader who has asked for another key: flights of keys that another
 * process is loading are abandoned before the loader is called. Only where there is nothing to load
 * it waits for such a process, and for one key at a time.
 *
 * <p>Longer than others, since the steps of a load share what has failed and how long it waited.
 *
 * <p>Belongs to the calling thread.
 */
final class BulkLead<X extends Exception> {
  /** After so many values in a row that do not fit, nothing is waited for any more. */
  private static final int MOST_MISFITS = 3;

  private final BulkCall<X> call;
  private final @Nullable String correlationId;
  private final Loads loads;
  private final LoadParts parts;
  private final Flights flights;
  private final long mostWaiting; // in nanoseconds, as all times here
  private List<BulkPart> own = new ArrayList<>(); // also those that have landed
  private long waited;
  private @Nullable RuntimeException failure; // the first of a single value
  private int failures;
  private @Nullable RedisException latest;
  private final Map<String, String> unsettled = new HashMap<>(); // tokens by leases

  BulkLead(BulkCall<X> call, Loads loads, LoadParts parts) {
    this.call = call;
    this.correlationId = call.correlationId();
    this.loads = loads;
    this.parts = parts;
    this.flights = parts.flights();
    this.mostWaiting = TimeUnit.MILLISECONDS.toNanos(call.settings().loadTimeout());
  }

  /** Finds or loads values; returns the parts that another process was loading meanwhile. */
  List<BulkPart> run(List<BulkPart> begun) throws X {
    own = begun;
    List<BulkPart> open = flying();
    List<BulkPart> again = new ArrayList<>();
    while (!open.isEmpty()) {
      boolean misfits = claim(open);
      List<BulkPart> ready = open.stream().filter(part -> part.right() != Right.NONE).toList();
      open = flying();
      if (!ready.isEmpty()) {
        open.removeAll(ready);
        again.addAll(abandon(open));
        load(ready);
        return again;
      }
      if (!open.isEmpty() && !misfits) {
        again.addAll(abandon(open.subList(1, open.size())));
        open = List.of(open.get(0));
        await(open.get(0));
      }
    }
    return again;
  }

  /** Lets those who have joined these begin anew, so that they do not wait for other keys. */
  private List<BulkPart> abandon(List<BulkPart> some) {
    some.forEach(part -> part.land(flights, Landing.ABANDONED));
    return some;
  }

  /** Counts how long other processes' loads were waited for. */
  void recordWaiting() {
    if (waited > 0) {
      parts.metrics().loadWaited(waited);
    }
  }

  /** Throws the first failure of a single value, if there was one. */
  void throwFailure() {
    if (failure instanceof RedisException first) {
      throw Errors.amongMany(first, call.keys() - failures, call.keys());
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Ends the own loads that are under way. */
  void abort(Throwable reason) {
    List<BulkPart> open = flying();
    long confirmStart = flights.tick();
    try {
      parts
          .store()
          .releaseAll(
              correlationId, open.stream().filter(part -> part.right() == Right.STORE).toList());
    } finally {
      boolean interrupted = LoadErrors.isInterruption(reason);
      for (BulkPart part : open) {
        boolean failed = !interrupted && (part.isLoading() || part.refusal() != null);
        boolean confirmed = part.right() == Right.OUT || part.filled() == Filled.DONE;
        part.land(
            flights,
            failed ? Landing.failed(reason, confirmed ? confirmStart : 0) : Landing.ABANDONED);
      }
    }
  }

  private List<BulkPart> flying() {
    List<BulkPart> open = new ArrayList<>(own);
    open.removeIf(part -> !part.isFlying());
    return open;
  }

  /** Gets the right to load, or values; whether there were some that do not fit. */
  private boolean claim(List<BulkPart> open) {
    List<BulkPart> asked = askable(open);
    long confirmStart = flights.tick();
    parts.store().claimAll(correlationId, call.settings(), asked);
    requireOpen(asked);
    boolean misfits = false;
    for (BulkPart part : asked) {
      RedisException refusal = part.refusal();
      if (refusal != null) {
        refused(part, refusal);
      } else if (part.claim().value() != null) {
        misfits |= !found(part, part.claim(), confirmStart);
      } else if (part.right() == Right.NONE && waited >= mostWaiting) {
        part.right(Right.LATE);
      }
    }
    return misfits;
  }

  /** Those whose leases can be claimed; the others are loaded without. */
  private List<BulkPart> askable(List<BulkPart> open) {
    List<String> names = open.stream().map(BulkPart::name).toList();
    List<Integer> places =
        IntStream.range(0, open.size())
            .filter(i -> open.get(i).miss() != Miss.OUT)
            .boxed()
            .toList();
    open.forEach(part -> part.right(Right.OUT));
    List<BulkPart> asked =
        parts.failures().admitted(correlationId, names, places, /* write= */ true).stream()
            .map(open::get)
            .toList();
    asked.forEach(part -> part.right(Right.NONE));
    return asked;
  }

  /** Releases what was claimed as the cache closed, which may not know of it. */
  private void requireOpen(List<BulkPart> asked) {
    if (flights.isClosed()) {
      Map<String, String> tokens = new HashMap<>();
      for (BulkPart part : asked) {
        if (part.right() == Right.STORE) {
          tokens.put(part.lease(), part.token());
          part.right(Right.LATE);
        }
      }
      parts.store().abandon(tokens);
    }
  }

  private void refused(BulkPart part, RedisException reason) {
    boolean isRefusedWrite = LoadErrors.isRefusedWrite(reason);
    if (isRefusedWrite) {
      notStored(part, reason);
    } else if (reason != latest) {
      latest = reason;
      parts.failures().failed(correlationId, part.name(), reason);
    }
    part.right(isRefusedWrite ? Right.REFUSED : Right.OUT);
  }

  private void notStored(BulkPart part, RedisException reason) {
    if (reason != latest) {
      latest = reason;
      parts.failures().notStored(correlationId, part.name(), reason);
    }
  }

  /** Takes a value that has come meanwhile; false if it does not fit. */
  private boolean found(BulkPart part, Claim claim, long confirmStart) {
    byte[] json = Objects.requireNonNull(claim.value());
    try {
      part.found(parts.decode(correlationId, part.name(), json, call.type()));
    } catch (RedisException e) {
      parts.metrics().unfit(correlationId, e);
      if (part.unfit(json) > MOST_MISFITS) {
        part.right(Right.LATE);
      }
      return false;
    }
    part.land(flights, Landing.found(json, confirmStart));
    return true;
  }

  private void await(BulkPart part) {
    Claim claim = part.claim();
    long most = mostWaiting - waited;
    long start = System.nanoTime();
    try {
      parts.watch().await(part.name(), part.lease(), part.miss() != Miss.NONE, claim.left(), most);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LoadErrors.interrupted(correlationId, part.name());
    } finally {
      waited += System.nanoTime() - start;
    }
    if (flights.isClosed()) {
      throw Errors.notOpened(correlationId, "cache");
    }
  }

  private void load(List<BulkPart> ready) throws X {
    long loadStart = flights.tick();
    long start = System.nanoTime();
    ready.forEach(part -> part.startLoading(start));
    Loads.Loading outer = loads.enter(ready.stream().map(BulkPart::name).collect(toSet()));
    TraceTiming span = parts.metrics().loading(correlationId);
    Map<String, ?> loaded;
    try {
      loaded = call.loader().loadAll(correlationId, ready.stream().map(BulkPart::key).toList());
      span.endTrace();
    } catch (Throwable e) {
      parts.metrics().loadFailed();
      span.endFailure(e instanceof Exception reason ? reason : new ExecutionException(e));
      throw e;
    } finally {
      loads.leave(outer);
    }
    int failedBefore = failures;
    for (BulkPart part : ready) {
      if (loaded != null && loaded.containsKey(part.key())) {
        take(part, loaded.get(part.key()));
      }
    }
    if (failures > failedBefore) {
      parts.metrics().loadFailed();
    }
    settle(ready, loadStart);
  }

  private void take(BulkPart part, @Nullable Object value) {
    try {
      byte[] json = parts.json().encode(correlationId, part.name(), value);
      long lifetime = call.settings().lifetime(correlationId, value);
      part.loaded(json, parts.decode(correlationId, part.name(), json, call.type()), lifetime);
    } catch (RuntimeException e) {
      part.failed(e);
      failures++;
      failure = failure == null ? e : failure;
    }
  }

  private void settle(List<BulkPart> ready, long loadStart) {
    boolean closed = flights.isClosed();
    long confirmStart = flights.tick();
    if (!closed) {
      parts
          .store()
          .settleAll(
              correlationId,
              call.settings(),
              ready.stream().filter(part -> part.right() == Right.STORE).toList());
    }
    long now = System.nanoTime();
    for (BulkPart part : ready) {
      boolean isOut = part.right() == Right.OUT;
      boolean confirmed = !isOut && confirmed(part, part.flight().isOverdue(now));
      Landing landing = part.landing(loadStart, confirmed ? confirmStart : 0);
      part.land(flights, isOut ? landing.withoutRedis() : landing);
    }
    parts.store().abandon(unsettled);
    unsettled.clear();
  }

  /** Whether Redis knew after the load that nothing had been removed; counts why not. */
  private boolean confirmed(BulkPart part, boolean late) {
    if (part.right() == Right.REFUSED) {
      return false;
    }
    Filled filled = part.filled();
    RedisException refusal = part.refusal();
    if (refusal != null) {
      notStored(part, refusal);
      boolean hasEnded = LoadErrors.isOutOfMemory(refusal); // the script had found our lease
      if (!hasEnded) {
        unsettled.put(part.lease(), part.token());
      }
      return hasEnded;
    }
    if (filled == null || (filled == Filled.SUPERSEDED && late)) {
      parts.metrics().loadLate();
    } else if (filled != Filled.DONE && part.isToBeStored()) {
      parts.metrics().loadSuperseded();
    }
    return filled == Filled.DONE || filled == Filled.TAKEN;
  }
}
