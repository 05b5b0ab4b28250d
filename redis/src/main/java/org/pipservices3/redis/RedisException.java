package org.pipservices3.redis;

import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;

/**
 * An unchecked exception around a Pip.Services error, for methods whose toolkit signatures allow no
 * checked exception.
 *
 * <p>The {@link #getCause() cause}, never null, is the toolkit's error: {@code BadRequestException}
 * and {@code InvalidStateException} for mistakes of the caller, {@code ConnectionException} if
 * Redis could not be reached in time, {@code InvocationException} for an error that Redis answered,
 * with Redis's word as the code. Messages name the host and the key, never a password or a value.
 */
public class RedisException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RedisException(ApplicationException cause) {
    super(cause.getMessage(), cause);
  }

  @Override
  public synchronized ApplicationException getCause() {
    return (ApplicationException) super.getCause();
  }

  /**
   * The error's code: {@code NOT_OPENED}, {@code NO_KEY}, {@code TIMEOUT}, {@code OOM} and so on.
   */
  public String code() {
    return getCause().getCode();
  }

  /** The correlation id of the failed call, or null if it had none. */
  public @Nullable String correlationId() {
    return getCause().getCorrelationId();
  }
}
