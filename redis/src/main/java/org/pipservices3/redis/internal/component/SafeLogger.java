package org.pipservices3.redis.internal.component;

import org.jspecify.annotations.Nullable;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.components.log.LogLevel;

/**
 * The service's loggers, with the component's name before each message. Their exceptions are
 * caught: they must not fail a call.
 *
 * <p>Safe for any number of threads, as far as the loggers are.
 */
public final class SafeLogger extends CompositeLogger {
  private final String component;

  /** Logs for a component, such as {@code cache}, under its name, such as {@code redis.cache}. */
  public SafeLogger(String component) {
    this.component = "redis." + component + ": ";
  }

  @Override
  protected void write(
      LogLevel level, @Nullable String correlationId, @Nullable Exception error, String message) {
    try {
      super.write(level, correlationId, error, component + message);
    } catch (RuntimeException | Error e) {
      // Nowhere left to log it.
    }
  }
}
