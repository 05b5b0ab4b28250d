package org.pipservices3.redis.internal.component;

import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.config.IConfigurable;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.refer.IReferenceable;
import org.pipservices3.commons.refer.IReferences;

/**
 * A connection as the {@link Connector} of a cache or a lock uses it.
 *
 * <p>A superclass, since the container finds a connection by its type, and the methods of an
 * interface would be public ones of the component.
 */
public abstract class SharedConnection implements IConfigurable, IReferenceable {
  private volatile String component = "connection";

  /** Names the one component that it belongs to. */
  final void serve(String component) {
    this.component = component;
  }

  /** What it is in logs and in CLIENT LIST: a component's own, or by itself. */
  protected final String component() {
    return component;
  }

  @Override
  public abstract void configure(ConfigParams config);

  @Override
  public abstract void setReferences(IReferences references);

  /**
   * Counts a cache or a lock as a user and connects if it is the first.
   *
   * @param leave ends the user's work in Redis; called at most once, when the connection closes
   *     before the user {@link #detach detaches}
   * @param user the configuration of a user that may do without Redis, namely with fail_open; null
   *     for one that cannot
   */
  protected abstract void attach(
      @Nullable String correlationId, Runnable leave, @Nullable ConfigParams user)
      throws ApplicationException;

  /** Counts a user out, and closes with the last one unless it was opened by itself. */
  protected abstract void detach(Runnable leave);

  /**
   * What a component sees of the open connection.
   *
   * @throws ApplicationException NOT_OPENED, or a ConfigException where the component asks for
   *     another connection
   */
  protected abstract Connector.Session session(
      @Nullable String correlationId, ConfigParams component) throws ApplicationException;
}
