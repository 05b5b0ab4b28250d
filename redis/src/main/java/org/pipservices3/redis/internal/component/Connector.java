package org.pipservices3.redis.internal.component;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.refer.DependencyResolver;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.components.count.CompositeCounters;
import org.pipservices3.components.log.CompositeLogger;
import org.pipservices3.components.trace.CompositeTracer;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.internal.command.RedisCommands;
import org.pipservices3.redis.internal.config.ConfigSchema;
import org.pipservices3.redis.internal.config.RedisOptions;
import org.pipservices3.redis.internal.errors.Errors;
import org.pipservices3.redis.internal.tracking.KeyTracking;

/**
 * What caches, locks and state stores have in common: configuration, references, and a connection
 * that is shared or their own.
 *
 * <p>The connection is the dependency {@code connection} where the container has one, and an error
 * where several fit; its options are the defaults of the component's. A container takes the
 * references away before it closes a component: so what is open keeps its connection in its {@link
 * Session} and not in a reference.
 *
 * <p>Safe for any number of threads. A session ends once, by {@link #close} or because the shared
 * connection closes, whichever comes first; the thread that ends it runs {@code beforeClose}.
 *
 * <p>Longer than others, since it has all that the public components would otherwise repeat.
 */
public final class Connector<E> {

  /** An open connection as a component sees it. */
  public record Session(
      RedisCommands commands,
      RedisOptions options,
      KeyTracking lockTracking,
      KeyTracking cacheTracking) {}

  private record Attachment<E>(
      E engine, Session session, SharedConnection connection, Runnable leave) {}

  private static final String DEPENDENCY = "dependencies.connection";
  private static final ConfigParams DEFAULTS =
      ConfigParams.fromTuples(DEPENDENCY, "*:connection:redis:*:1.0");

  private final String component;
  private final Supplier<? extends SharedConnection> newConnection;
  private final boolean failsOpen;
  private final Function<Session, E> start;
  private final Consumer<E> end;
  private final ReentrantLock opening = new ReentrantLock();
  private final AtomicReference<@Nullable Attachment<E>> attachment = new AtomicReference<>();

  private volatile ConfigParams config = new ConfigParams();
  private volatile @Nullable IReferences references;
  private volatile CompositeLogger logger;
  private volatile CompositeCounters counters = new SafeCounters();
  private volatile CompositeTracer tracer = new SafeTracer();

  /**
   * Creates a connector.
   *
   * @param component what it connects, for messages
   * @param newConnection makes a connection for a component that shares none
   * @param failsOpen whether the component opens without Redis where options.fail_open is set
   * @param start makes the engine for an open connection
   * @param end ends an engine: commands still work, {@link #isOpen} is already false
   */
  public Connector(
      String component,
      Supplier<? extends SharedConnection> newConnection,
      boolean failsOpen,
      Function<Session, E> start,
      Consumer<E> end) {
    this.component = component;
    this.logger = new SafeLogger(slug());
    this.newConnection = newConnection;
    this.failsOpen = failsOpen;
    this.start = start;
    this.end = end;
  }

  /** Takes the configuration for the next opening, which checks it. */
  public void configure(ConfigParams config) {
    this.config = ConfigSchema.given(config);
  }

  /** Takes loggers, counters and tracers at once, the rest at the next opening. */
  public void setReferences(IReferences references) {
    CompositeLogger loggers = new SafeLogger(slug());
    loggers.setReferences(references);
    CompositeCounters found = new SafeCounters();
    try {
      found.setReferences(references);
    } catch (ReferenceException e) {
      throw new RedisException(e);
    }
    this.logger = loggers;
    this.counters = found;
    this.tracer = SafeTracer.of(references);
    this.references = references;
  }

  /** Forgets the references for the next opening; what is open stays open. */
  public void unsetReferences() {
    references = null;
  }

  public CompositeLogger logger() {
    return logger;
  }

  public CompositeCounters counters() {
    return counters;
  }

  public CompositeTracer tracer() {
    return tracer;
  }

  public boolean isOpen() {
    return attachment.get() != null;
  }

  /** The engine of the open component. Throws NOT_OPENED. */
  public E engine(@Nullable String correlationId) {
    Attachment<E> current = attachment.get();
    if (current == null) {
      throw Errors.notOpened(correlationId, component);
    }
    return current.engine;
  }

  /**
   * Attaches to the shared connection or opens an own one; does nothing if that was done before.
   *
   * @throws ApplicationException as the connection's own {@code open}
   */
  public void open(@Nullable String correlationId) throws ApplicationException {
    opening.lock();
    try {
      if (!isOpen()) {
        attach(correlationId);
      }
    } finally {
      opening.unlock();
    }
  }

  /** Ends the engine, if there is one. */
  public void close() {
    end(attachment.get());
  }

  /** Where it is connected, and the prefix of its keys. */
  @Override
  public String toString() {
    Attachment<E> current = attachment.get();
    if (current == null) {
      return "closed";
    }
    String prefix = current.session.options().keyPrefix();
    return "open at "
        + current.session.commands().name()
        + (prefix.isEmpty() ? "" : ", key_prefix '" + Errors.shown(prefix) + "'");
  }

  private void attach(@Nullable String correlationId) throws ApplicationException {
    ConfigSchema.check(correlationId, config);
    SharedConnection shared = sharedConnection(correlationId);
    SharedConnection connection = shared == null ? ownConnection() : shared;
    Departure leave = new Departure();
    connection.attach(correlationId, leave, failsOpen ? config : null);
    try {
      Session session = connection.session(correlationId, config);
      Attachment<E> attached = new Attachment<>(start.apply(session), session, connection, leave);
      leave.attachment = attached;
      attachment.set(attached);
    } catch (ApplicationException | RuntimeException e) {
      connection.detach(leave);
      throw e;
    }
  }

  private void end(@Nullable Attachment<E> ended) {
    if (ended != null && attachment.compareAndSet(ended, null)) {
      try {
        end.accept(ended.engine);
      } finally {
        ended.connection.detach(ended.leave);
      }
    }
  }

  private @Nullable SharedConnection sharedConnection(@Nullable String correlationId)
      throws ConfigException {
    String asked = config.getAsNullableString(DEPENDENCY);
    IReferences current = references;
    Set<SharedConnection> found = Set.of();
    try {
      found = current == null ? found : sharedConnections(current);
    } catch (ApplicationException | RuntimeException e) {
      throw Errors.config(correlationId, DEPENDENCY, "is no descriptor of a connection");
    }
    if (found.size() > 1) {
      throw Errors.config(
          correlationId,
          DEPENDENCY,
          "fits "
              + found.size()
              + " connections of the container: name the one to share, as in"
              + " *:connection:redis:name:1.0");
    }
    if (found.isEmpty() && asked != null && !asked.isEmpty()) {
      throw Errors.config(
          correlationId,
          DEPENDENCY,
          "is '" + Errors.shown(asked) + "', but the container has no such connection");
    }
    return found.isEmpty() ? null : found.iterator().next();
  }

  /** In newer versions of the toolkit this throws no checked exception. */
  private Set<SharedConnection> sharedConnections(IReferences references)
      throws ApplicationException {
    DependencyResolver dependencies = new DependencyResolver();
    dependencies.configure(new ConfigParams(config).setDefaults(DEFAULTS));
    dependencies.setReferences(references);
    return new LinkedHashSet<>(dependencies.getOptional(SharedConnection.class, "connection"));
  }

  /** The component in logs and in CLIENT LIST. */
  private String slug() {
    return component.replace(' ', '-');
  }

  private SharedConnection ownConnection() {
    SharedConnection own = newConnection.get();
    own.serve(slug());
    own.configure(config);
    IReferences current = references;
    if (current != null) {
      own.setReferences(current);
    }
    return own;
  }

  private final class Departure implements Runnable {
    private volatile @Nullable Attachment<E> attachment;

    @Override
    public void run() {
      end(attachment);
    }
  }
}
