package org.pipservices3.redis.internal.tracking;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.redis.internal.topology.Topology;

/** A key tracking without a server, for models; what is read is up to them. */
public abstract class FakeTracking extends KeyTracking {
  private static final Topology NOWHERE =
      (Topology)
          Proxy.newProxyInstance(
              Topology.class.getClassLoader(),
              new Class<?>[] {Topology.class},
              (proxy, method, arguments) -> null);

  private static final CompositeLogger SILENT = new CompositeLogger();

  /** Those who listen. */
  public final List<Listener> listeners = new CopyOnWriteArrayList<>();

  protected FakeTracking() {
    super("no-thread", NOWHERE, SILENT);
  }

  /** What a link that may be lost has read. */
  protected static Reading reading(byte[] value, BooleanSupplier live) {
    return reading(value, /* ttl= */ -1, live);
  }

  /** The same with a time to live, in milliseconds. */
  protected static Reading reading(byte[] value, long ttl, BooleanSupplier live) {
    return new Reading(value, ttl, now -> live.getAsBoolean());
  }

  @Override
  public void subscribe(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public void unsubscribe(Listener listener) {
    listeners.remove(listener);
  }

  @Override
  public abstract @Nullable Reading read(String key);

  @Override
  public @Nullable Reading[] readAll(List<String> keys) {
    return keys.stream().map(this::read).toArray(Reading[]::new);
  }
}
