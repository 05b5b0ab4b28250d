package org.pipservices3.redis.connect;

import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.components.info.ContextInfo;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.components.trace.CompositeTracer;

/**
 * The component that a connection belongs to, as logs and Redis see it.
 *
 * @param name of its connections, such as {@code orders:cache}
 * @param isShared whether it is a {@link RedisConnection} of its own, and not a cache's or a lock's
 */
record Owner(CompositeLogger logger, CompositeTracer tracer, String name, boolean isShared) {
  private static final Descriptor SERVICE = new Descriptor(null, "context-info", null, null, "1.0");

  static Owner of(
      String component,
      @Nullable IReferences references,
      CompositeLogger logger,
      CompositeTracer tracer) {
    String service =
        references != null && references.getOneOptional(SERVICE) instanceof ContextInfo info
            ? info.getName()
            : null;
    String name = service == null || service.isEmpty() ? component : service + ":" + component;
    return new Owner(logger, tracer, name, component.equals("connection"));
  }
}
