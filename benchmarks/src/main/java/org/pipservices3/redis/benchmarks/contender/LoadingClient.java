package org.pipservices3.redis.benchmarks.contender;

import java.util.function.UnaryOperator;

/**
 * LoadingClient is a cache of strings that loads what it does not hold, from the source that it was
 * opened with. Thread-safe.
 */
public interface LoadingClient extends Client {
  /** The lifetime of what is loaded: keys of a benchmark are used once. */
  long LIFETIME_MILLIS = 60_000;

  String get(String key) throws Exception;

  /** Opener makes clients of a source. */
  @FunctionalInterface
  interface Opener {
    LoadingClient open(Address redis, UnaryOperator<String> source) throws Exception;
  }
}
