package org.pipservices3.redis.lock;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;

/**
 * The lock's commands on Redis: the port between the lock's logic and the wire.
 *
 * <p>Every command is atomic. Keys are the caller's, without prefix; times are in milliseconds; a
 * token serves one acquisition only. Commands are retried where that is safe. A failure throws
 * {@link RedisException}, except in {@link #askAll}. Safe for any number of threads.
 */
interface LockStore {

  /**
   * Redis's answer to an acquisition.
   *
   * @param fence the fencing token of a granted lease, else 0
   * @param retried whether an earlier request may still arrive
   */
  record Acquired(boolean granted, long fence, boolean retried) {
    static final Acquired GRANTED = new Acquired(/* granted= */ true, 0, /* retried= */ false);
    static final Acquired REFUSED = new Acquired(/* granted= */ false, 0, /* retried= */ false);
  }

  /**
   * Redis's answer to an extension.
   *
   * @param ours whether the key held the token
   * @param retried whether an earlier request may still arrive
   */
  record Extended(boolean ours, boolean retried) {}

  /**
   * A request in a batch: an extension, or a release if the time to live is zero.
   *
   * @param retry whether an earlier attempt got no answer
   */
  record Ask(@Nullable String correlationId, String key, String token, long ttl, boolean retry) {
    boolean isRelease() {
      return ttl == 0;
    }

    /** Without the token. */
    @Override
    public String toString() {
      return key;
    }
  }

  /**
   * The answer to a request in a batch.
   *
   * @param ours whether the key held the token
   * @param failure why that is not known, or null
   * @param elsewhere whether another server now serves the key, so that nothing was done
   */
  record Answer(boolean ours, @Nullable RedisException failure, boolean elsewhere) {
    static Answer of(boolean ours) {
      return new Answer(ours, /* failure= */ null, /* elsewhere= */ false);
    }

    static Answer failed(RedisException failure) {
      return new Answer(/* ours= */ false, failure, /* elsewhere= */ false);
    }
  }

  /** Writes the token under the key if the key is free. */
  Acquired acquire(@Nullable String correlationId, String key, String token, long ttl);

  /** Like {@link #acquire}, with a new fencing token. */
  Acquired acquireFenced(@Nullable String correlationId, String key, String token, long ttl);

  /**
   * Gives the key this time to live and this generation of the token, if it holds the token in the
   * same or an older one. Throws UNCONFIRMED, a ConnectionException, if too few replicas have
   * confirmed it: then the time at which the key ends is not known.
   */
  Extended extend(@Nullable String correlationId, String key, String token, long ttl);

  /** Removes the key if it holds the token, of any generation; false if it does not. */
  boolean release(@Nullable String correlationId, String key, String token);

  /** How long the key stays, whoever holds it; -1 for ever, -2 if nobody does. */
  long remaining(@Nullable String correlationId, String key);

  /**
   * The server that serves a key at present, compared by identity; named by toString. Never waits.
   */
  Object serverOf(String key);

  /** The longest time to wait for an answer. */
  int commandTimeout();

  /**
   * Sends requests to a server as one pipeline, once. An answer has its failure.
   *
   * @param timeout the longest time that it takes
   * @return the answers, in this order
   */
  List<Answer> askAll(Object server, List<Ask> asks, int timeout);
}
