package org.pipservices3.redis.connect;

import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.log.CompositeLogger;

/** A key tracking without a server, for models; what is read is up to them. */
public abstract class FakeTracking extends KeyTracking {
  private static final Topology NOWHERE =
      (Topology)
          Proxy.newProxyInstance(
              Topology.class.getClassLoader(),
              new Class<?>[] {Topology.class},
              (proxy, method, arguments) -> null);

  private static final CompositeLogger SILENT = new CompositeLogger();

  protected FakeTracking() {
    super("no-thread", NOWHERE, SILENT);
  }

  /** What a link that may be lost has read. */
  protected static Reading reading(byte[] value, BooleanSupplier live) {
    return new Reading(value, /* ttl= */ -1, now -> live.getAsBoolean());
  }

  @Override
  public void subscribe(Listener listener) {}

  @Override
  public void unsubscribe(Listener listener) {}

  @Override
  public abstract @Nullable Reading read(String key);
}
