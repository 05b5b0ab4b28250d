package org.pipservices3.redis.internal.errors;

import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.redis.RedisException;

/**
 * A failure after which the command may have run, in an attempt before the last one.
 *
 * <p>Redis may refuse a retry for reasons that say nothing about the attempt whose reply was lost.
 * A {@code ConnectionException} always leaves it open.
 */
final class UnknownOutcome extends RedisException {
  private static final long serialVersionUID = 1L;

  private UnknownOutcome(RedisException failure) {
    super(failure.getCause());
    for (Throwable suppressed : failure.getSuppressed()) {
      addSuppressed(suppressed);
    }
  }

  /** The same failure, marked. */
  static RedisException of(RedisException failure) {
    return isAny(failure) ? failure : new UnknownOutcome(failure);
  }

  /** Whether the command may have run, or may still run. */
  static boolean isAny(RedisException failure) {
    return failure instanceof UnknownOutcome || failure.getCause() instanceof ConnectionException;
  }
}
