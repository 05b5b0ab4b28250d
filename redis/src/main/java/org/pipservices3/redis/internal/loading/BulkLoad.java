package org.pipservices3.redis.internal.loading;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.lookup.BulkReads;
import org.pipservices3.redis.internal.lookup.Miss;

/**
 * The load of many keys by one caller, in one call of its loader as far as nobody else loads them.
 *
 * <p>Each key has its own flight and its own lease, and the promises of a single load (see {@link
 * Loads}). The caller owns the flights of some keys and has joined others' for the rest. It works
 * in an order that rules out a deadlock with one who has asked for the same keys otherwise:
 *
 * <ol>
 *   <li>It claims and loads its own keys, and lands their flights: see {@link BulkLead}. Those that
 *       another process is loading begin again at 1: mostly there are values then.
 *   <li>Only when all its own flights have landed it waits for others' flights. Keys for which
 *       these bring nothing are looked up anew, and those still missing begin at 1.
 * </ol>
 *
 * <p>Belongs to the calling thread.
 */
final class BulkLoad<X extends Exception> {
  private final BulkCall<X> call;
  private final @Nullable String correlationId;
  private final Loads loads;
  private final LoadParts parts;
  private final Flights flights;
  private final BulkReads reads;
  private final BulkLead<X> lead;

  BulkLoad(BulkCall<X> call, Loads loads, LoadParts parts, BulkReads reads) {
    this.call = call;
    this.correlationId = call.correlationId();
    this.loads = loads;
    this.parts = parts;
    this.flights = parts.flights();
    this.reads = reads;
    this.lead = new BulkLead<>(call, loads, parts);
  }

  /** Finds or loads the values of missing keys. */
  void run(List<BulkPart> missing) throws X {
    missing.forEach(part -> loads.requireNoRecursion(correlationId, part.name()));
    try {
      List<BulkPart> open = missing;
      while (!open.isEmpty()) {
        List<BulkPart> own = new ArrayList<>();
        List<BulkPart> others = new ArrayList<>();
        join(open, own, others);
        List<BulkPart> again = lead.run(own);
        again.addAll(await(others));
        open = again;
      }
    } catch (Throwable e) {
      lead.abort(e);
      throw e;
    } finally {
      lead.recordWaiting();
    }
    lead.throwFailure();
  }

  private void join(List<BulkPart> open, List<BulkPart> own, List<BulkPart> others) {
    for (BulkPart part : open) {
      Flight begun = new Flight(call.origin(), call.settings().loadTimeout());
      (part.join(flights, begun, Loads.MOST_JOINS) ? own : others).add(part);
    }
  }

  /** Waits for others' loads; returns the parts whose keys are still missing. */
  private List<BulkPart> await(List<BulkPart> others) {
    List<BulkPart> again = new ArrayList<>();
    for (BulkPart part : others) {
      parts.metrics().loadJoined();
      if (!take(part, awaitLanding(part))) {
        again.add(part);
      }
    }
    List<BulkPart> missing = new ArrayList<>();
    if (!again.isEmpty()) {
      @Nullable Object[] found =
          reads.find(correlationId, again.stream().map(BulkPart::name).toList(), call.type());
      for (int i = 0; i < found.length; i++) {
        if (found[i] instanceof Miss miss) {
          again.get(i).missed(miss);
          missing.add(again.get(i));
        } else {
          again.get(i).found(found[i]);
        }
      }
    }
    return missing;
  }

  private Landing awaitLanding(BulkPart part) {
    try {
      Landing landing = part.flight().await(Long.MAX_VALUE);
      if (landing != null) {
        return landing;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LoadErrors.interrupted(correlationId, part.name());
    }
    flights.forget(part.name(), part.flight());
    throw LoadErrors.timedOut(correlationId, part.name());
  }

  /** Takes what another's load has brought, or throws its failure; false if it is of no use. */
  private boolean take(BulkPart part, Landing landing) {
    switch (landing.kind()) {
      case VALUE -> {
        if (landing.serves(part.joined(), part.miss())) {
          return landing.isAbsent() || decoded(part, landing.value());
        }
        part.joinedInVain();
        return false;
      }
      case FAILURE -> {
        Throwable reason = Objects.requireNonNull(landing.failure());
        boolean mayThrow = part.flight().loader() == call.origin();
        if (mayThrow || LoadErrors.isUnchecked(reason)) {
          throw LoadErrors.<RuntimeException>unchecked(
              LoadErrors.copyOf(correlationId, part.name(), reason));
        }
        part.joinedInVain();
        return false;
      }
      case CLOSED -> throw Errors.notOpened(correlationId, "cache");
      default -> {
        return false;
      }
    }
  }

  private boolean decoded(BulkPart part, byte[] json) {
    try {
      part.found(parts.decode(correlationId, part.name(), json, call.type()));
      return true;
    } catch (RedisException e) {
      part.joinedInVain();
      return false;
    }
  }
}
