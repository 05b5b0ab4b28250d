package org.pipservices3.redis.internal.loading;

import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.json.ValueErrors;
import org.pipservices3.redis.internal.lookup.Miss;

/**
 * One load per key, and never an outdated value.
 *
 * <p>Cache-aside code has two faults. When a value ends, everybody loads it at once. And a value
 * that was loaded before a removal may be stored after it, and then is wrong until it ends. So in
 * each process one caller, the owner, loads a key while others join its {@link Flight}; and owners
 * in several processes exclude each other by a lease in Redis, which every removal ends: see {@link
 * LoadStore} and {@link Load}.
 *
 * <p>Who joins gets no value that is older than its own call (see {@link Flights}). If that is all
 * a flight brings, those who joined begin anew: look the value up, join or make the next flight.
 * Since removals in quick succession could repeat that for ever, they load by themselves after
 * {@value #MOST_JOINS} times.
 *
 * <p>A value beyond its end may be returned where the loader fails, or takes too long; where that
 * is possible the loader runs on another thread.
 *
 * <p>Longer than others, since a call may come to its value in five ways that exclude each other.
 *
 * <p>Safe for any number of threads. All but such loads runs on the callers' threads.
 */
final class Loads {
  static final int MOST_JOINS = 2;

  /** A flight brought nothing that a call may have. */
  private static final Object NOTHING = StaleAnswers.NONE;

  /** Keys that the thread is loading for a cache, and the others around them. */
  record Loading(Loads cache, Set<String> names, @Nullable Loading outer) {}

  /** When a call joined a load, by {@link Flights#now}, and why. */
  private record Joined(long time, Miss miss) {}

  private static final ThreadLocal<@Nullable Loading> LOADING = new ThreadLocal<>();

  private final LoadParts parts;
  private final Flights flights;

  Loads(LoadParts parts) {
    this.parts = parts;
    this.flights = parts.flights();
  }

  /** Looks a value up; a {@link Miss} if it must be loaded. */
  @Nullable Object find(@Nullable String correlationId, String name, Type type) {
    try {
      try {
        return parts.lookup().find(correlationId, name, type);
      } catch (RedisException e) {
        if (!ValueErrors.isWrongValue(e)) {
          throw e;
        }
        byte[] json = parts.lookup().get(correlationId, name);
        parts.metrics().unfit(correlationId, e);
        return json == null ? Miss.NONE : Miss.unfit(json);
      }
    } catch (RedisException e) {
      parts.failures().failed(correlationId, name, e);
      return Miss.OUT;
    }
  }

  /** Loads a value that was not found, or waits for one who does. */
  <X extends Exception> @Nullable Object load(LoadCall<X> call, Miss first) throws X {
    requireNoRecursion(call.correlationId(), call.name());
    Object value = parts.stale().takeResting(call);
    Miss miss = first;
    int joins = 0;
    while (value == NOTHING) {
      long joined = flights.now();
      Flight own = new Flight(call.origin(), call.settings().loadTimeout());
      Flight known = joins < MOST_JOINS ? flights.join(call.name(), own) : flights.begin(own);
      if (known != null) {
        parts.metrics().loadJoined();
      } else if (parts.stale().isSoft(call) && loadInBackground(call, own, miss)) {
        known = own;
      } else {
        requireOpen(call, own);
        return own(call, own, miss, /* forCaller= */ true);
      }
      Landing landing = await(call, known);
      value =
          landing == null
              ? parts.stale().take(call)
              : result(call, landing, new Joined(joined, miss), known == own, known.loader());
      if (value == NOTHING) {
        joins += landing == null || landing.kind() == Landing.Kind.ABANDONED ? 0 : 1;
        Object found = find(call.correlationId(), call.name(), call.type());
        if (!(found instanceof Miss next)) {
          return found;
        }
        miss = next;
      }
    }
    return value;
  }

  /** Begins no load after the cache was closed, where the call was still looking for the value. */
  private void requireOpen(LoadCall<?> call, Flight own) {
    if (flights.isClosed()) {
      flights.land(call.name(), own, Landing.CLOSED);
      throw Errors.notOpened(call.correlationId(), "cache");
    }
  }

  /** Lets nobody join the load of a key that is under way: around an own write. */
  void forget(String name) {
    flights.forget(name);
  }

  /** The same for the loads of all keys like this. */
  void forgetAll(Predicate<String> names) {
    flights.forgetAll(names);
  }

  /** Ends all waiting with NOT_OPENED, and the leases: what is still loaded is not stored. */
  void close() {
    Map<String, String> tokens = new HashMap<>();
    for (Flight flight : flights.close()) {
      String lease = flight.lease();
      String token = flight.token();
      if (lease != null && token != null) {
        tokens.put(lease, token);
      }
    }
    parts.watch().close();
    parts.store().abandon(tokens);
    parts.background().close();
  }

  /** Throws RECURSIVE_LOAD if the thread is loading this key. */
  void requireNoRecursion(@Nullable String correlationId, String name) {
    for (Loading each = LOADING.get(); each != null; each = each.outer) {
      if (each.cache == this && each.names.contains(name)) {
        throw LoadErrors.recursive(correlationId, name);
      }
    }
  }

  /** Notes that the thread loads these keys; {@link #leave} with what is returned must follow. */
  @Nullable Loading enter(Set<String> names) {
    Loading outer = LOADING.get();
    LOADING.set(new Loading(this, names, outer));
    return outer;
  }

  void leave(@Nullable Loading outer) {
    if (outer == null) {
      LOADING.remove();
    } else {
      LOADING.set(outer);
    }
  }

  /**
   * Loads on the calling thread.
   *
   * @param forCaller whether a stale value may be returned in place of a failure
   */
  private <X extends Exception> @Nullable Object own(
      LoadCall<X> call, Flight flight, Miss miss, boolean forCaller) throws X {
    Loading outer = LOADING.get();
    Load<X> load = new Load<>(call, flight, parts);
    try {
      enter(Set.of(call.name()));
      return load.run(miss);
    } catch (Exception e) {
      boolean mayBeStale = load.landing().isConfirmed();
      Object value = mayBeStale ? parts.stale().takeAfterFailure(call, forCaller) : NOTHING;
      if (value == NOTHING) {
        throw e;
      }
      return value;
    } finally {
      flights.land(call.name(), flight, load.landing());
      leave(outer);
      if (load.isStored() && call.settings().staleFor() > 0) {
        parts.lookup().warm(call.name());
      }
    }
  }

  /** Loads on another thread, if there is one. */
  private <X extends Exception> boolean loadInBackground(
      LoadCall<X> call, Flight flight, Miss miss) {
    boolean runs =
        parts
            .background()
            .tryRun(
                () -> {
                  try {
                    Object unused = own(call, flight, miss, /* forCaller= */ false);
                  } catch (Exception | Error e) {
                    parts.metrics().refreshFailed(call.correlationId(), call.name(), e);
                  }
                });
    if (!runs) {
      parts.metrics().refreshRefused();
    }
    return runs;
  }

  /** How a flight ended; null if a stale value is to be returned instead. */
  private @Nullable Landing await(LoadCall<?> call, Flight flight) {
    try {
      Landing landing = flight.await(parts.stale().patience(call));
      if (landing != null) {
        return landing;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LoadErrors.interrupted(call.correlationId(), call.name());
    }
    if (flight.isOverdue(System.nanoTime())) {
      flights.forget(call.name(), flight);
      if (!parts.stale().isThere(call)) {
        throw LoadErrors.timedOut(call.correlationId(), call.name());
      }
    }
    return null;
  }

  /** What a landing brings to a call that joined like this; {@link #NOTHING} if it must not. */
  private @Nullable Object result(
      LoadCall<?> call, Landing landing, Joined joined, boolean isOwn, Class<?> loader) {
    return switch (landing.kind()) {
      case VALUE ->
          isOwn || landing.serves(joined.time, joined.miss)
              ? decoded(call, landing.value())
              : NOTHING;
      case FAILURE -> failed(call, landing, loader, isOwn);
      case ABANDONED -> NOTHING;
      case CLOSED -> throw Errors.notOpened(call.correlationId(), "cache");
    };
  }

  private @Nullable Object decoded(LoadCall<?> call, byte[] json) {
    try {
      return parts.decode(call, json);
    } catch (RedisException e) {
      return NOTHING;
    }
  }

  /**
   * Throws the failure of another thread's load, unless there is a stale value, or it is a failure
   * that this caller's loader does not have.
   */
  private @Nullable Object failed(
      LoadCall<?> call, Landing landing, Class<?> loader, boolean isOwn) {
    Throwable failure = Objects.requireNonNull(landing.failure());
    boolean mayBeStale = landing.isConfirmed() && failure instanceof Exception;
    Object value = mayBeStale ? parts.stale().take(call) : NOTHING;
    if (value != NOTHING) {
      return value;
    }
    if (!LoadErrors.isUnchecked(failure) && loader != call.origin()) {
      return NOTHING;
    }
    throw LoadErrors.<RuntimeException>unchecked(
        isOwn ? failure : LoadErrors.copyOf(call.correlationId(), call.name(), failure));
  }
}
