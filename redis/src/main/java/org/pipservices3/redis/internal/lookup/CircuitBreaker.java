package org.pipservices3.redis.internal.lookup;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * Keeps calls of a cache with {@code options.fail_open} away from servers that do not work.
 *
 * <p>A call that meets an outage may take all its retries to find out. So such a call opens the
 * circuit of that server: until the server is back, calls for its keys are answered without asking.
 * Every server of a cluster has a circuit of its own, and a server that takes over begins with a
 * closed one. An {@link Outage} finds out when it is over.
 *
 * <p>What opens a circuit concerns the server: a lost or refused connection, a timeout, and the
 * answers that mean so for all keys ({@link Errors#isOutage}), some of them for writes only. An
 * answer about one key or command opens none. Neither does the failure of a thread that was
 * interrupted.
 *
 * <p>Safe for any number of threads. While all is well a call costs one look at an empty map.
 */
final class CircuitBreaker {
  private final RedisCommands commands;
  private final CacheMetrics metrics;
  private final Map<Object, Outage> outages = new ConcurrentHashMap<>(); // by server
  private volatile boolean closing;

  CircuitBreaker(RedisCommands commands, CacheMetrics metrics) {
    this.commands = commands;
    this.metrics = metrics;
  }

  /** Whether a call is not to be made, which is then counted. */
  boolean isOpen(@Nullable String correlationId, String key, boolean write) {
    if (outages.isEmpty()) {
      return false;
    }
    Outage outage = outages.get(commands.serverOf(key));
    if (outage == null || !outage.concerns(write)) {
      return false;
    }
    outage.serve();
    metrics.skipped(correlationId, outage.reason());
    return true;
  }

  /**
   * Of these places in a list of keys, those whose servers may be asked. The others are counted,
   * once for each server.
   */
  List<Integer> admitted(
      @Nullable String correlationId, List<String> keys, List<Integer> places, boolean write) {
    if (outages.isEmpty()) {
      return places;
    }
    Map<Object, Boolean> isOut = new HashMap<>();
    return places.stream()
        .filter(
            place -> {
              String key = keys.get(place);
              return !isOut.computeIfAbsent(
                  commands.serverOf(key), unused -> isOpen(correlationId, key, write));
            })
        .toList();
  }

  /** Takes notice of a call's failure, which may be that of a server. */
  void failed(String key, RedisException failure) {
    if (closing || !Errors.isOutage(failure) || Thread.currentThread().isInterrupted()) {
      return;
    }
    Object server = commands.serverOf(key);
    boolean writesOnly = Errors.isOutageOfWrites(failure);
    Outage found =
        new Outage(
            failure.getMessage(),
            writesOnly,
            () -> commands.isBack(server, key),
            outage -> end(server, outage));
    Outage known = outages.putIfAbsent(server, found);
    Outage current = known == null ? found : known;
    current.serve();
    if (known == null) {
      found.start();
    } else if (!writesOnly) {
      known.includeReads();
    }
    if (closing) {
      current.stop();
    }
  }

  /** The keys by the server that answers for them: what fails for one need not for another. */
  Collection<List<String>> byServer(List<String> keys) {
    Map<Object, List<String>> groups = new LinkedHashMap<>();
    for (String key : keys) {
      groups.computeIfAbsent(commands.serverOf(key), unused -> new ArrayList<>()).add(key);
    }
    return groups.values();
  }

  /** Stops looking for the servers that are out, and waits a moment for the threads. */
  void close() {
    closing = true;
    List<Outage> open = List.copyOf(outages.values());
    open.forEach(Outage::stop);
    open.forEach(Outage::join);
  }

  private void end(Object server, Outage outage) {
    outages.remove(server, outage);
    if (!closing) {
      metrics.isBack(commands.nameOf(server), outage.seconds(), outage.calls());
    }
  }
}
