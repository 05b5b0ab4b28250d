package org.pipservices3.redis.internal.loading;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.loading.LoadStore.Expected;
import org.pipservices3.redis.internal.lookup.Miss;

/**
 * Loads values again in the background before they end, so that no caller waits: see {@link
 * LoadHistory} for when.
 *
 * <p>A refresh reads the value, and claims the lease only if it is still that value and has not got
 * a longer life meanwhile: of several processes that find it due, one loads. What it loads replaces
 * only that value.
 *
 * <p>A value whose end is not known, since another process has stored it, costs one PTTL.
 *
 * <p>Safe for any number of threads. A refresh runs on its own thread; a hit on the caller's.
 */
final class Refreshes {
  /** How much longer than believed a value may live before it counts as written anew, in ms. */
  private static final int TOLERANCE = 1_000;

  private static final int MISSING = -2;
  private static final long FOR_EVER = Long.MAX_VALUE / 2;

  /** For how long a value is left alone after an attempt, in ms. */
  private static final int PAUSE = 1_000;

  private final RedisCommands commands;
  private final Loads loads;
  private final LoadParts parts;
  private final LoadHistory history;
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  Refreshes(RedisCommands commands, Loads loads, LoadParts parts) {
    this.commands = commands;
    this.loads = loads;
    this.parts = parts;
    this.history = parts.history();
  }

  /** Takes notice of a hit, and refreshes the value in the background if that is due. */
  <X extends Exception> void hit(LoadCall<X> call) {
    String name = call.name();
    if (!history.isKnown(name)) {
      learn(call);
    }
    if (!history.isDue(name, call.settings().refreshAhead()) || !running.add(name)) {
      return;
    }
    if (!parts.background().tryRun(() -> refresh(call))) {
      running.remove(name);
      history.postpone(name, PAUSE);
      parts.metrics().refreshRefused();
    }
  }

  private void learn(LoadCall<?> call) {
    try {
      long start = history.now();
      long millis = commands.remaining(call.correlationId(), call.name());
      if (millis != MISSING) {
        long left = millis < 0 ? FOR_EVER : TimeUnit.MILLISECONDS.toNanos(millis);
        history.found(call.name(), start + left);
      }
    } catch (RedisException e) {
      parts.failures().notRefreshed(call.correlationId(), call.name(), e);
    }
  }

  private <X extends Exception> void refresh(LoadCall<X> call) {
    String name = call.name();
    Flight flight = new Flight(call.origin(), call.settings().loadTimeout());
    parts.flights().begin(flight);
    Load<X> load = new Load<>(call, flight, parts);
    Loads.Loading outer = loads.enter(Set.of(name));
    try {
      history.postpone(name, PAUSE);
      Expected present = present(call);
      if (present != null) {
        load.refresh(present);
      }
    } catch (Exception | Error e) {
      if (load.hasAsked() || !(e instanceof RedisException failure)) {
        parts.metrics().refreshFailed(call.correlationId(), name, e);
      } else {
        parts.failures().notRefreshed(call.correlationId(), name, failure);
      }
    } finally {
      loads.leave(outer);
      parts.flights().land(name, flight, load.landing());
      running.remove(name);
    }
  }

  /** The value that is to be replaced; null if there is none. */
  private @Nullable Expected present(LoadCall<?> call) {
    byte[] json = parts.lookup().get(call.correlationId(), call.name());
    return json == null
        ? null
        : new Expected(Miss.unfit(json).sha1(), history.millisLeft(call.name()) + TOLERANCE);
  }
}
