package org.pipservices3.redis.internal.component;

import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.components.trace.CompositeTracer;

/**
 * The service's tracers, whose exceptions are caught: they must not fail a call.
 *
 * <p>Safe for any number of threads, as far as the tracers are.
 */
public final class SafeTracer extends CompositeTracer {

  /** The tracers of a container. */
  public static CompositeTracer of(IReferences references) {
    SafeTracer tracers = new SafeTracer();
    tracers.setReferences(references);
    return tracers;
  }

  @Override
  public void trace(
      @Nullable String correlationId, String component, String operation, Long duration) {
    try {
      super.trace(correlationId, component, operation, duration);
    } catch (RuntimeException | Error e) {
      // Nowhere left to log it; so below.
    }
  }

  @Override
  public void failure(
      @Nullable String correlationId,
      String component,
      String operation,
      Exception error,
      long duration) {
    try {
      super.failure(correlationId, component, operation, error, duration);
    } catch (RuntimeException | Error e) {
      // As above.
    }
  }
}
