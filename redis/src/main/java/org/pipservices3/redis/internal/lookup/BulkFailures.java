package org.pipservices3.redis.internal.lookup;

import org.jspecify.annotations.Nullable;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.errors.Errors;

/**
 * What failed in one call on many keys, and what that means to its caller: without {@code
 * options.fail_open} the first failure is thrown once everything was tried; with it, only what is
 * no failure of Redis.
 *
 * <p>Belongs to the calling thread.
 */
public final class BulkFailures {
  private final @Nullable String correlationId;
  private final Failures failures;
  private @Nullable RedisException first;
  private @Nullable RedisException firstToThrow;
  private @Nullable RedisException latest;
  private int count;

  public BulkFailures(@Nullable String correlationId, Failures failures) {
    this.correlationId = correlationId;
    this.failures = failures;
  }

  /** Notes why a key has failed; many may fail for the same reason. */
  public void add(String name, RedisException failure) {
    count++;
    if (failure != latest) {
      latest = failure;
      failures.note(name, failure);
      first = first == null ? failure : first;
      firstToThrow = firstToThrow == null && !failures.hides(failure) ? failure : firstToThrow;
    }
  }

  /** How many keys have failed. */
  public int count() {
    return count;
  }

  /**
   * Counts and throws, or hides, the failure of the call if there was one.
   *
   * @param succeeded of how many keys the call has done what was asked
   * @param keys how many keys it was called for
   */
  public void end(int succeeded, int keys) {
    RedisException failure = firstToThrow == null ? first : firstToThrow;
    if (failure != null) {
      failures.failedAmongMany(
          correlationId, keys == 1 ? failure : Errors.amongMany(failure, succeeded, keys));
    }
  }
}
