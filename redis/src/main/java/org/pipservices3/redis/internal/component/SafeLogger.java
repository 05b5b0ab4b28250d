package org.pipservices3.redis.internal.component;

import org.jspecify.annotations.Nullable;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.components.log.LogLevel;

/**
 * The service's loggers, whose exceptions are caught: they must not fail a call.
 *
 * <p>Safe for any number of threads, as far as the loggers are.
 */
public final class SafeLogger extends CompositeLogger {

  @Override
  protected void write(
      LogLevel level, @Nullable String correlationId, @Nullable Exception error, String message) {
    try {
      super.write(level, correlationId, error, message);
    } catch (RuntimeException | Error e) {
      // Nowhere left to log it.
    }
  }
}
