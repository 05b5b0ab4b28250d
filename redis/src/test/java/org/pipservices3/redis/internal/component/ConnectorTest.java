package org.pipservices3.redis.internal.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pipservices3.commons.config.ConfigParams;
import org.pipservices3.commons.errors.ApplicationException;
import org.pipservices3.commons.errors.ConfigException;
import org.pipservices3.commons.errors.ConnectionException;
import org.pipservices3.commons.refer.Descriptor;
import org.pipservices3.commons.refer.IReferences;
import org.pipservices3.commons.refer.ReferenceException;
import org.pipservices3.commons.refer.References;
import org.pipservices3.components.count.ICounterTimingCallback;
import org.pipservices3.components.count.ICounters;
import org.pipservices3.components.log.LogLevel;
import org.pipservices3.components.log.Logger;
import org.pipservices3.redis.RedisException;
import org.pipservices3.redis.fixture.RecordingCounters;
import org.pipservices3.redis.fixture.RecordingLogger;

/** How a cache or a lock gets its connection, and how it leaves it. */
class ConnectorTest {
  private final List<String> events = new ArrayList<>();
  private Function<Connector.Session, String> start = session -> "engine";
  private boolean endFails;
  private boolean failsOpen;
  private @Nullable FakeConnection own;

  private final class FakeConnection extends SharedConnection {
    final List<Runnable> users = new ArrayList<>();
    @Nullable ConfigParams config;
    @Nullable IReferences references;
    @Nullable ConfigParams user;
    boolean refuses;

    @Override
    public void configure(ConfigParams config) {
      this.config = config;
    }

    @Override
    public void setReferences(IReferences references) {
      this.references = references;
    }

    @Override
    protected void attach(
        @Nullable String correlationId, Runnable leave, @Nullable ConfigParams user)
        throws ApplicationException {
      if (refuses) {
        throw new ConnectionException(correlationId, "CANNOT_CONNECT", "refused");
      }
      this.user = user;
      users.add(leave);
      events.add("attach");
    }

    @Override
    protected void detach(Runnable leave) {
      assertThat(users.remove(leave)).isTrue();
      events.add("detach");
    }

    @Override
    protected Connector.Session session(@Nullable String correlationId, ConfigParams component) {
      return new Connector.Session(null, null, null, null);
    }
  }

  @Test
  void open_noSharedConnection_opensOneOfItsOwnAsConfigured() throws Exception {
    Connector<String> connector = connector();
    References references = new References();
    connector.configure(ConfigParams.fromTuples("connection.host", "h", "options.timeout", ""));
    connector.setReferences(references);
    connector.open(null);
    assertThat(own().config).isEqualTo(ConfigParams.fromTuples("connection.host", "h"));
    assertThat(own().references).isSameAs(references);
    assertThat(own().user).isNull();
    assertThat(connector.isOpen()).isTrue();
    assertThat(connector.engine(null)).isEqualTo("engine");
  }

  @Test
  void open_twice_attachesOnce() throws Exception {
    Connector<String> connector = connector();
    connector.open(null);
    connector.open(null);
    assertThat(events).containsExactly("attach");
  }

  @Test
  void open_componentThatMayDoWithoutRedis_saysSo() throws Exception {
    failsOpen = true;
    Connector<String> connector = connector();
    connector.configure(ConfigParams.fromTuples("options.fail_open", true));
    connector.open(null);
    assertThat(own().user).isEqualTo(ConfigParams.fromTuples("options.fail_open", true));
  }

  @Test
  void open_unknownName_isRefusedBeforeItConnects() {
    Connector<String> connector = connector();
    connector.configure(ConfigParams.fromTuples("connection.hots", "h"));
    assertThatThrownBy(() -> connector.open(null)).isInstanceOf(ConfigException.class);
    assertThat(events).isEmpty();
    assertThat(own).isNull();
  }

  /** A connection that nobody uses stayed open. */
  @Test
  void open_engineDoesNotStart_leavesTheConnection() {
    start =
        session -> {
          throw new IllegalStateException("no engine");
        };
    Connector<String> connector = connector();
    assertThatThrownBy(() -> connector.open(null)).hasMessage("no engine");
    assertThat(events).containsExactly("attach", "detach");
    assertThat(connector.isOpen()).isFalse();
  }

  @Test
  void open_failed_canBeTriedAgain() throws Exception {
    FakeConnection shared = new FakeConnection();
    shared.refuses = true;
    Connector<String> connector = connector();
    connector.setReferences(container(shared));
    assertThatThrownBy(() -> connector.open("id")).isInstanceOf(ConnectionException.class);
    assertThat(connector.isOpen()).isFalse();
    shared.refuses = false;
    connector.open("id");
    assertThat(connector.isOpen()).isTrue();
  }

  @Test
  void open_sharedConnection_isUsedAndNotConfigured() throws Exception {
    FakeConnection shared = new FakeConnection();
    Connector<String> connector = connector();
    connector.setReferences(container(shared));
    connector.open(null);
    assertThat(own).isNull();
    assertThat(shared.config).isNull();
    assertThat(shared.users).hasSize(1);
    connector.close();
    assertThat(shared.users).isEmpty();
  }

  @Test
  void open_connectionThatIsNotThere_isConfigExceptionAndNotOneOfItsOwn() {
    Connector<String> connector = connector();
    connector.configure(
        ConfigParams.fromTuples("dependencies.connection", "*:connection:redis:mine:1.0"));
    for (References references : new References[] {null, new References()}) {
      if (references != null) {
        connector.setReferences(references);
      }
      assertThatThrownBy(() -> connector.open("id"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("dependencies.connection is '*:connection:redis:mine:1.0'");
    }
    assertThat(events).isEmpty();
  }

  @Test
  void open_dependencyThatIsNoDescriptor_isConfigExceptionThatShowsIt() throws Exception {
    Connector<String> connector = connector();
    connector.configure(ConfigParams.fromTuples("dependencies.connection", "a:b"));
    connector.setReferences(new References());
    assertThatThrownBy(() -> connector.open(null))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("dependencies.connection is 'a:b'");
  }

  @Test
  void unsetReferences_whileOpen_keepsTheConnectionAndTheNextOpeningHasItsOwn() throws Exception {
    FakeConnection shared = new FakeConnection();
    Connector<String> connector = connector();
    connector.setReferences(container(shared));
    connector.open(null);
    connector.unsetReferences();
    assertThat(connector.engine(null)).isEqualTo("engine");
    connector.close();
    assertThat(shared.users).isEmpty();
    connector.open(null);
    assertThat(shared.users).isEmpty();
    assertThat(own().users).hasSize(1);
  }

  @Test
  void close_endsTheEngineThenLeaves_once() throws Exception {
    Connector<String> connector = connector();
    connector.close();
    connector.open(null);
    connector.close();
    connector.close();
    assertThat(events).containsExactly("attach", "end engine open=false", "detach");
    assertThatThrownBy(() -> connector.engine("id"))
        .isInstanceOfSatisfying(
            RedisException.class,
            e -> {
              assertThat(e.code()).isEqualTo("NOT_OPENED");
              assertThat(e.correlationId()).isEqualTo("id");
            })
        .hasMessageContaining("The component is not open");
  }

  @Test
  void close_engineDoesNotEnd_leavesTheConnectionAllTheSame() throws Exception {
    endFails = true;
    Connector<String> connector = connector();
    connector.open(null);
    assertThatThrownBy(connector::close).hasMessage("does not end");
    assertThat(events).endsWith("detach");
  }

  @Test
  void connectionCloses_endsTheEngineOnceWhateverClosesLater() throws Exception {
    Connector<String> connector = connector();
    connector.open(null);
    own().users.get(0).run();
    assertThat(connector.isOpen()).isFalse();
    connector.close();
    assertThat(events).containsExactly("attach", "end engine open=false", "detach");
  }

  /** The connection's farewell to the first session ended the second one. */
  @Test
  void connectionCloses_afterAReopening_doesNotEndTheNewSession() throws Exception {
    FakeConnection shared = new FakeConnection();
    Connector<String> connector = connector();
    connector.setReferences(container(shared));
    connector.open(null);
    Runnable leave = shared.users.get(0);
    connector.close();
    connector.open(null);
    leave.run();
    assertThat(connector.isOpen()).isTrue();
    assertThat(shared.users).hasSize(1);
  }

  @Test
  void setReferences_loggersAndCounters_areTakenAtOnce() throws Exception {
    RecordingLogger logger = new RecordingLogger();
    RecordingCounters counters = new RecordingCounters();
    Connector<String> connector = connector();
    connector.setReferences(
        References.fromTuples(
            new Descriptor("test", "logger", "test", "default", "1.0"), logger,
            new Descriptor("test", "counters", "test", "default", "1.0"), counters));
    connector.logger().warn("id", "said");
    connector.counters().incrementOne("counted");
    connector.counters().endTiming("timed", 2);
    assertThat(logger.entries()).hasSize(1);
    assertThat(counters.count("counted")).isEqualTo(1);
    assertThat(counters.values("timed")).containsExactly(2f);
  }

  /** They failed the call that they were told of. */
  @Test
  void loggersAndCounters_thatThrow_doNotFailTheCaller() throws Exception {
    ICounters broken =
        (ICounters)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ICounters.class, ICounterTimingCallback.class},
                (proxy, method, arguments) -> {
                  if (method.getDeclaringClass() != Object.class) {
                    throw new AssertionError(method.getName());
                  }
                  return method.getName().equals("equals") ? (Object) (proxy == arguments[0]) : 1;
                });
    Logger logger =
        new Logger() {
          @Override
          protected void write(
              LogLevel level,
              @Nullable String correlationId,
              @Nullable Exception error,
              String message) {
            throw new AssertionError(message);
          }
        };
    Connector<String> connector = connector();
    connector.setReferences(
        References.fromTuples(
            new Descriptor("test", "logger", "test", "default", "1.0"), logger,
            new Descriptor("test", "counters", "test", "default", "1.0"), broken));
    assertThatCode(() -> connector.logger().warn("id", "said")).doesNotThrowAnyException();
    assertThatCode(() -> connector.counters().increment("n", 1)).doesNotThrowAnyException();
    assertThatCode(() -> connector.counters().endTiming("t", 1)).doesNotThrowAnyException();
  }

  private Connector<String> connector() {
    Connector<?>[] self = new Connector<?>[1];
    Connector<String> connector =
        new Connector<>(
            "component",
            () -> own = new FakeConnection(),
            failsOpen,
            session -> start.apply(session),
            engine -> {
              events.add("end " + engine + " open=" + self[0].isOpen());
              if (endFails) {
                throw new IllegalStateException("does not end");
              }
            });
    self[0] = connector;
    return connector;
  }

  private FakeConnection own() {
    assertThat(own).isNotNull();
    return own;
  }

  private static References container(FakeConnection shared) throws ReferenceException {
    return References.fromTuples(
        new Descriptor("test", "connection", "redis", "default", "1.0"), shared);
  }
}
