package org.pipservices3.redis;

import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.errors.ApplicationException;

/**
 * The unchecked face of a Pip.Services error, thrown by the methods whose signatures the toolkit
 * fixes without a checked exception.
 *
 * <p>The {@link #getCause() cause} is the toolkit's own error and tells what to do about it: {@code
 * BadRequestException} and {@code InvalidStateException} are mistakes of the caller, {@code
 * ConnectionException} a Redis that could not be reached in time, {@code InvocationException} an
 * answer of Redis, with Redis's own word as the code. Messages name the host and the key, never a
 * password or a value.
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

  /** The id that traced the failed call, or null where the caller gave none. */
  public @Nullable String correlationId() {
    return getCause().getCorrelationId();
  }
}
